"""The log that events wait in until they are sent: a chain over several files, bounded in size.

Each file is named after the number of bytes that were written before it, so a place in the log is one number that stays
true when the oldest files go. ``sent`` holds the place up to which events are with the collector.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from nbguard.audit.delivery.file_lock import locked
from nbguard.audit.event_chain import FIRST, Event, chained
from nbguard.errors import NbguardError
from nbguard.whole_files import open_regular, whole_file

if TYPE_CHECKING:
    from collections.abc import Sequence

# A file of the log is full at this size, and so many are kept: 80 MB in all.
FULL, KEPT = 10_000_000, 8
# Seconds in which another process has written what it writes.
_PATIENCE = 1.0
# Bytes read at a time to find the last event.
_STEP = 65_536
_NAME = re.compile(r"events-(\d{15})\.jsonl")
_SENT = "sent"
# Where the last event ends, and its hash.
_LAST = "last"
_BINARY = getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | _BINARY
_WRITE = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | _BINARY


class EventLog:
    """The log in a folder, which is made when the first event is written. Several processes may share it."""

    def __init__(self, folder: str, full: int = FULL, kept: int = KEPT) -> None:
        """``full`` is in bytes."""
        self.folder = folder
        self._full, self._kept = full, kept

    def append(self, events: Sequence[Event]) -> None:
        """Writes events behind the others. Raises NbguardError where that fails."""
        try:
            os.makedirs(self.folder, 0o700, exist_ok=True)
            if os.path.islink(self.folder):
                raise NbguardError(f"{self.folder}: a link isn't followed for a log of events")
            with locked(os.path.join(self.folder, "lock"), _PATIENCE) as held:
                if not held:
                    raise NbguardError(f"{self.folder}: another process is writing the log of events")
                self._write(events)
        except OSError as error:
            raise NbguardError(f"{self.folder}: {(error.strerror or 'not writable').lower()}") from None

    def read(self, place: int, most: int) -> tuple[list[str], int]:
        """The lines from ``place`` on, ``most`` bytes of them but one at least, and the place behind the last.

        What went with an old file is passed over. Raises OSError.
        """
        for start, size in self.files():
            if start + size <= place:
                continue
            begin = max(place - start, 0)
            with os.fdopen(open_regular(self.path_of(start), _READ), "rb") as file:
                file.seek(begin)
                raw = file.read(most)
                raw += b"" if raw.endswith(b"\n") else file.readline()
            whole = raw[: raw.rfind(b"\n") + 1]
            # Within the limit if there is a line that is.
            if len(whole) > most and (cut := whole.rfind(b"\n", 0, most) + 1):
                whole = whole[:cut]
            if whole:
                lines = [f"{line}\n" for line in whole.decode("ascii", "replace").split("\n")[:-1]]
                return lines, start + begin + len(whole)
        return [], place

    def sent(self) -> int:
        """The place up to which events were sent; 0 where none were, or nobody knows."""
        return min(self.sent_place(), self.end())

    def sent_place(self) -> int:
        """As ``sent``, but as it was noted, even where the log ends before it."""
        try:
            return int(self.noted(_SENT))
        except (OSError, ValueError):
            return 0

    def mark_sent(self, place: int) -> None:
        """Notes that all before ``place`` was sent. Raises OSError."""
        self.note(_SENT, str(place))

    def noted_end(self) -> LogEnd | None:
        """Where the last event that was written ends, and its hash; None where nothing says so."""
        try:
            place, last = self.noted(_LAST).split()
            return LogEnd(int(place), last)
        except (OSError, ValueError):
            return None

    def noted(self, name: str) -> str:
        """What was noted under a name beside the events. Raises OSError and ValueError."""
        with os.fdopen(open_regular(os.path.join(self.folder, name), _READ), "rb") as file:
            return file.read(100).decode("ascii")

    def note(self, name: str, text: str) -> None:
        """Notes something short. Raises OSError."""
        with whole_file(os.path.join(self.folder, name), 0o600, durable=False) as file:
            file.write(text.encode("ascii"))

    def end(self) -> int:
        """The place behind the last event."""
        files = self.files()
        return sum(files[-1]) if files else 0

    def count(self, place: int) -> int:
        """How many events stand from ``place`` on."""
        number = 0
        while True:
            lines, place = self.read(place, 1_000_000)
            if not lines:
                return number
            number += len(lines)

    def files(self) -> list[tuple[int, int]]:
        """Where each file begins in the log, and how large it is."""
        try:
            with os.scandir(self.folder) as entries:
                found = [(int(m[1]), e.stat().st_size) for e in entries if (m := _NAME.fullmatch(e.name))]
        except FileNotFoundError:
            return []
        return sorted(found)

    def path_of(self, start: int) -> str:
        """The file that begins at a place."""
        return os.path.join(self.folder, f"events-{start:015d}.jsonl")

    def _write(self, events: Sequence[Event]) -> None:
        files = self.files()
        start, size = files[-1] if files else (0, 0)
        handle = open_regular(self.path_of(start), _WRITE)
        with os.fdopen(handle, "r+b") as file:
            end = _end(handle, size)
            # What a full disk or a crash cut was never an event: it goes, or the next one would be broken too.
            file.truncate(end.size)
            file.seek(end.size)
            told = self._with_cut(self._with_loss(events, files), LogEnd(start + end.size, end.hash))
            lines = "".join(chained(told, end.hash)).encode("ascii")
            if end.size and end.size + len(lines) > self._full:
                start += end.size
                end = LogEnd(0, end.hash)
                with os.fdopen(open_regular(self.path_of(start), _WRITE), "r+b") as next_file:
                    next_file.write(lines)
            else:
                file.write(lines)
        last = lines[lines.rstrip(b"\n").rfind(b"\n") + 1 :] if lines else b""
        if last:
            # Behind the events: what is noted is there, whenever this process ends.
            with suppress(OSError):
                self.note(_LAST, f"{start + end.size + len(lines)} {_hash_in(last)}")
        for old, _ in self.files()[: -self._kept]:
            os.remove(self.path_of(old))

    def _with_loss(self, events: Sequence[Event], files: Sequence[tuple[int, int]]) -> Sequence[Event]:
        """Says in the log where events went with an old file before they were sent."""
        place = self.sent()
        if not files or place >= files[0][0] or not os.path.exists(os.path.join(self.folder, _SENT)) or not events:
            return events
        self.mark_sent(files[0][0])
        lost = Event("events-lost", events[0].time, {"bytes": files[0][0] - place})
        return [lost, *events]

    def _with_cut(self, events: Sequence[Event], end: LogEnd) -> Sequence[Event]:
        """Says in the log where it doesn't end with the event that was written last."""
        noted = self.noted_end()
        if noted is None or not events or noted == end or noted.size < end.size:
            return events
        facts = {"bytes": noted.size - end.size, "last_hash": noted.hash}
        return [Event("events-lost", events[0].time, facts), *events]


class LogEnd(NamedTuple):
    """Behind the last event of a file or a log: the size until there in bytes, and the hash of that event."""

    size: int
    hash: str


def _end(handle: int, size: int) -> LogEnd:
    """Where the last whole line of a file ends, and its hash."""
    raw, begin = b"", size
    while begin:
        step = min(begin, _STEP)
        begin -= step
        os.lseek(handle, begin, os.SEEK_SET)
        raw = os.read(handle, step) + raw
        lines = raw[: raw.rfind(b"\n") + 1].split(b"\n")[:-1]
        if len(lines) > 1 or (lines and not begin):
            return LogEnd(begin + raw.rfind(b"\n") + 1, _hash_in(lines[-1]))
    return LogEnd(0, FIRST)


def _hash_in(line: bytes) -> str:
    """The hash of an event; that of none where the line is something else, which a check of the chain shows."""
    try:
        found = json.loads(line)["hash"]
    except (ValueError, KeyError, TypeError):
        return FIRST
    return found if isinstance(found, str) else FIRST
