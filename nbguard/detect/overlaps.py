"""One value in one place is one finding: where two findings of a kind overlap, the more specific one stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding


def keep_most_specific(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those that overlap a better one of their kind in the same field.

    Better is: the higher rank, then the higher severity, then the longer match.
    """
    kept: dict[tuple[int, str], list[Finding]] = {}
    for finding in sorted(findings, key=_weight, reverse=True):
        neighbours = kept.setdefault((finding.field.part.start, finding.kind), [])
        if not any(finding.start < other.end and other.start < finding.end for other in neighbours):
            neighbours.append(finding)
    return [finding for group in kept.values() for finding in group]


def _weight(finding: Finding) -> tuple[int, int, int, int]:
    return (finding.rank, SEVERITIES.index(finding.severity), finding.end - finding.start, -finding.start)
