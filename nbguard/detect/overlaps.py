"""One value in one place is one finding: where two findings of a kind overlap, the more specific one stays."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from nbguard.detect.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.detect.finding import Finding


def each_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings without those that a detector has made before: several ways may lead it to one value."""
    seen: set[tuple[int, int, int, str, int]] = set()
    for finding in findings:
        mark = (finding.field.part.start, finding.start, finding.end, finding.rule, finding.rank)
        if mark not in seen:
            seen.add(mark)
            yield finding


def keep_most_specific(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those that overlap a better one of their kind in the same field.

    Better is: the higher rank, then the higher severity, then the longer match. Takes n log n comparisons.
    """
    groups: dict[tuple[int, str], list[Finding]] = {}
    for finding in sorted(findings, key=_weight, reverse=True):
        groups.setdefault((finding.field.part.start, finding.kind), []).append(finding)
    return [finding for group in groups.values() for finding in _without_overlaps(group)]


class _Spans:
    """Spans of which no two overlap. In the order of their starts, their ends are in order too."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def take(self, start: int, end: int) -> bool:
        """Takes a span unless it overlaps one that is there already; says whether it did."""
        last = bisect_left(self._starts, end) - 1  # of those that begin before the end, this one ends last
        if last >= 0 and self._ends[last] > start:
            return False
        at = bisect_left(self._ends, end, bisect_left(self._starts, start))
        self._starts.insert(at, start)
        self._ends.insert(at, end)
        return True


def _without_overlaps(group: list[Finding]) -> Iterator[Finding]:
    """The findings of one field and kind, the best first, without those that overlap one before them."""
    if len(group) == 1:
        yield group[0]
        return
    bunches = _bunches(group)
    taken: dict[int, _Spans] = {}
    for finding, bunch in zip(group, bunches, strict=True):
        if taken.setdefault(bunch, _Spans()).take(finding.start, finding.end):
            yield finding


def _bunches(group: list[Finding]) -> list[int]:
    """For each finding the number of the bunch of touching spans it is in: most hold one or two."""
    bunches = [0] * len(group)
    bunch, reach = 0, -1
    for number in sorted(range(len(group)), key=lambda number: group[number].start):
        if group[number].start > reach:
            bunch += 1
        bunches[number] = bunch
        reach = max(reach, group[number].end)
    return bunches


def _weight(finding: Finding) -> tuple[int, int, int, int]:
    return (finding.rank, SEVERITIES.index(finding.severity), finding.end - finding.start, -finding.start)
