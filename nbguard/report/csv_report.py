"""The report as CSV (RFC 4180), for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from nbguard.documents.plain import plain
from nbguard.report.data_labels import data_labels

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord, Report

COLUMNS = (
    "severity", "kind", "provider", "rule", "path", "cell", "cell_id", "where", "line", "column", "file_line", "match",
    "fingerprint", "message", "remedy", "waived", "reason", "expires", "approved_by", "repository", "commit", "author",
    "date", "commits", "data_class", "dpv", "submitted_to",
)  # fmt: skip
_COUNTED = {
    "excluded": "Files that the policy excludes",
    "disabled": "Findings of rules that the policy disables",
    "allowed": "Findings that a mark in a file allows",
    "baselined": "Findings in the baseline",
}
# What spreadsheets take for the beginning of a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def write(report: Report, stream: TextIO) -> None:
    """Writes a row for each finding, waived ones too, and one of kind ``skipped`` for each skipped file.

    What else was left out has a row of kind ``left-out`` for each count that isn't zero: ``rule`` says what it counts,
    ``match`` is the number. Where the report comes from has rows of kind ``provenance``. Cells are counted from 0, as
    in the JSON report.
    """
    import csv

    from nbguard.report.records import LEFT_OUT

    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    writer.writerows([safe_cell(value) for value in _row(finding)] for finding in report.findings)
    for path, reason in report.skipped:
        row = {"kind": "skipped", "path": path, "message": reason}
        writer.writerow([safe_cell(row.get(column)) for column in COLUMNS])
    for name, value in report.provenance.words() if report.provenance else ():
        row = {"kind": "provenance", "rule": name, "message": value}
        writer.writerow([safe_cell(row.get(column)) for column in COLUMNS])
    counts = report.summary._asdict()
    for name in LEFT_OUT[:-1]:  # each skipped file has a row of its own
        if counts[name]:
            row = {"kind": "left-out", "rule": name, "match": str(counts[name]), "message": _COUNTED[name]}
            writer.writerow([safe_cell(row.get(column)) for column in COLUMNS])


def _row(finding: FindingRecord) -> list[Any]:
    fields = finding._asdict()
    cell, waived = finding.cell, finding.waived
    if finding.origin is not None:
        fields |= finding.origin._asdict()
    fields["cell"], fields["cell_id"] = (cell.number, cell.id) if cell else (None, None)
    if waived is not None:
        fields |= waived._asdict() | {"waived": waived.detail, "kind": finding.kind}
    if (labels := data_labels(finding)) is not None:
        fields |= {"data_class": labels["class"], "dpv": " ".join(labels["dpv"]), "submitted_to": finding.provider}
    return [fields.get(column) for column in COLUMNS]


def safe_cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula; one that would be gets an apostrophe in front."""
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_SIGNS) else text
