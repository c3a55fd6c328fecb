"""What the answer to a task changes in the ledger: results are kept, and the tasks of the next stage made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.scan.sweep.ledger import clear_target
from nbguard.scan.sweep.rows import finding_row, quote
from nbguard.scan.sweep.work import ECHO, PLACE, PLAN, RELIST, SCAN, Answer, in_portions, notable_as_text

if TYPE_CHECKING:
    import sqlite3

    from nbguard.scan.sweep.entries import Entries


class Limits(NamedTuple):
    """How much one task reads at most: bytes and contents."""

    bytes: int = 64_000_000
    contents: int = 4_000


class Answers:
    """Takes answers, each within the transaction of whoever calls."""

    def __init__(self, db: sqlite3.Connection, entries: Entries, limits: Limits) -> None:
        self._db = db
        self._entries = entries
        self._limits = limits

    def accept(self, stage: str, target: int, answer: Answer) -> None:
        """Keeps what a task of a stage came to."""
        accept = {
            PLAN: self._accept_plan,
            SCAN: self._accept_scan,
            RELIST: self._accept_list,
            ECHO: self._accept_echoes,
            PLACE: self._accept_placed,
        }
        accept[stage](target, answer)

    def _accept_plan(self, target: int, answer: Answer) -> None:
        select = "SELECT signature, contents FROM targets WHERE id = ?"
        before, number = self._db.execute(select, (target,)).fetchone()
        if before and before == answer.signature:
            self._entries.add_known(number)
            self._entries.set_stage(target, "done")
            return
        clear_target(self._db, target)
        shared = []
        insert = "INSERT OR IGNORE INTO contents VALUES (?, ?)"
        for portion in in_portions(answer.items, self._limits.bytes, self._limits.contents):
            unit = self._entries.add_unit(target, SCAN)
            fresh = []
            for item in portion:
                if self._db.execute(insert, (item.key, unit)).rowcount:
                    fresh.append(item)
                else:
                    shared.append(item.key)
            self._entries.fill_unit(unit, fresh)
        self._db.execute(
            "UPDATE targets SET stage = 'scan', signature = ?, shared = ?, contents = ? WHERE id = ?",
            (answer.signature, b"".join(shared), len(answer.items), target),
        )
        self._entries.add_known(len(shared))
        for skipped in answer.skipped:
            self._entries.add_skipped(target, skipped)
        self._entries.add_notes(target, answer)

    def _accept_scan(self, target: int, answer: Answer) -> None:
        self._entries.add_notes(target, answer)
        for notable in answer.notable:
            row = (
                notable.key,
                target,
                quote(notable.id),
                quote(notable.place),
                quote(notable.path),
                " ".join(notable.values),
            )
            self._db.execute(
                "INSERT OR REPLACE INTO notable VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, notable_as_text(notable))
            )
        for unread in answer.unread:
            # It isn't known: whoever has it too may look at it.
            self._db.execute("DELETE FROM contents WHERE key = ?", (unread.key,))
            self._entries.add_unread(target, unread.key, unread.path, unread.reason, "missing")

    def _accept_list(self, target: int, answer: Answer) -> None:
        for skipped in answer.skipped:
            self._entries.add_skipped(target, skipped)
        sources = self._entries.sources(target)
        # What another target with the same values is searched for is searched once.
        insert = "INSERT OR IGNORE INTO echoes (sources, key, unit) VALUES (?, ?, ?)"
        for portion in in_portions(answer.items, self._limits.bytes, self._limits.contents):
            unit = self._entries.add_unit(target, ECHO)
            fresh = [item for item in portion if self._db.execute(insert, (sources, item.key, unit)).rowcount]
            self._entries.fill_unit(unit, fresh)
        self._entries.set_stage(target, "echo")
        self.place_when_ready(target)

    def _accept_echoes(self, target: int, answer: Answer) -> None:
        sources = self._entries.sources(target)
        for notable in answer.notable:
            row = (quote(notable.id), quote(notable.place), quote(notable.path), notable_as_text(notable))
            update = "UPDATE echoes SET id = ?, place = ?, path = ?, body = ? WHERE sources = ? AND key = ?"
            self._db.execute(update, (*row, sources, notable.key))
        for skipped in answer.skipped:
            self._entries.add_skipped(target, skipped)
        self.place_when_ready(target)

    def place_when_ready(self, target: int) -> None:
        """Goes on with a target, and with those of the same values, once all is searched that they share."""
        sources = self._entries.sources(target)
        waiting = self._db.execute(
            "SELECT 1 FROM targets JOIN units ON units.target = targets.id WHERE targets.sources = ?"
            " AND units.stage = 'echo' AND units.state IN ('pending', 'running', 'suspect') LIMIT 1",
            (sources,),
        ).fetchone()
        if waiting is not None:
            return
        ready = self._db.execute("SELECT id FROM targets WHERE sources = ? AND stage = 'echo'", (sources,)).fetchall()
        for (other,) in ready:
            self._entries.add_unit(other, PLACE)
            self._entries.set_stage(other, "place")

    def _accept_placed(self, target: int, answer: Answer) -> None:
        self._db.executemany(
            "INSERT INTO findings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (finding_row(target, finding) for finding in answer.findings),
        )
        for skipped in answer.skipped:
            self._entries.add_skipped(target, skipped)
        self._entries.set_stage(target, "done")
