"""What a sweep does next, and what an answer changes: each in one transaction of the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.report.plain import plain
from nbguard.report.records import Skipped
from nbguard.scan.sweep.found import Found
from nbguard.scan.sweep.ledger import clear_target
from nbguard.scan.sweep.rows import finding_row, quote, split_keys, unquote
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
    in_portions,
    notable_as_text,
    pack_items,
    unpack_items,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

# What is nearest to its end goes first: little is kept waiting.
_RANKS = {PLACE: 0, ECHO: 1, SCAN: 2, RELIST: 3, PLAN: 9}
# So often a worker may be lost with a task before it is taken apart, or tried alone a last time.
_LOSSES = 2


class Limits(NamedTuple):
    """How much one task reads at most: bytes and contents."""

    bytes: int = 64_000_000
    contents: int = 4_000


class Steps:
    """The steps of one run over a ledger, for one thread."""

    def __init__(self, db: sqlite3.Connection, run: int, limits: Limits) -> None:
        self._db = db
        self._run = run
        self._limits = limits
        self._found = Found(db)

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
            return number, Work(stage, target, items, sources=self._found.sources_of(target_id).items)
        if stage == PLACE:
            return number, Work(stage, target, notable=tuple(self._found.with_echoes(target_id)))
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
        _ACCEPT[stage](self, target, number, answer)
        self._db.execute("COMMIT")

    def lose(self, number: int, lost: Lost) -> None:
        """A worker is gone: the task is tried again, taken apart, tried alone, and given up at last."""
        target, stage, losses, packed = self._db.execute(
            "SELECT target, stage, losses, items FROM units WHERE id = ?", (number,)
        ).fetchone()
        items = unpack_items(packed) if packed else ()
        self._db.execute("BEGIN IMMEDIATE")
        if losses + 1 < _LOSSES:
            self._set_state(number, "pending", losses + 1)
        elif len(items) > 1:
            middle = len(items) // 2
            for half in (items[:middle], items[middle:]):
                self._add_unit(target, stage, half)
            self._set_state(number, "done", losses + 1)
        elif losses + 1 == _LOSSES:
            self._set_state(number, "suspect", losses + 1)
        else:
            self._set_state(number, "lost", losses + 1)
            self._give_up(target, stage, items, f"{lost.reason}, {losses + 1} times")
        self._db.execute("COMMIT")

    def _set_state(self, number: int, state: str, losses: int) -> None:
        items = ", items = NULL" if state in ("done", "lost") else ""
        self._db.execute(f"UPDATE units SET state = ?, losses = ?{items} WHERE id = ?", (state, losses, number))  # noqa: S608 - our own names

    def _give_up(self, target: int, stage: str, items: tuple[Item, ...], reason: str) -> None:
        if stage == SCAN:
            for item in items:
                self._add_unread(target, item.key, item.path, reason, "lost")
            return
        what = {ECHO: "not searched for known values: ", PLACE: "its findings are lost: "}.get(stage, "")
        self._add_skipped(target, Skipped(items[0].path if items else "", what + reason))
        if stage == ECHO:
            # It isn't known, and others that share it hear of it.
            sources = self._sources(target)
            self._db.executemany("DELETE FROM echoes WHERE key = ? AND sources = ?", ((i.key, sources) for i in items))
            others = self._db.execute("SELECT id FROM targets WHERE sources = ? AND id <> ?", (sources, target))
            for (other,) in others.fetchall():
                self._add_skipped(
                    other, Skipped("(history)", "what it shares with another repository is " + what + reason)
                )
        if stage == RELIST:
            self._set_stage(target, "echo")
        if stage in (RELIST, ECHO):
            self._place_when_ready(target)
        elif stage == PLACE:
            self._set_stage(target, "done")

    def advance(self) -> bool:
        """Called when no task is left: makes those of the next stage; False where the run is over."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            if self._retry_elsewhere():
                return True
            self._say_what_is_lost_elsewhere()
            self._found.forget()
            any_left = False
            for (target,) in self._db.execute("SELECT id FROM targets WHERE stage = 'scan'").fetchall():
                sources = self._found.sources_of(target)
                if sources.items:
                    self._add_unit(target, RELIST)
                    update = "UPDATE targets SET stage = 'relist', sources = ? WHERE id = ?"
                    self._db.execute(update, (sources.name, target))
                elif next(self._found.notable_of(target), None) is not None:
                    self._add_unit(target, PLACE)
                    self._set_stage(target, "place")
                else:
                    self._set_stage(target, "done")
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
            self._add_unit(target, PLAN)
        return bool(again)

    def _say_what_is_lost_elsewhere(self) -> None:
        lost = {key for (key,) in self._db.execute("SELECT key FROM unread WHERE state = 'lost'")}
        if not lost:
            return
        self._db.execute("UPDATE unread SET state = 'told' WHERE state = 'lost'")
        for target, shared in self._shared():
            if number := len(lost & shared):
                reason = f"{number} of its contents, which another repository has too, could not be scanned there"
                self._add_skipped(target, Skipped("(history)", reason))

    def _shared(self) -> Iterator[tuple[int, set[bytes]]]:
        rows = self._db.execute("SELECT id, shared FROM targets WHERE length(shared) > 0").fetchall()
        for target, packed in rows:
            yield target, set(split_keys(packed))

    def _accept_plan(self, target: int, _: int, answer: Answer) -> None:
        select = "SELECT signature, contents FROM targets WHERE id = ?"
        before, number = self._db.execute(select, (target,)).fetchone()
        if before and before == answer.signature:
            self._add_known(number)
            self._set_stage(target, "done")
            return
        clear_target(self._db, target)
        shared = []
        insert = "INSERT OR IGNORE INTO contents VALUES (?, ?)"
        for portion in in_portions(answer.items, self._limits.bytes, self._limits.contents):
            unit = self._add_unit(target, SCAN)
            fresh = []
            for item in portion:
                if self._db.execute(insert, (item.key, unit)).rowcount:
                    fresh.append(item)
                else:
                    shared.append(item.key)
            self._fill_unit(unit, fresh)
        self._db.execute(
            "UPDATE targets SET stage = 'scan', signature = ?, shared = ?, contents = ? WHERE id = ?",
            (answer.signature, b"".join(shared), len(answer.items), target),
        )
        self._add_known(len(shared))
        for skipped in answer.skipped:
            self._add_skipped(target, skipped)
        self._add_notes(target, answer)

    def _add_notes(self, target: int, answer: Answer) -> None:
        self._db.executemany("INSERT INTO notes VALUES (?, ?)", ((target, plain(note)) for note in answer.notes))

    def _add_known(self, number: int) -> None:
        self._db.execute("UPDATE runs SET known = known + ? WHERE id = ?", (number, self._run))

    def _accept_scan(self, target: int, _: int, answer: Answer) -> None:
        self._add_notes(target, answer)
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
            self._add_unread(target, unread.key, unread.path, unread.reason, "missing")

    def _accept_list(self, target: int, _: int, answer: Answer) -> None:
        for skipped in answer.skipped:
            self._add_skipped(target, skipped)
        sources = self._sources(target)
        # What another target with the same values is searched for is searched once.
        insert = "INSERT OR IGNORE INTO echoes (sources, key, unit) VALUES (?, ?, ?)"
        for portion in in_portions(answer.items, self._limits.bytes, self._limits.contents):
            unit = self._add_unit(target, ECHO)
            fresh = [item for item in portion if self._db.execute(insert, (sources, item.key, unit)).rowcount]
            self._fill_unit(unit, fresh)
        self._set_stage(target, "echo")
        self._place_when_ready(target)

    def _accept_echoes(self, target: int, _: int, answer: Answer) -> None:
        sources = self._sources(target)
        for notable in answer.notable:
            row = (quote(notable.id), quote(notable.place), quote(notable.path), notable_as_text(notable))
            update = "UPDATE echoes SET id = ?, place = ?, path = ?, body = ? WHERE sources = ? AND key = ?"
            self._db.execute(update, (*row, sources, notable.key))
        for skipped in answer.skipped:
            self._add_skipped(target, skipped)
        self._place_when_ready(target)

    def _sources(self, target: int) -> bytes:
        (sources,) = self._db.execute("SELECT sources FROM targets WHERE id = ?", (target,)).fetchone()
        return bytes(sources)

    def _place_when_ready(self, target: int) -> None:
        """Goes on with a target, and with those of the same values, once all is searched that they share."""
        sources = self._sources(target)
        waiting = self._db.execute(
            "SELECT 1 FROM targets JOIN units ON units.target = targets.id WHERE targets.sources = ?"
            " AND units.stage = 'echo' AND units.state IN ('pending', 'running', 'suspect') LIMIT 1",
            (sources,),
        ).fetchone()
        if waiting is not None:
            return
        ready = self._db.execute("SELECT id FROM targets WHERE sources = ? AND stage = 'echo'", (sources,)).fetchall()
        for (other,) in ready:
            self._add_unit(other, PLACE)
            self._set_stage(other, "place")

    def _accept_placed(self, target: int, _: int, answer: Answer) -> None:
        self._db.executemany(
            "INSERT INTO findings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (finding_row(target, finding) for finding in answer.findings),
        )
        for skipped in answer.skipped:
            self._add_skipped(target, skipped)
        self._set_stage(target, "done")

    def _add_unit(self, target: int, stage: str, items: Iterable[Item] = ()) -> int:
        packed = pack_items(items) if items else None
        added = self._db.execute(
            "INSERT INTO units (target, stage, rank, items) VALUES (?, ?, ?, ?)", (target, stage, _RANKS[stage], packed)
        )
        return added.lastrowid or 0

    def _fill_unit(self, unit: int, items: list[Item]) -> None:
        """Gives a unit its items; without any there is nothing to do."""
        if items:
            self._db.execute("UPDATE units SET items = ? WHERE id = ?", (pack_items(items), unit))
        else:
            self._db.execute("DELETE FROM units WHERE id = ?", (unit,))

    def _set_stage(self, target: int, stage: str) -> None:
        self._db.execute("UPDATE targets SET stage = ? WHERE id = ?", (stage, target))

    def _add_skipped(self, target: int, skipped: Skipped) -> None:
        self._db.execute("INSERT INTO skipped VALUES (?, ?, ?)", (target, quote(skipped.path), plain(skipped.reason)))

    def _add_unread(self, target: int, key: bytes, path: str, reason: str, state: str) -> None:
        row = (target, key, quote(path), plain(reason), state)
        self._db.execute("INSERT OR REPLACE INTO unread VALUES (?, ?, ?, ?, ?)", row)


_ACCEPT = {
    PLAN: Steps._accept_plan,  # noqa: SLF001 - its own
    SCAN: Steps._accept_scan,  # noqa: SLF001
    RELIST: Steps._accept_list,  # noqa: SLF001
    ECHO: Steps._accept_echoes,  # noqa: SLF001
    PLACE: Steps._accept_placed,  # noqa: SLF001
}
