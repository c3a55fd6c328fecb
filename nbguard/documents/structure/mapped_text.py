"""A text that was taken out of another one, and the way back: from each character to where it came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.documents.structure.pair import Pair


_ESCAPED = lazy_regex(r"\\(.)", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0"}


def undo_escapes(raw: str) -> str:
    """A text in which a backslash begins a control character, or says that the character behind it means itself."""
    return _ESCAPED.sub(lambda found: _CONTROLS.get(found[1], found[1]), raw) if "\\" in raw else raw


class MappedText(NamedTuple):
    """A text and, for runs of it, where they begin and end in the text they were taken from."""

    text: str
    starts: list[int]
    origins: list[int]
    ends: list[int]

    def origin(self, offset: int) -> int:
        """The offset in the original of the character at an offset of the text."""
        run = bisect_right(self.starts, offset) - 1
        return min(self.origins[run] + offset - self.starts[run], self.ends[run])

    def origin_of_end(self, offset: int) -> int:
        """The offset in the original after the character before an offset of the text."""
        if not offset:
            return self.origins[0]
        run = bisect_right(self.starts, offset - 1) - 1
        if run + 1 < len(self.starts) and self.starts[run + 1] == offset:
            return self.ends[run]
        return min(self.origins[run] + offset - self.starts[run], self.ends[run])

    def pair(self, found: Pair, base: int = 0) -> Pair:
        """A pair of the text as one of the original; ``base`` is where the original begins in a larger one."""
        start, name = self.origin(found.start), self.origin(found.name_start)
        return found._replace(
            start=base + start,
            end=base + max(start, self.origin_of_end(found.end)),
            name_start=base + name,
            name_end=base + max(name, self.origin_of_end(found.name_end)),
        )


class TextMapper:
    """Puts a mapped text together, piece by piece in the order of the original."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts, self._origins, self._ends = [0], [0], [0]
        self._length = 0

    def add(self, piece: str, origin: int, length: int = -1) -> None:
        """Adds a piece that begins at an offset of the original; ``length`` there, as long as it is without one."""
        if not piece:
            return
        if self._length == self._starts[-1]:
            self._origins[-1] = origin
        else:
            self._starts.append(self._length)
            self._origins.append(origin)
            self._ends.append(0)
        self._ends[-1] = origin + (len(piece) if length < 0 else length)
        self._pieces.append(piece)
        self._length += len(piece)

    def finish(self) -> MappedText:
        """The text so far."""
        return MappedText("".join(self._pieces), self._starts, self._origins, self._ends)
