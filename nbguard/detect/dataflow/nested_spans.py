"""Nested spans of code, such as functions and classes, and which of them are around a place."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


class NestedSpans:
    """Nested spans of nodes, asked for those around an offset. Cheaper than climbing a tree by its parents."""

    def __init__(self, nodes: list[Node]) -> None:
        spans = sorted({(node.start_byte, -node.end_byte) for node in nodes})
        self._starts = [start for start, _ in spans]
        self._ends = [-end for _, end in spans]
        self._above: list[int] = []
        open_: list[int] = []
        for number, start in enumerate(self._starts):
            while open_ and self._ends[open_[-1]] <= start:
                open_.pop()
            self._above.append(open_[-1] if open_ else -1)
            open_.append(number)

    def around(self, offset: int) -> list[int]:
        """Where the spans around an offset begin, from the inside out."""
        found = []
        number = bisect_right(self._starts, offset) - 1
        while number >= 0:
            if self._ends[number] > offset:
                found.append(self._starts[number])
            number = self._above[number]
        return found
