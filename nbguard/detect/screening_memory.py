"""Remembers what the bytes around each literal said: of a large file that is screened again after an edit, only the
places near the edit are looked at again.

An answer is used again where its literal stands in what both versions begin or end with, at least ``REACH`` bytes away
from the rest: no answer that is kept looks further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.confirmations import (
    NEAR_REACH,
    REACH,
    Split,
    answer_ask,
    ends_of,
    has_needs,
    near_any,
    reads_closely,
    split_by_bytes,
)
from nbguard.detect.edit_memory import edits_of
from nbguard.detect.text_memory import add_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping

    from nbguard.detect.confirmations import Question
    from nbguard.detect.edit_memory import EditMemory
    from nbguard.detect.prefilter import Hit, Prefilter
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.triggers import Ask

# Bytes behind a literal that the prefilter may look at to narrow it.
_BEYOND = 1_024


# Below it, all of a file is near an edit.
_LARGE = 3 * REACH
# Where nobody can find anything.
_NOBODY = Split((), (), ())


class _Place(NamedTuple):
    """Where a literal stands at which somebody asks, and what the bytes around it said."""

    end: int
    start: int
    number: int
    split: Split


class ScreeningMemory:
    """What an engine remembers of the large file that it screened last."""

    def __init__(self) -> None:
        self.forget()
        add_memory(self)

    def forget(self) -> None:
        """Lets go of the file."""
        # The version that was screened last, and the places in it at which somebody can find something, in their order.
        self._raw = b""
        self._places: list[_Place] = []
        # What bytes around literals said, each only once.
        self._splits: dict[Split, Split] = {}

    def __repr__(self) -> str:
        """Shows no content."""
        return f"ScreeningMemory({len(self._places)} literals)"

    def edits(self, path: str, raw: bytes) -> EditMemory | None:
        """What is remembered of a file that comes again; None where there is too little of it."""
        return edits_of(path, raw) if len(raw) >= _LARGE else None

    def confirmed(
        self,
        file: RawFile,
        edits: EditMemory,
        prefilter: Prefilter,
        questions: Mapping[int, tuple[Question, ...]],
        detector_of: Callable[[str], object],
        made: Container[str],
    ) -> list[tuple[int, Ask]]:
        """Who asks where with a chance to find something: what the engine finds out without a memory, in any order.

        ``questions`` belong to the prefilter's literals by their numbers. Literals are looked for near the edit only.
        """
        self._update(file, edits, prefilter, questions, detector_of)
        hits: list[tuple[int, Ask]] = []
        doubtful: list[tuple[int, Ask]] = []
        # What the file has for those who ask, by what said so of bytes: of many places the same.
        met: dict[int, list[Ask]] = {}
        for end, start, _, split in self._places:
            likely = met.get(id(split))
            if likely is None:
                likely = met[id(split)] = [ask for ask in split.likely if has_needs(file, ask)]
            if likely:
                hits += [(end, ask) for ask in likely]
            for ask in split.elsewhere:
                (hits if answer_ask(file, ask, start, end, detector_of, made) else doubtful).append((end, ask))
        ends = ends_of(hits)
        doubtful = near_any(ends, doubtful)
        doubtful += [(place.end, ask) for place in near_any(ends, self._places) for ask in place.split.unlikely]
        return hits + [(end, ask) for end, ask in doubtful if reads_closely(ask) and has_needs(file, ask)]

    def _update(
        self,
        file: RawFile,
        edits: EditMemory,
        prefilter: Prefilter,
        questions: Mapping[int, tuple[Question, ...]],
        detector_of: Callable[[str], object],
    ) -> None:
        """Finds the places of a version, of which those that are far from the edit are known."""
        raw = file.raw
        head, tail, grown = edits.head, edits.tail, edits.grown
        known = self._places
        if self._raw is raw:
            head, tail, grown = len(raw), 0, 0
        elif self._raw is not edits.before:
            # That version wasn't asked about: raw bytes proved nothing in it.
            known, head, tail = [], 0, 0
        # What begins in front of one offset, or at the other or behind it, is known if anything is.
        first, last = head - REACH + 1, len(raw) - tail + REACH
        places = [place for place in known if place.start < first]
        window = max(0, first)
        before = {(place.start, place.number): place.split for place in known if window <= place.start < last - grown}
        for number, hit_end in sorted(prefilter.search(raw[window : last + _BEYOND]), key=_end_of):
            end = window + hit_end
            start = end - len(prefilter.literals[number])
            if start < last:
                near = None
                if end + NEAR_REACH <= head or start - NEAR_REACH >= len(raw) - tail:
                    near = before.get((start if end <= head else start - grown, number), _NOBODY)
                split = split_by_bytes(file, questions[number], start, end, detector_of, near)
                if any(split):
                    places.append(_Place(end, start, number, self._splits.setdefault(split, split)))
        behind = [place for place in known if place.start >= last - grown]
        if grown:
            behind = [place._replace(end=place.end + grown, start=place.start + grown) for place in behind]
        self._places = places + behind
        self._raw = raw


def _end_of(hit: Hit) -> int:
    return hit.end
