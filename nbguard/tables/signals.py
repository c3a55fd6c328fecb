"""Where in a text something points at a table or at a person: what readers of tables skip everything else by."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Signals(NamedTuple):
    """Where in a text something points at sample data: offsets, sorted.

    ``ids``: a word for a government id is there. ``shapes``: the text with digits and letters mapped (see
    signal_search). ``hidden``: letters or digits are written as escapes, so the offsets aren't all there are.
    ``traces``: offsets of home folders and addresses of machines.
    """

    offsets: Sequence[int]
    ids: bool
    shapes: bytes
    hidden: bool = False
    traces: Sequence[int] = ()

    def any(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.offsets or self.traces or self.hidden)

    def first_from(self, start: int) -> int:
        """The first signal from ``start`` on; -1 where there is none."""
        place = bisect_left(self.offsets, start)
        return self.offsets[place] if place < len(self.offsets) else -1

    def between(self, start: int, end: int) -> bool:
        """Whether there is a signal from ``start`` on and before ``end``."""
        offsets = self.offsets
        place = bisect_left(offsets, start)
        return place < len(offsets) and offsets[place] < end

    def within(self, start: int, end: int) -> Sequence[int]:
        """The signals from ``start`` on and before ``end``."""
        return self.offsets[bisect_left(self.offsets, start) : bisect_left(self.offsets, end)]

    def traced(self, start: int, end: int) -> bool:
        """Whether a trace of a user or a machine stands there."""
        place = bisect_left(self.traces, start)
        return place < len(self.traces) and self.traces[place] < end
