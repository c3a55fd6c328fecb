"""What was found in stretches of the file that was looked through last: after an edit, most of them are as they were.

A stretch is taken for the same where it lies in what both versions begin with, or, in versions of one length, in what
both end with. So nothing has to be hashed or compared, but for the two versions as wholes, once.
"""

from __future__ import annotations

from threading import local
from typing import TYPE_CHECKING, Any, TypeVar

from nbguard.detect.text_memory import add_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

T = TypeVar("T")

# Bytes of a stretch, for whoever has no reason for others.
_STRETCH = 1 << 14


class EditMemory:
    """What is remembered of one file. Only what the last version was asked for is kept for the next one."""

    def __init__(self) -> None:
        self.forget()
        add_memory(self)

    def forget(self) -> None:
        """Lets go of the file."""
        self.path, self.raw, self.before = "", b"", b""
        # How many bytes this version and the one before begin with together, and end with together; and by how many it
        # is longer.
        self.head = self.tail = 0
        self.grown = 0
        self._before: dict[tuple[Hashable, int, int], Any] = {}
        self._now: dict[tuple[Hashable, int, int], Any] = {}

    def __repr__(self) -> str:
        """Shows no content."""
        return f"EditMemory({len(self.raw)} bytes, {len(self._now)} answers)"

    def see(self, path: str, raw: bytes) -> None:
        """A file is looked through: it is compared with the one before, unless that is it."""
        if raw is self.raw and path == self.path:
            return
        self.head, self.tail = common_ends(self.raw, raw) if path == self.path else (0, 0)
        self.grown = len(raw) - len(self.raw)
        self.path, self.before, self.raw = path, self.raw, raw
        self._before, self._now = self._now, {}

    def answer(self, about: Hashable, start: int, end: int, find: Callable[[bytes, int, int], T]) -> T:
        """What ``find`` says of the file between two offsets. It must hang on nothing but these bytes and ``about``."""
        key = about, start, end
        if key in self._now:
            known: T = self._now[key]
            return known
        if key in self._before and (end <= self.head or (not self.grown and start >= len(self.raw) - self.tail)):
            found: T = self._before[key]
        else:
            found = find(self.raw, start, end)
        self._now[key] = found
        return found

    def answers(self, about: Hashable, overlap: int, find: Callable[[bytes, int, int], T]) -> Iterator[tuple[int, T]]:
        """Where each stretch of the file begins and what ``find`` says of it; each has the end of the one before, of
        so many bytes, in front.
        """
        for at in range(0, len(self.raw), _STRETCH):
            start = max(0, at - overlap)
            yield start, self.answer(about, start, min(at + _STRETCH, len(self.raw)), find)


class _Latest(local):
    """The file that a thread has looked through last."""

    def __init__(self) -> None:
        self.edits = EditMemory()


_latest = _Latest()


def edits_of(path: str, raw: bytes) -> EditMemory:
    """What is remembered of the file that this thread looked through before, compared with this one."""
    _latest.edits.see(path, raw)
    return _latest.edits


def common_ends(one: bytes, other: bytes) -> tuple[int, int]:
    """How many bytes two versions begin with together, and end with together, none counted twice."""
    most = min(len(one), len(other))
    head = _common_length(most, lambda first, last: one[first:last] == other[first:last])
    end, other_end = len(one), len(other)
    tail = _common_length(
        most - head, lambda first, last: one[end - last : end - first] == other[other_end - last : other_end - first]
    )
    return head, tail


def _common_length(most: int, is_common: Callable[[int, int], bool]) -> int:
    """The length up to which all is common, where ``is_common`` says so of what lies between two lengths."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if is_common(least, middle):
            least = middle
        else:
            most = middle - 1
    return least
