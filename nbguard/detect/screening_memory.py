"""Remembers what the bytes around each literal said: of a large file that is screened again after an edit, only the
places near the edit are looked at again.

An answer is used again where its literal stands in what both versions begin or end with, at least ``REACH`` bytes away
from the rest: no answer that is kept looks further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.confirmations import REACH, answer_ask, ends_of, has_needs, near_any, reads_closely, split_by_bytes
from nbguard.detect.text_memory import TextMemory, add_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from nbguard.detect.confirmations import Question, Split
    from nbguard.detect.prefilter import Hit, Prefilter
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.triggers import Ask

# Bytes behind a literal that the prefilter may look at to narrow it.
_BEYOND = 1_024


class _Place(NamedTuple):
    """Where a literal stands at which somebody asks, and what the bytes around it said."""

    end: int
    start: int
    number: int
    split: Split


class _Known(NamedTuple):
    """A version of a file, and the places in it, in their order. Where nobody can find anything there is none."""

    path: str
    raw: bytes
    places: list[_Place]


class ScreeningMemory:
    """What an engine remembers of the large file that it screened last."""

    def __init__(self) -> None:
        self.forget()
        add_memory(self)
        # What detectors with a screening of their own said of pieces of files.
        self.pieces: TextMemory[Any] = TextMemory()

    def forget(self) -> None:
        """Lets go of the file."""
        self._known = _Known("", b"", [])

    def __repr__(self) -> str:
        """Shows no content."""
        return f"ScreeningMemory({len(self._known.places)} literals)"

    def confirmed(
        self,
        file: RawFile,
        prefilter: Prefilter,
        questions: Mapping[int, tuple[Question, ...]],
        detector_of: Callable[[str], object],
        made: Container[str],
    ) -> list[tuple[int, Ask]]:
        """Who asks where with a chance to find something: what the engine finds out without a memory, in any order.

        ``questions`` belong to the prefilter's literals by their numbers. Literals are looked for near the edit only.
        """
        places = self._places(file, prefilter, questions, detector_of)
        hits: list[tuple[int, Ask]] = []
        doubtful: list[tuple[int, Sequence[Ask]]] = []
        for end, start, _, split in places:
            hits += [(end, ask) for ask in split.likely if has_needs(file, ask)]
            for ask in split.elsewhere:
                if answer_ask(file, ask, start, end, detector_of, made):
                    hits.append((end, ask))
                else:
                    doubtful.append((end, (ask,)))
            if split.unlikely:
                doubtful.append((end, split.unlikely))
        near = near_any(ends_of(hits), doubtful)
        return hits + [(end, ask) for end, asks in near for ask in asks if reads_closely(ask) and has_needs(file, ask)]

    def _places(
        self,
        file: RawFile,
        prefilter: Prefilter,
        questions: Mapping[int, tuple[Question, ...]],
        detector_of: Callable[[str], object],
    ) -> list[_Place]:
        """The places of a version, of which those that are far from the edit are known."""
        before, raw = self._known, file.raw
        head, tail = _common(before.raw, raw) if before.path == file.path else (0, 0)
        # What begins in front of one offset, or at the other or behind it, is known if anything is.
        first, last = head - REACH + 1, len(raw) - tail + REACH
        grown = len(raw) - len(before.raw)
        places = [place for place in before.places if place.start < first]
        window = max(0, first)
        for number, hit_end in sorted(prefilter.search(raw[window : last + _BEYOND]), key=_end_of):
            end = window + hit_end
            start = end - len(prefilter.literals[number])
            if start < last:
                split = split_by_bytes(file, questions[number], start, end, detector_of)
                if any(split):
                    places.append(_Place(end, start, number, split))
        behind = [place for place in before.places if place.start >= last - grown]
        if grown:
            behind = [place._replace(end=place.end + grown, start=place.start + grown) for place in behind]
        places += behind
        self._known = _Known(file.path, raw, places)
        return places


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
