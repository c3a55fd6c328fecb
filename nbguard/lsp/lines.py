r"""Positions as the Language Server Protocol counts them: lines from 0, characters in UTF-16 units.

A line ends with ``\n``, ``\r\n`` or ``\r``, and nowhere else
(https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#textDocuments).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from lsprotocol.types import Position, Range

from nbguard.editing.units import count_units

_END = re.compile(r"\r\n|\n|\r")
_BEYOND_ONE_UNIT = re.compile("[\U00010000-\U0010ffff]")


class Lines:
    """The lines of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in _END.finditer(text))]

    def position(self, index: int) -> Position:
        """Where a character stands."""
        line = bisect_right(self._starts, index) - 1
        return Position(line, count_units(self._text[self._starts[line] : index]))

    def range(self, start: int, end: int) -> Range:
        """Where the characters from ``start`` to ``end`` stand."""
        return Range(self.position(start), self.position(end))

    def index(self, position: Position) -> int:
        """The character at a position; behind a line's end, that end; behind the text's, its end."""
        if position.line >= len(self._starts):
            return len(self._text)
        start = self._starts[position.line]
        end = self._end_of(position.line)
        units = max(position.character, 0)
        line = self._text[start : min(end, start + units)]
        for found in _BEYOND_ONE_UNIT.finditer(line):
            if units <= found.start():
                break
            units = max(units - 1, found.start())
        return min(start + units, end)

    def index_in_units(self, units: int) -> int:
        """The character that stands behind so many UTF-16 units of the whole text."""
        text = self._text
        if text.isascii():
            return min(units, len(text))
        return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass"))

    def first_line(self) -> Range:
        """The first line, for what stands beside the text."""
        return self.range(0, self._end_of(0))

    def _end_of(self, line: int) -> int:
        """Where a line ends, without what ends it."""
        if line + 1 == len(self._starts):
            return len(self._text)
        end = self._starts[line + 1]
        return end - (2 if self._text[end - 2 : end] == "\r\n" else 1)
