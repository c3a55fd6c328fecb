"""What is found in a text before it is a finding, and how values that stand together become one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.samples.sample_rules import rule_of
from nbguard.documents.occurrences import occurrences

if TYPE_CHECKING:
    import re


class SampleHit(NamedTuple):
    """A value or a list of values: rule, span in the text, the values for the fingerprint, and a sentence."""

    rule: str
    start: int
    end: int
    value: str
    message: str

    def __repr__(self) -> str:
        """Shows no value."""
        return f"SampleHit({self.rule}, {self.start}-{self.end})"


Spans = Sequence[tuple[int, int]]

# Characters between two values of a list, at most.
_NEAR = 200
# Characters around a shape in which the whole value stands.
AROUND = 48


def gather(single: Iterable[SampleHit]) -> list[SampleHit]:
    """The hits with those of a kind that are near each other as one."""
    hits: list[SampleHit] = []
    for hit in single:
        before = next(
            (n for n, other in enumerate(hits) if other.rule == hit.rule and abs(hit.start - other.end) < _NEAR), -1
        )
        if before < 0:
            hits.append(hit)
        else:
            hits[before] = _join(hits[before], hit)
    return hits


def _join(hit: SampleHit, other: SampleHit) -> SampleHit:
    values = sorted({*hit.value.split("\x1f"), *other.value.split("\x1f")})
    many = rule_of(hit.rule).many
    message = f"{len(values)} {many}" if len(values) > 1 and many else hit.message
    return SampleHit(hit.rule, min(hit.start, other.start), max(hit.end, other.end), "\x1f".join(values), message)


def free(at: int, taken: Spans) -> bool:
    """Whether a place lies outside all spans."""
    return not any(start <= at < end for start, end in taken)


def near_shapes(
    shapes: bytes, needles: Sequence[bytes], pattern: re.Pattern[str], text: str
) -> Iterator[re.Match[str]]:
    """The matches of a pattern at places where the text has a shape, of which each match holds one."""
    places = sorted({at for needle in needles for at in occurrences(shapes, needle)})
    if len(places) * 3 * AROUND > len(text):  # a column of them: all of the text is searched sooner
        for found in pattern.finditer(text):
            first = bisect_left(places, found.start())
            if first < len(places) and places[first] < found.end():
                yield found
        return
    done = 0
    for at in places:
        for found in pattern.finditer(text, max(done, at - AROUND), at + 2 * AROUND):
            if found.start() > at:
                break  # it holds another one, and isn't whole perhaps
            if found.end() > at:
                done = found.end()
                yield found
