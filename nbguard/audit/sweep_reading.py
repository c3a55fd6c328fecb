"""Reads the results of a sweep for the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.audit.register import Reading, Stay
from nbguard.scan.sweep.ledger import close_ledger, open_results
from nbguard.scan.sweep.results import read_notes, read_report

if TYPE_CHECKING:
    from nbguard.report.records import FindingRecord


def read_sweep(path: str) -> Reading:
    """The credentials in a results file. It says what was in histories, not what is on disk. Raises UsageError."""
    db = open_results(path)
    try:
        report, notes = read_report(db), read_notes(db)
    finally:
        close_ledger(db)
    credentials = [finding for finding in report.findings if finding.kind == "credential"]
    return Reading(path, None, [(finding, _stay(finding)) for finding in credentials], {}, {}, report.skipped, notes)


def _stay(finding: FindingRecord) -> Stay:
    origin = finding.origin
    if origin is None:
        return Stay("", finding.path, "", "", "", "", 0)
    inside = finding.path.removeprefix(f"{origin.repository}/") if origin.repository else finding.path
    last = origin.date if origin.last == origin.commit else ""
    return Stay(origin.repository, inside, origin.commit, origin.date, origin.last, last, origin.commits)
