"""The report as GitLab's secret-detection artefact.

Format: https://docs.gitlab.com/development/integrations/secure/ and its report schema, version 15.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any, TextIO

from nbguard.documents.plain import plain
from nbguard.report.places import place
from nbguard.report.text import left_out
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord, Report

_VERSION = "15.0.7"
_TOOL = {"id": "nbguard", "name": "nbguard", "version": __version__, "vendor": {"name": "The nbguard developers"}}


def write(report: Report, stream: TextIO) -> None:
    """Writes the findings that count as vulnerabilities; the commit is the pipeline's (``CI_COMMIT_SHA``)."""
    end = time.time()
    counted = [finding for finding in report.findings if finding.waived is None]
    body = {
        "version": _VERSION,
        "scan": {
            "analyzer": _TOOL | {"url": "https://github.com/nbguard/nbguard"},
            "scanner": _TOOL,
            "type": "secret_detection",
            "start_time": _time(end - report.summary.seconds),
            "end_time": _time(end),
            "status": "failure" if report.skipped else "success",
            "messages": [
                {"level": "warn", "value": f"{plain(skipped.path)} was not scanned: {plain(skipped.reason)}"}
                for skipped in report.skipped
            ]
            + [{"level": "info", "value": text} for text in left_out(report.summary)],
        },
        "vulnerabilities": [_vulnerability(finding) for finding in counted],
    }
    stream.write(json.dumps(body, indent=1) + "\n")


def _vulnerability(finding: FindingRecord) -> dict[str, Any]:
    title = f"{finding.provider}: {finding.rule}" if finding.provider else finding.rule
    return {
        "id": _identity(finding),
        "category": "secret_detection",
        "name": title[:255],
        "description": f"{plain(finding.message)} {finding.match} at {place(finding)}.",
        "severity": finding.severity.capitalize(),
        "solution": plain(finding.remedy),
        "identifiers": [{"type": "nbguard_rule_id", "name": f"nbguard rule {finding.rule}", "value": finding.rule}],
        "location": {
            "file": plain(finding.path),
            "start_line": finding.region.line,
            "end_line": finding.region.end_line,
            "commit": _commit(finding),
        },
        "details": {
            "fingerprint": {"name": "Fingerprint", "type": "text", "value": finding.fingerprint},
        },
    }


def _commit(finding: FindingRecord) -> dict[str, str]:
    origin = finding.origin
    if origin is None or not origin.commit:
        return {"sha": os.environ.get("CI_COMMIT_SHA") or "0000000"}
    return {"sha": origin.commit, "author": plain(origin.author), "date": origin.date}


def _identity(finding: FindingRecord) -> str:
    """The same finding in the same place has the same id in every pipeline."""
    from uuid import NAMESPACE_URL, uuid5

    cell = (finding.cell.id or finding.cell.number) if finding.cell else ""
    name = (finding.fingerprint, plain(finding.path), plain(str(cell)), finding.where, finding.line, finding.column)
    return str(uuid5(NAMESPACE_URL, json.dumps(name)))


def _time(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
