"""What a sweep does next, and what an answer changes: each in one transaction of the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nbguard.report.records import Skipped
from nbguard.scan.sweep.answers import Answers, Limits
from nbguard.scan.sweep.entries import Entries
from nbguard.scan.sweep.notable_contents import NotableContents
from nbguard.scan.sweep.rows import split_keys, unquote
from nbguard.scan.sweep.work import (
    ECHO,
    PLACE,
    PLAN,
    RELIST,
    SCAN,
    Answer,
    Item,
    Lost,
    Target,
    Work,
    unpack_items,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

# So often a worker may be lost with a task before it is taken apart, or tried alone a last time.
_LOSSES = 2


class Steps:
    """The steps of one run over a ledger, for one thread."""

    def __init__(self, db: sqlite3.Connection, run: int, limits: Limits) -> None:
        self._db = db
        self._run = run
        self._entries = Entries(db, run)
        self._answers = Answers(db, self._entries, limits)
        self._contents = NotableContents(db)

    def next_job(self, idle: bool) -> tuple[int, Work] | None:
        """The next task and its number; suspects only when nothing else is under way (``idle``)."""
        row = self._take("pending") or (self._take("suspect") if idle else None)
        if row is None:
            return None
        number, target_id, stage, packed = row
        name, kind, place, signature = self._db.execute(
            "SELECT name, kind, place, signature FROM targets WHERE id = ?", (target_id,)
        ).fetchone()
        target = Target(unquote(name), kind, os.fsdecode(place))
        items = unpack_items(packed) if packed else ()
        if stage == ECHO:
            return number, Work(stage, target, items, sources=self._contents.sources_of(target_id).items)
        if stage == PLACE:
            return number, Work(stage, target, notable=tuple(self._contents.with_echoes(target_id)))
        return number, Work(stage, target, items, signature=signature if stage == PLAN else "")

    def _take(self, state: str) -> tuple[int, int, str, bytes | None] | None:
        row: Any = self._db.execute(
            "SELECT id, target, stage, items FROM units WHERE state = ? ORDER BY rank, id LIMIT 1", (state,)
        ).fetchone()
        if row is not None:
            self._db.execute("UPDATE units SET state = 'running' WHERE id = ?", (row[0],))
        return row  # type: ignore[no-any-return]

    def waiting(self) -> int:
        """How many tasks are waiting."""
        (number,) = self._db.execute("SELECT count(*) FROM units WHERE state IN ('pending', 'suspect')").fetchone()
        return int(number)

    def accept(self, number: int, answer: Answer) -> None:
        """Keeps what a task came to."""
        target, stage = self._db.execute("SELECT target, stage FROM units WHERE id = ?", (number,)).fetchone()
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute("UPDATE units SET state = 'done', items = NULL WHERE id = ?", (number,))
        self._db.execute(
            "UPDATE runs SET contents = contents + ?, bytes = bytes + ?, worker_seconds = worker_seconds + ? "
            "WHERE id = ?",
            (answer.contents, answer.bytes, answer.seconds, self._run),
        )
        self._answers.accept(stage, target, answer)
        self._db.execute("COMMIT")

    def lose(self, number: int, lost: Lost) -> None:
        """A worker is gone: the task is tried again, taken apart, tried alone, and given up at last."""
        target, stage, losses, packed = self._db.execute(
            "SELECT target, stage, losses, items FROM units WHERE id = ?", (number,)
        ).fetchone()
        items = unpack_items(packed) if packed else ()
        self._db.execute("BEGIN IMMEDIATE")
        if losses + 1 < _LOSSES:
            self._entries.set_state(number, "pending", losses + 1)
        elif len(items) > 1:
            middle = len(items) // 2
            for half in (items[:middle], items[middle:]):
                self._entries.add_unit(target, stage, half)
            self._entries.set_state(number, "done", losses + 1)
        elif losses + 1 == _LOSSES:
            self._entries.set_state(number, "suspect", losses + 1)
        else:
            self._entries.set_state(number, "lost", losses + 1)
            self._give_up(target, stage, items, f"{lost.reason}, {losses + 1} times")
        self._db.execute("COMMIT")

    def _give_up(self, target: int, stage: str, items: tuple[Item, ...], reason: str) -> None:
        if stage == SCAN:
            for item in items:
                self._entries.add_unread(target, item.key, item.path, reason, "lost")
            return
        what = {ECHO: "not searched for known values: ", PLACE: "its findings are lost: "}.get(stage, "")
        self._entries.add_skipped(target, Skipped(items[0].path if items else "", what + reason))
        if stage == ECHO:
            # It isn't known, and others that share it hear of it.
            sources = self._entries.sources(target)
            self._db.executemany("DELETE FROM echoes WHERE key = ? AND sources = ?", ((i.key, sources) for i in items))
            others = self._db.execute("SELECT id FROM targets WHERE sources = ? AND id <> ?", (sources, target))
            for (other,) in others.fetchall():
                self._entries.add_skipped(
                    other, Skipped("(history)", "what it shares with another repository is " + what + reason)
                )
        if stage == RELIST:
            self._entries.set_stage(target, "echo")
        if stage in (RELIST, ECHO):
            self._answers.place_when_ready(target)
        elif stage == PLACE:
            self._entries.set_stage(target, "done")

    def advance(self) -> bool:
        """Called when no task is left: makes those of the next stage; False where the run is over."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if self._retry_elsewhere():
                return True
            self._say_what_is_lost_elsewhere()
            self._contents.forget()
            any_left = False
            for (target,) in self._db.execute("SELECT id FROM targets WHERE stage = 'scan'").fetchall():
                sources = self._contents.sources_of(target)
                if sources.items:
                    self._entries.add_unit(target, RELIST)
                    update = "UPDATE targets SET stage = 'relist', sources = ? WHERE id = ?"
                    self._db.execute(update, (sources.name, target))
                elif next(self._contents.notable_of(target), None) is not None:
                    self._entries.add_unit(target, PLACE)
                    self._entries.set_stage(target, "place")
                else:
                    self._entries.set_stage(target, "done")
                    continue
                any_left = True
            return any_left
        finally:
            self._db.execute("COMMIT")

    def _retry_elsewhere(self) -> bool:
        """What one repository hasn't as it should, others that have it too are asked for."""
        missing = {key for (key,) in self._db.execute("SELECT key FROM unread WHERE state = 'missing'")}
        if not missing:
            return False
        self._db.execute("UPDATE unread SET state = 'told' WHERE state = 'missing'")
        again = [target for target, shared in self._shared() if not missing.isdisjoint(shared)]
        for target in again:
            self._db.execute("UPDATE targets SET stage = 'plan', signature = '' WHERE id = ?", (target,))
            self._entries.add_unit(target, PLAN)
        return bool(again)

    def _say_what_is_lost_elsewhere(self) -> None:
        lost = {key for (key,) in self._db.execute("SELECT key FROM unread WHERE state = 'lost'")}
        if not lost:
            return
        self._db.execute("UPDATE unread SET state = 'told' WHERE state = 'lost'")
        for target, shared in self._shared():
            if number := len(lost & shared):
                reason = f"{number} of its contents, which another repository has too, could not be scanned there"
                self._entries.add_skipped(target, Skipped("(history)", reason))

    def _shared(self) -> Iterator[tuple[int, set[bytes]]]:
        rows = self._db.execute("SELECT id, shared FROM targets WHERE length(shared) > 0").fetchall()
        for target, packed in rows:
            yield target, set(split_keys(packed))
