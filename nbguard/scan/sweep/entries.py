"""The rows that a sweep writes while it runs: units of work, stages of targets, and what wasn't scanned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.scan.sweep.rows import quote
from nbguard.scan.sweep.work import ECHO, PLACE, PLAN, RELIST, SCAN, Answer, Item, pack_items

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from nbguard.report.records import Skipped

# What is nearest to its end goes first: little is kept waiting.
_RANKS = {PLACE: 0, ECHO: 1, SCAN: 2, RELIST: 3, PLAN: 9}


class Entries:
    """Writes for one run, each row within the transaction of whoever calls."""

    def __init__(self, db: sqlite3.Connection, run: int) -> None:
        self._db = db
        self._run = run

    def set_state(self, number: int, state: str, losses: int) -> None:
        """Says how far a unit is, and how often its worker was lost."""
        items = ", items = NULL" if state in ("done", "lost") else ""
        self._db.execute(f"UPDATE units SET state = ?, losses = ?{items} WHERE id = ?", (state, losses, number))  # noqa: S608 - our own names

    def add_notes(self, target: int, answer: Answer) -> None:
        """Keeps what a person should know of a target."""
        self._db.executemany("INSERT INTO notes VALUES (?, ?)", ((target, plain(note)) for note in answer.notes))

    def add_known(self, number: int) -> None:
        """Counts contents that needn't be looked at."""
        self._db.execute("UPDATE runs SET known = known + ? WHERE id = ?", (number, self._run))

    def sources(self, target: int) -> bytes:
        """What names the values that a target is searched for."""
        (sources,) = self._db.execute("SELECT sources FROM targets WHERE id = ?", (target,)).fetchone()
        return bytes(sources)

    def add_unit(self, target: int, stage: str, items: Iterable[Item] = ()) -> int:
        """Makes a unit of work; its number."""
        packed = pack_items(items) if items else None
        added = self._db.execute(
            "INSERT INTO units (target, stage, rank, items) VALUES (?, ?, ?, ?)", (target, stage, _RANKS[stage], packed)
        )
        return added.lastrowid or 0

    def fill_unit(self, unit: int, items: list[Item]) -> None:
        """Gives a unit its items; without any there is nothing to do."""
        if items:
            self._db.execute("UPDATE units SET items = ? WHERE id = ?", (pack_items(items), unit))
        else:
            self._db.execute("DELETE FROM units WHERE id = ?", (unit,))

    def set_stage(self, target: int, stage: str) -> None:
        """Says what a target waits for."""
        self._db.execute("UPDATE targets SET stage = ? WHERE id = ?", (stage, target))

    def add_skipped(self, target: int, skipped: Skipped) -> None:
        """Keeps that something wasn't scanned."""
        self._db.execute("INSERT INTO skipped VALUES (?, ?, ?)", (target, quote(skipped.path), plain(skipped.reason)))

    def add_unread(self, target: int, key: bytes, path: str, reason: str, state: str) -> None:
        """Keeps that a content couldn't be read, and whether others that have it are to be asked."""
        row = (target, key, quote(path), plain(reason), state)
        self._db.execute("INSERT OR REPLACE INTO unread VALUES (?, ?, ?, ?, ?)", row)
