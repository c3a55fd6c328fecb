"""A sweep in a screenful: what was looked at, the values that got furthest, and what wasn't scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from nbguard.documents.plain import plain
from nbguard.report.places import plain_path
from nbguard.scan.sweep.results import read_notes, read_runs, read_spread

if TYPE_CHECKING:
    import sqlite3

    from nbguard.report.records import Report
    from nbguard.scan.sweep.results import Spread

_VALUES, _SKIPPED, _NOTES = 40, 40, 20


def write_summary(db: sqlite3.Connection, report: Report, stream: TextIO) -> None:
    """Writes the numbers of the last run, values by the number of repositories they are in, what was left out."""
    runs = read_runs(db)
    values = read_spread(db, _VALUES)
    stream.writelines(f"{_value(value)}\n" for value in values)
    if values:
        number = runs[-1].fingerprints if runs else len(values)
        if number > len(values):
            stream.write(f"… and {number - len(values):,} more\n")
        stream.write("\n")
    stream.writelines(
        f"{plain_path(path)}  not scanned: {plain(reason)}\n" for path, reason in report.skipped[:_SKIPPED]
    )
    if len(report.skipped) > _SKIPPED:
        stream.write(f"… and {len(report.skipped) - _SKIPPED:,} more that were not scanned\n")
    notes = read_notes(db)
    stream.writelines(f"note: {plain(note)}\n" for note in notes[:_NOTES])
    if len(notes) > _NOTES:
        stream.write(f"… and {len(notes) - _NOTES:,} more notes\n")
    if report.skipped or notes:
        stream.write("\n")
    if runs:
        run = runs[-1]
        repositories = {
            finding.origin.repository for finding in report.findings if finding.origin and not finding.waived
        }
        found = (
            f"{_count(run.fingerprints, 'value')} in {len(repositories):,} of them" if run.findings else "Nothing found"
        )
        stream.write(f"{_count(run.targets, 'repository or store', 'repositories and stores')} swept. {found}")
        stream.write(f", {_count(run.waived, 'waived finding')}" if run.waived else "")
        stream.write(f", {run.skipped:,} not scanned" if run.skipped else "")
        contents = f"{_count(run.contents, 'content')} and {run.bytes / 1_000_000:,.0f} MB read"
        stream.write(f". {contents}, {run.known:,} known already ({run.seconds:.0f} s).\n")


def _value(value: Spread) -> str:
    where = f"{_count(value.repositories, 'repository', 'repositories')}, {_count(value.places, 'file')}"
    first = (value.first or "")[:10]
    since = f", since {first}" if first else ""
    return f"{value.fingerprint}  {plain(value.rule)}  {plain(value.match)}  {where}{since}"


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"
