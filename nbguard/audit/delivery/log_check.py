"""Checks a log of events: whether anything in it was changed, taken out, put in, moved, or cut off at either end.

A chain alone can't show that its end is gone. So the check also asks what the log noted of its last event (``last``),
up to which place events were sent, and which hashes somebody kept elsewhere. A guard's heartbeats show one more thing:
it was on, and then nothing came.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from nbguard.audit.delivery.beats import Beats
from nbguard.audit.delivery.event_log import KEPT, EventLog
from nbguard.audit.event_chain import FIRST, KINDS, SCHEMA, is_whole
from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

CHECKED = "nbguard-events/1"
# Bytes of a line: no event has as many.
_LONGEST = 10_000_000
# Faults told one by one: behind a file of something else each line is one.
_MOST = 100


class LogFault(Struct, frozen=True):
    """What is wrong at a place: ``kind`` is changed, missing, moved, cut, replaced, anchor, silent or foreign."""

    kind: str
    file: str
    line: int
    text: str


class LogCheck(Struct, frozen=True):
    """A log and what is wrong with it. ``whole`` is true where nothing is; ``begins`` counts bytes that went before."""

    schema: str
    log: str
    whole: bool
    files: tuple[str, ...]
    begins: int
    events: int
    kinds: dict[str, int]
    first: str
    last: str
    last_hash: str
    faults: tuple[LogFault, ...]
    more_faults: int
    notes: tuple[str, ...]


def check_log(path: str, anchors: Sequence[str] = (), silence: timedelta | None = None, now: str = "") -> LogCheck:
    """Checks the log in a folder, or one file. Raises UnreadableError where it can't be read.

    ``anchors`` are hashes of events that somebody has elsewhere; with ``silence`` a guard that is on may tell nothing
    for so long, up to ``now``.
    """
    check = _Check(path, silence)
    try:
        if os.path.isdir(path):
            check.read_folder(EventLog(path))
        else:
            check.read_file(path)
    except OSError as error:
        raise UnreadableError(f"{path}: {(error.strerror or 'not readable').lower()}") from None
    check.hold_against(anchors, now)
    return check.result()


class _Check:
    def __init__(self, path: str, silence: timedelta | None) -> None:
        self._path = path
        self._faults: list[LogFault] = []
        self._more = 0
        self._notes: list[str] = []
        self._files: list[str] = []
        self._begins = 0
        self._kinds: dict[str, int] = {}
        self._hashes: set[str] = set()
        self._previous: str | None = FIRST
        self._first = self._last = ""
        self._at = ("", 0)
        self._beats = Beats(silence)
        self._unfinished = False

    def read_file(self, path: str) -> None:
        """Reads a log that is one file, such as that of calls."""
        self._files = [os.path.basename(path)]
        self._read(path, self._files[0])
        if self._unfinished:
            self._fault("cut", "the last line has no end")

    def read_folder(self, log: EventLog) -> None:
        """Reads all files of a log, and holds them against what it noted beside them."""
        # Before the files: whoever writes meanwhile makes them longer only.
        sent, noted = log.sent_place(), log.noted_end()
        files = log.files()
        if not files and (sent or noted):
            self._fault("cut", f"events were written up to byte {max(sent, noted.size if noted else 0)}; none is here")
        behind = self._begins = files[0][0] if files else 0
        if behind:
            self._previous = None
            self._notes.append(f"{behind} bytes of older events went with the oldest files")
            if len(files) < KEPT:
                self._fault("missing", f"older files are gone, although {KEPT} are kept")
        for start, size in files:
            name = os.path.basename(log.path_of(start))
            self._files.append(name)
            self._at = (name, 0)
            if start != behind:
                self._fault("missing" if start > behind else "changed", f"the file before it ends at byte {behind}")
            self._read(log.path_of(start), name)
            behind = start + size
        if self._unfinished:
            self._notes.append("the last line has no end: it was never an event, and the next write takes it out")
        if behind < sent:
            self._fault("cut", f"events were sent up to byte {sent}; the log ends at byte {behind}")
        if noted is None:
            self._notes.append("nothing says where the log ended when it was last written to")
        elif files and noted.hash not in self._hashes:
            kind, words = ("cut", "is gone") if behind < noted.size else ("replaced", "isn't in it any more")
            self._fault(kind, f"the last event that was written ({noted.hash[:12]}…) {words}")

    def hold_against(self, anchors: Sequence[str], now: str) -> None:
        """Looks for hashes that are kept elsewhere, and for a guard that fell silent."""
        for anchor in anchors:
            if not any(known.startswith(anchor) for known in self._hashes):
                self._fault("anchor", f"no event has the hash {anchor}")
        for text in self._beats.silences(now):
            self._fault("silent", text)

    def result(self) -> LogCheck:
        """What was seen."""
        number = sum(self._kinds.values())
        last_hash = "" if self._previous in (None, FIRST) else str(self._previous)
        return LogCheck(
            CHECKED,
            self._path,
            not self._faults,
            tuple(self._files),
            self._begins,
            number,
            dict(sorted(self._kinds.items())),
            self._first,
            self._last,
            last_hash,
            tuple(self._faults),
            self._more,
            tuple(self._notes),
        )

    def _read(self, path: str, name: str) -> None:
        if self._unfinished:
            self._fault("changed", "the file before it ends within a line")
        for number, line in enumerate(_lines(path), 1):
            self._at = (name, number)
            self._unfinished = not line.endswith(b"\n")
            if not self._unfinished:
                self._take(line)

    def _take(self, line: bytes) -> None:
        fields = _parsed(line)
        if fields is None:
            self._fault("foreign", "the line is no event")
            return
        given, previous = str(fields["hash"]), fields.get("previous")
        if not is_whole(fields):
            self._fault("changed", "the line isn't what its hash says")
        elif self._previous is not None and previous != self._previous:
            moved = previous == FIRST or previous in self._hashes or given in self._hashes
            words = "it doesn't follow the line before it" if moved else "what stood before it isn't there any more"
            self._fault("moved" if moved else "missing", words)
        self._previous = given
        self._hashes.add(given)
        kind, time = str(fields.get("kind")), str(fields.get("time"))
        if kind not in KINDS and kind not in self._kinds:
            self._notes.append(f"{kind}: a kind of event that this version doesn't know")
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        self._first = self._first or time
        self._last = time
        self._beats.take(kind, time, fields)
        facts = fields.get("facts")
        if kind == "events-lost" and isinstance(facts, dict) and "last_hash" in facts:
            self._fault("cut", f"events before it were taken off, up to {str(facts['last_hash'])[:12]}…")

    def _fault(self, kind: str, text: str) -> None:
        if len(self._faults) < _MOST:
            self._faults.append(LogFault(kind, *self._at, text))
        else:
            self._more += 1


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    fine = isinstance(fields, dict) and fields.get("schema") == SCHEMA and isinstance(fields.get("hash"), str)
    return fields if fine else None


def _lines(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while line := file.readline(_LONGEST):
            yield line
