"""Where some texts stand in a source, asked for by spans: as fast however deep the spans are nested."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from nbguard.documents.occurrences import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Occurrences:
    """Spans of what stands in a source; whether one of them is inside of another span is told without reading that."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        # The first end of those from each on.
        self._ends = list(accumulate((end for _, end in reversed(ordered)), min))[::-1]

    def within(self, start: int, end: int) -> bool:
        """Whether something stands inside of a span."""
        first = bisect_left(self._starts, start)
        return first < len(self._starts) and self._ends[first] <= end


def places_of(source: str, words: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The spans of words, maybe as parts of longer ones; of the empty word, one for each character."""
    for word in words:
        for at in occurrences(source, word, overlapping=True):
            yield at, at + len(word)
