"""Rows of the ledger, as they are made and read: text that isn't UTF-8 stays what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbguard.documents.plain import plain
from nbguard.scan.sweep.work import KEY_BYTES, Notable, notable_from_text, record_as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.report.records import FindingRecord


def quote(text: str) -> str:
    """A path for SQLite, which takes UTF-8 only: written as JSON in ASCII."""
    return json.dumps(text)


def unquote(text: str) -> str:
    """The path that was quoted."""
    return str(json.loads(text))


def split_keys(packed: bytes) -> Iterator[bytes]:
    """The keys of contents that were joined."""
    return (packed[start : start + KEY_BYTES] for start in range(0, len(packed), KEY_BYTES))


def read_notable(row: tuple[Any, ...]) -> Notable:
    """A row with key, id, place, path, values and body."""
    key, identity, place, path, values, body = row
    records, problems = notable_from_text(body)
    return Notable(key, unquote(identity), unquote(place), unquote(path), tuple(values.split()), records, problems)


def merge_records(records: tuple[FindingRecord, ...], echoes: tuple[FindingRecord, ...]) -> tuple[FindingRecord, ...]:
    """Each value once in each document; one that nobody waived goes before one that somebody did."""
    merged: dict[tuple[str, str], FindingRecord] = {}
    for record in (*records, *echoes):
        key = (record.fingerprint, record.path.partition("!/")[2])
        before = merged.get(key)
        if before is None or (before.waived is not None and record.waived is None):
            merged[key] = record
    return tuple(merged.values())


def finding_row(target: int, finding: FindingRecord) -> tuple[Any, ...]:
    """The row of a finding in the table of results, without its number."""
    origin, cell = finding.origin, finding.cell
    commit, author, date, commits = (
        (origin.commit, origin.author, origin.date, origin.commits) if origin else ("", "", "", 0)
    )
    return (
        target,
        plain(origin.repository if origin else ""),
        plain(finding.path),
        finding.rule,
        finding.kind,
        finding.provider,
        finding.severity,
        finding.fingerprint,
        plain(finding.match),
        cell.number + 1 if cell else None,
        finding.where,
        finding.line,
        finding.file_line,
        finding.waived.kind if finding.waived else None,
        commit,
        plain(author),
        date,
        commits,
        record_as_text(finding),
    )
