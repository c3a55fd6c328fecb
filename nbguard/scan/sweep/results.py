"""What a sweep found, read from its results file: as a report like any other, and over all repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.report.records import Report, Skipped, make_report
from nbguard.scan.sweep.rows import unquote
from nbguard.scan.sweep.work import record_from_text

if TYPE_CHECKING:
    import sqlite3


class Run(NamedTuple):
    """A finished sweep in numbers. ``known`` contents were scanned before, or for another repository.

    ``fingerprints`` counts values, ``findings`` the places where they stand, ``credentials`` those of
    them that are credentials. ``worker_seconds`` is the time that tasks
    took in all workers together.
    """

    started: str
    finished: str
    version: str
    targets: int
    contents: int
    bytes: int
    known: int
    findings: int
    credentials: int
    waived: int
    fingerprints: int
    skipped: int
    seconds: float
    worker_seconds: float


class Spread(NamedTuple):
    """A value and how far it got: ``first`` and ``last`` are the dates of the commits that brought it somewhere."""

    fingerprint: str
    rule: str
    kind: str
    provider: str | None
    severity: str
    match: str
    repositories: int
    places: int
    first: str | None
    last: str | None


def read_targets(db: sqlite3.Connection) -> list[str]:
    """The names of all repositories and stores that were swept, clean ones too."""
    return [unquote(name) for (name,) in db.execute("SELECT name FROM targets ORDER BY name")]


def read_report(db: sqlite3.Connection) -> Report:
    """All findings and all that wasn't scanned, with paths that begin with the repository's name."""
    runs = read_runs(db)
    findings = (record_from_text(text) for (text,) in db.execute("SELECT record FROM findings"))
    skipped = [
        Skipped(unquote(path), reason)
        for path, reason in db.execute("SELECT path, reason FROM skipped WHERE target IS NULL")
    ]
    for table in ("skipped", "unread"):
        rows = db.execute(f"SELECT name, path, reason FROM {table} JOIN targets ON targets.id = {table}.target")  # noqa: S608 - our own names
        for name, path, reason in rows:
            inside = unquote(path)
            skipped.append(Skipped(f"{unquote(name)}/{inside}" if inside else unquote(name), reason))
    last = runs[-1] if runs else None
    contents, size, seconds = (last.contents + last.known, last.bytes, last.seconds) if last else (0, 0, 0.0)
    return make_report(findings, skipped, contents, size, seconds)


def read_runs(db: sqlite3.Connection) -> tuple[Run, ...]:
    """The finished runs, oldest first."""
    columns = ", ".join(Run._fields)
    return tuple(Run(*row) for row in db.execute(f"SELECT {columns} FROM runs WHERE finished IS NOT NULL ORDER BY id"))  # noqa: S608 - our own names


def read_spread(db: sqlite3.Connection, most: int) -> list[Spread]:
    """The values that got furthest, credentials first: in most repositories, then in most places."""
    columns = 'fingerprint, rule, kind, provider, severity, "match", repositories, places, first, last'
    order = "kind <> 'credential', repositories DESC, places DESC, fingerprint"
    rows = db.execute(f"SELECT {columns} FROM spread ORDER BY {order} LIMIT ?", (most,))  # noqa: S608 - our own names
    return [Spread(*row) for row in rows]


def read_notes(db: sqlite3.Connection) -> list[str]:
    """What there is to know of targets besides: empty ones, submodules, borrowed objects."""
    rows = db.execute("SELECT name, note FROM notes JOIN targets ON targets.id = notes.target ORDER BY name, note")
    return [f"{unquote(name)}: {note}" for name, note in rows]
