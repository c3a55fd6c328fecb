"""Remembers what the bytes around each literal said: of a large file that is screened again after an edit, only the
places near the edit are looked at again.

An answer is used again where its literal stands in what both versions begin or end with, at least ``REACH`` bytes away
from the rest: no answer that is kept looks further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.confirmations import REACH, answer_ask, ends_of, has_needs, is_near, reads_closely, split_by_bytes
from nbguard.detect.text_memory import add_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from nbguard.detect.confirmations import Question, Split
    from nbguard.detect.prefilter import Hit
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.triggers import Ask, Trigger


class _Known(NamedTuple):
    """A version of a file and what was said of the literals in it, by their numbers and ends."""

    path: str
    raw: bytes
    splits: dict[tuple[int, int], Split]


class ScreeningMemory:
    """What an engine remembers of the large file that it screened last."""

    def __init__(self) -> None:
        self.forget()
        add_memory(self)

    def forget(self) -> None:
        """Lets go of the file."""
        self._known = _Known("", b"", {})

    def __repr__(self) -> str:
        """Shows no content."""
        return f"ScreeningMemory({len(self._known.splits)} literals)"

    def confirmed(
        self,
        file: RawFile,
        found: Sequence[Hit],
        table: Sequence[Trigger],
        questions: Mapping[int, tuple[Question, ...]],
        detector_of: Callable[[str], object],
        made: Container[str],
    ) -> list[tuple[int, Ask]]:
        """Who asks where with a chance to find something: what the engine finds out without a memory, in any order.

        ``found`` is where the prefilter found literals, ``table`` and ``questions`` belong to these by their numbers.
        """
        before, raw = self._known, file.raw
        same = before.path == file.path
        head, tail = _common(before.raw, raw) if same else (0, 0)
        known = before.splits if same else {}
        grown = len(raw) - len(before.raw)
        splits: dict[tuple[int, int], Split] = {}
        hits: list[tuple[int, Ask]] = []
        doubtful: list[tuple[int, Sequence[Ask]]] = []
        # In their order, as some detectors remember how far they have searched.
        for number, end in sorted(found, key=_end_of):
            start = end - len(table[number].literal)
            if start + REACH <= head:
                split = known.get((number, end))
            elif start - REACH >= len(raw) - tail:
                split = known.get((number, end - grown))
            else:
                split = None
            if split is None:
                split = split_by_bytes(file, questions[number], start, end, detector_of)
            splits[number, end] = split
            hits += [(end, ask) for ask in split.likely if has_needs(file, ask)]
            for ask in split.elsewhere:
                if answer_ask(file, ask, start, end, detector_of, made):
                    hits.append((end, ask))
                else:
                    doubtful.append((end, (ask,)))
            if split.unlikely:
                doubtful.append((end, split.unlikely))
        self._known = _Known(file.path, raw, splits)
        ends = ends_of(hits)
        return hits + [
            (end, ask)
            for end, asks in doubtful
            if is_near(ends, end)
            for ask in asks
            if reads_closely(ask) and has_needs(file, ask)
        ]


def _end_of(hit: Hit) -> int:
    return hit.end


def _common(one: bytes, other: bytes) -> tuple[int, int]:
    """How many bytes two versions begin with together, and end with together, none counted twice."""
    most = min(len(one), len(other))
    head = _common_length(most, lambda length: one[:length] == other[:length])
    tail = _common_length(most - head, lambda length: one[len(one) - length :] == other[len(other) - length :])
    return head, tail


def _common_length(most: int, is_common: Callable[[int], bool]) -> int:
    least = 0
    if is_common(most):
        return most
    while least < most - 1:
        middle = (least + most) // 2
        if is_common(middle):
            least = middle
        else:
            most = middle
    return least
