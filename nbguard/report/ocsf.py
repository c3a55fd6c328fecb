"""The report as OCSF events, one a line, for a SIEM, schema 1.3: a Data Security Finding (2006) for each finding.

Last comes a Scan Activity (6007) with the counts of the run. Formats:
https://schema.ocsf.io/1.3.0/classes/data_security_finding, https://schema.ocsf.io/1.3.0/classes/scan_activity
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, TextIO

from nbguard.documents.plain import plain
from nbguard.report.data_labels import data_labels
from nbguard.report.places import place
from nbguard.report.records import LEFT_OUT
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord, Report

_SEVERITY_IDS = {"low": 2, "medium": 3, "high": 4, "critical": 5}
_CLASS = 2006
_CREATE = 1
_NEW, _SUPPRESSED = 1, 3
_SCAN, _COMPLETED = 6007, 2
_METADATA = {
    "version": "1.3.0",
    "product": {"name": "nbguard", "vendor_name": "The nbguard developers", "version": __version__},
}


def write(report: Report, stream: TextIO) -> None:
    """Writes an event for each finding (waived ones have the status Suppressed), and one for the run."""
    now = int(time.time() * 1000)
    stream.writelines(json.dumps(event(finding, now)) + "\n" for finding in report.findings)
    stream.write(json.dumps(scan_event(report, now)) + "\n")


def scan_event(report: Report, now: int) -> dict[str, Any]:
    """The OCSF event of a run: its counts, and what was left out of them. ``now`` is in milliseconds since 1970."""
    summary = report.summary
    return {
        "category_uid": 6,
        "category_name": "Application Activity",
        "class_uid": _SCAN,
        "class_name": "Scan Activity",
        "activity_id": _COMPLETED,
        "activity_name": "Completed",
        "type_uid": _SCAN * 100 + _COMPLETED,
        "time": now,
        "severity_id": 1,
        "severity": "Informational",
        "metadata": _METADATA,
        "scan": {"name": "nbguard", "type_id": 0},
        "duration": int(summary.seconds * 1000),
        "total": summary.files,
        "num_files": summary.files,
        "num_detections": summary.findings,
        "num_skipped_items": summary.skipped,
        "num_trusted_items": summary.waived,
        "unmapped": {name: getattr(summary, name) for name in LEFT_OUT}
        | {"waived": summary.waived}
        | ({"provenance": report.provenance.as_data()} if report.provenance else {}),
    }


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
        "metadata": _METADATA,
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
    labels = data_labels(finding)
    if labels is not None:
        made["unmapped"]["data"] = labels
    if finding.origin is not None:
        made["unmapped"] |= {name: plain(str(value)) for name, value in finding.origin._asdict().items() if value}
    if waived:
        made["comment"] = plain(waived.reason or waived.detail)
        made["unmapped"]["waiver"] = {name: plain(value) for name, value in waived._asdict().items() if value}
    return made


def _uid(finding: FindingRecord) -> str:
    """One for each place: a SIEM counts what has one uid as one. The same finding has the same one in every run."""
    from hashlib import sha256

    cell = finding.cell.id or finding.cell.number if finding.cell else ""
    repository = finding.origin.repository if finding.origin else ""
    place = (repository, plain(finding.path), cell, finding.where, finding.line, finding.column, finding.rule)
    digest = sha256("\0".join(map(str, (finding.fingerprint, *place))).encode("utf-8", "replace"))
    return digest.hexdigest()[:32]
