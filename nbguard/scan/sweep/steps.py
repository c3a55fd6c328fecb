"""What a sweep does next, and what an answer changes: each in one transaction of the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.report.plain import plain
from nbguard.report.records import Skipped
from nbguard.scan.sweep.ledger import clear_target
from nbguard.scan.sweep.rows import finding_row, merge_records, quote, read_notable, split_keys, unquote
from nbguard.scan.sweep.work import (
    ECHO,
    PLACE,
    PLAN,
    RELIST,
    SCAN,
    Answer,
    Item,
    Lost,
    Notable,
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
        self._sources: dict[int, tuple[Item, ...]] = {}
        self._notable_keys: set[bytes] | None = None

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
            return number, Work(stage, target, items, sources=self._sources_of(target_id))
        if stage == PLACE:
            return number, Work(stage, target, notable=tuple(self._all_notable(target_id)))
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
            self._notable_keys = {key for (key,) in self._db.execute("SELECT key FROM notable")}
            any_left = False
            for (target,) in self._db.execute("SELECT id FROM targets WHERE stage = 'scan'").fetchall():
                if self._sources_of(target):
                    self._add_unit(target, RELIST)
                    self._set_stage(target, "echo")
                elif next(self._notable_of(target), None) is not None:
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
        for portion in in_portions(answer.items, self._limits.bytes, self._limits.contents):
            fresh = []
            for item in portion:
                added = self._db.execute("INSERT OR IGNORE INTO contents VALUES (?, 0)", (item.key,))
                if added.rowcount:
                    fresh.append(item)
                else:
                    shared.append(item.key)
            if fresh:
                unit = self._add_unit(target, SCAN, fresh)
                rows = ((unit, item.key) for item in fresh)
                self._db.executemany("UPDATE contents SET unit = ? WHERE key = ?", rows)
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
            row = (notable.key, target, quote(notable.id), quote(notable.place), quote(notable.path), notable.brings)
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
        for portion in in_portions(answer.items, self._limits.bytes, self._limits.contents):
            self._add_unit(target, ECHO, portion)
        self._place_when_ready(target)

    def _accept_echoes(self, target: int, _: int, answer: Answer) -> None:
        for notable in answer.notable:
            row = (target, notable.key, quote(notable.id), quote(notable.place), quote(notable.path))
            self._db.execute(
                "INSERT OR REPLACE INTO echoes VALUES (?, ?, ?, ?, ?, ?)", (*row, notable_as_text(notable))
            )
        for skipped in answer.skipped:
            self._add_skipped(target, skipped)
        self._place_when_ready(target)

    def _place_when_ready(self, target: int) -> None:
        waiting = self._db.execute(
            "SELECT 1 FROM units WHERE target = ? AND state IN ('pending', 'running', 'suspect') LIMIT 1", (target,)
        ).fetchone()
        if waiting is None:
            self._add_unit(target, PLACE)
            self._set_stage(target, "place")

    def _accept_placed(self, target: int, _: int, answer: Answer) -> None:
        self._db.executemany(
            "INSERT INTO findings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (finding_row(target, finding) for finding in answer.findings),
        )
        for skipped in answer.skipped:
            self._add_skipped(target, skipped)
        self._sources.pop(target, None)
        self._set_stage(target, "done")

    def _sources_of(self, target: int) -> tuple[Item, ...]:
        """The contents of a target that bring values, in an order that doesn't depend on who scanned them."""
        if target not in self._sources:
            found = sorted((n.id, n.place, n) for n in self._notable_of(target) if n.brings)
            self._sources[target] = tuple(Item(n.key, n.id, n.path, 0) for _, _, n in found)
        return self._sources[target]

    def _notable_of(self, target: int) -> Iterator[Notable]:
        """What there is to say of a target's own contents, and of those that were scanned elsewhere or before."""
        columns = "key, id, place, path, brings, body"
        for row in self._db.execute(f"SELECT {columns} FROM notable WHERE target = ?", (target,)):  # noqa: S608 - our own names
            yield read_notable(row)
        if self._notable_keys is None:
            self._notable_keys = {key for (key,) in self._db.execute("SELECT key FROM notable")}
        (packed,) = self._db.execute("SELECT shared FROM targets WHERE id = ?", (target,)).fetchone()
        for key in split_keys(packed):
            if key in self._notable_keys:
                select = f"SELECT {columns} FROM notable WHERE key = ? AND target IS NOT ?"  # noqa: S608 - our own names
                for row in self._db.execute(select, (key, target)):
                    yield read_notable(row)

    def _all_notable(self, target: int) -> Iterator[Notable]:
        """With the echoes that were found in this target; each record once."""
        found = {(notable.id, notable.place): notable for notable in self._notable_of(target)}
        select = "SELECT key, id, place, path, 0, body FROM echoes WHERE target = ?"
        for row in self._db.execute(select, (target,)):
            echo = read_notable(row)
            before = found.get((echo.id, echo.place), echo._replace(records=()))
            found[echo.id, echo.place] = before._replace(records=merge_records(before.records, echo.records))
        yield from found.values()

    def _add_unit(self, target: int, stage: str, items: Iterable[Item] = ()) -> int:
        packed = pack_items(items) if items else None
        added = self._db.execute(
            "INSERT INTO units (target, stage, rank, items) VALUES (?, ?, ?, ?)", (target, stage, _RANKS[stage], packed)
        )
        return added.lastrowid or 0

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
