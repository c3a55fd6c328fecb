"""The report as OCSF events, one a line, for a SIEM: class Data Security Finding (2006), schema 1.3.

Format: https://schema.ocsf.io/1.3.0/classes/data_security_finding
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, TextIO

from nbguard.report.places import place, plain
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord, Report

_SEVERITY_IDS = {"low": 2, "medium": 3, "high": 4, "critical": 5}
_CLASS = 2006
_CREATE = 1
_NEW, _SUPPRESSED = 1, 3


def write(report: Report, stream: TextIO) -> None:
    """Writes an event for each finding; waived ones have the status Suppressed."""
    now = int(time.time() * 1000)
    stream.writelines(json.dumps(event(finding, now)) + "\n" for finding in report.findings)


def event(finding: FindingRecord, now: int) -> dict[str, Any]:
    """The OCSF event of a finding. ``now`` is in milliseconds since 1970."""
    waived = finding.waived
    made: dict[str, Any] = {
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Data Security Finding",
        "activity_id": _CREATE,
        "activity_name": "Create",
        "type_uid": _CLASS * 100 + _CREATE,
        "time": now,
        "severity_id": _SEVERITY_IDS[finding.severity],
        "severity": finding.severity.capitalize(),
        "status_id": _SUPPRESSED if waived else _NEW,
        "status": "Suppressed" if waived else "New",
        "message": f"{plain(finding.message)} {place(finding)}",
        "metadata": {
            "version": "1.3.0",
            "product": {"name": "nbguard", "vendor_name": "The nbguard developers", "version": __version__},
        },
        "finding_info": {
            "uid": _uid(finding),
            "title": finding.rule,
            "desc": plain(finding.message),
            "types": [finding.kind],
        },
        "data_security": {"category": finding.kind, "pattern_match": finding.match},
        "file": {"name": plain(finding.path.rpartition("/")[2]), "path": plain(finding.path), "type_id": 1},
        "remediation": {"desc": plain(finding.remedy) or f"See `nbguard explain {finding.rule}`."},
        "unmapped": {
            "fingerprint": finding.fingerprint,
            "provider": finding.provider,
            "where": finding.where,
            "line": finding.line,
            "file_line": finding.file_line,
            "cell": finding.cell.number if finding.cell else None,
        },
    }
    if finding.origin is not None:
        made["unmapped"] |= {name: plain(str(value)) for name, value in finding.origin._asdict().items() if value}
    if waived:
        made["comment"] = plain(waived.reason or waived.detail)
    return made


def _uid(finding: FindingRecord) -> str:
    """One for each place: a SIEM counts what has one uid as one. The same finding has the same one in every run."""
    from hashlib import sha256

    cell = finding.cell.id or finding.cell.number if finding.cell else ""
    repository = finding.origin.repository if finding.origin else ""
    place = (repository, plain(finding.path), cell, finding.where, finding.line, finding.column, finding.rule)
    digest = sha256("\0".join(map(str, (finding.fingerprint, *place))).encode("utf-8", "replace"))
    return digest.hexdigest()[:32]
