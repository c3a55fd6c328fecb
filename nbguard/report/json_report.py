"""The report for programs: one JSON object, schema ``nbguard-report/1``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

from nbguard.report.data_labels import data_labels
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord, Report

SCHEMA = "nbguard-report/1"


def write(report: Report, stream: TextIO) -> None:
    """Writes the report, findings and skipped files in full, waived findings with their waiver."""
    summary = report.summary._asdict() | {"seconds": round(report.summary.seconds, 3)}
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "tool": {"name": "nbguard", "version": __version__},
        **({"provenance": report.provenance.as_data()} if report.provenance else {}),
        "summary": summary,
        "findings": [as_dict(finding) for finding in report.findings],
        "skipped": [skipped._asdict() for skipped in report.skipped],
    }
    stream.write(json.dumps(body, indent=1) + "\n")


def as_dict(finding: FindingRecord) -> dict[str, Any]:
    """A finding as the report's JSON has it."""
    fields = finding._asdict()
    # The contract has file_line; regions are for formats that mark text in files, frames for people.
    del fields["region"], fields["frame"]
    cell = finding.cell
    fields["cell"] = {"index": cell.number, "id": cell.id, "type": cell.type} if cell else None
    waived = finding.waived
    # Only signatures that were verified are told.
    fields["waived"] = {k: v for k, v in waived._asdict().items() if v or k != "signed"} if waived else None
    labels = data_labels(finding)
    if labels is not None:
        fields["data"] = labels
    origin = fields.pop("origin")
    if origin is not None:
        fields["origin"] = {name: value for name, value in origin._asdict().items() if name != "repository" or value}
    return fields
