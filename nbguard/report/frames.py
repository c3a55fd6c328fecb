"""The line of code that a finding stands on, with every value in it masked: what a report shows of the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.plain import plain
from nbguard.policy.masked_value import mask_finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding

# Characters of a line that are kept on either side of the value.
_BESIDE = 100
# What nobody found may be a secret all the same: long opaque runs, and addresses.
_OPAQUE = re.compile(r"(?=[\w+/=.~-]{0,200}\d)[A-Za-z0-9+/=_~-]{20,}|[\w.+-]{1,64}@[\w-]+\.[\w.-]+")
# A document of more values than this gets no frames: each value is masked in each line.
_MOST_VALUES = 100
# A text in these places is data, or a value alone: its line says nothing.
_WITHOUT_LINES = frozenset(("metadata", "attachment", "widget"))


class Frame(NamedTuple):
    """A masked line, without control characters. ``start`` and ``length`` say which of its characters the value is."""

    text: str
    start: int
    length: int


class Frames:
    """The frames of one document's findings. All of the findings are needed: each one's value is masked in all lines.

    Sample data has no frame: its lines are the data. A bad habit has none, and nothing in it is masked.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._spans: dict[tuple[int, str], list[tuple[int, int, str]]] = {}
        values: dict[str, str] = {}
        for finding in findings:
            if finding.kind == "hygiene":
                continue
            masked = mask_finding(finding)
            span = (finding.start, finding.end, masked)
            self._spans.setdefault(_field_of(finding), []).append(span)
            if finding.value.strip():
                values[finding.value] = masked
        self._values = sorted(values.items(), key=lambda item: len(item[0]), reverse=True)

    def of(self, finding: Finding) -> Frame | None:
        """The frame of one of the findings; None where there is nothing to show."""
        if finding.kind in ("sample-data", "hygiene") or finding.field.part.where in _WITHOUT_LINES:
            return None
        if len(self._values) > _MOST_VALUES or len(self._spans[_field_of(finding)]) > _MOST_VALUES:
            return None
        text = finding.field.text
        first = text.rfind("\n", 0, finding.start) + 1
        last = text.find("\n", finding.end)
        last = len(text) if last < 0 else last
        begin, end = _whole_words(text, max(first, finding.start - _BESIDE), min(last, finding.end + _BESIDE), finding)
        before = self._masked(finding, begin, finding.start).rpartition("\n")[2].lstrip()
        after = self._masked(finding, finding.end, end).partition("\n")[0].rstrip()
        value = _shown(mask_finding(finding))
        before, after = _shown(before), _shown(after)
        if begin > first:
            before = f"…{before}"
        if not before and not after:
            return None
        return Frame(before + value + after, len(before), len(value))

    def _masked(self, finding: Finding, start: int, end: int) -> str:
        """A stretch of the finding's field, next to it, without a value."""
        text, pieces, at = finding.field.text, [], start
        for left, right, masked in sorted(self._spans[_field_of(finding)]):
            if right <= at or left >= end:
                continue
            pieces += [text[at : max(left, at)], masked]
            at = right
        stretch = "".join((*pieces, text[at : max(at, end)]))
        for value, masked in self._values:
            stretch = stretch.replace(value, masked)
        return _OPAQUE.sub("…", stretch)


def _whole_words(text: str, begin: int, end: int, finding: Finding) -> tuple[int, int]:
    """The window without the words that its edges cut: half a value isn't known for one."""
    while 0 < begin < finding.start and not text[begin - 1].isspace():
        begin += 1
    while finding.end < end < len(text) and not text[end].isspace():
        end -= 1
    return begin, end


def _field_of(finding: Finding) -> tuple[int, str]:
    part = finding.field.part
    return part.start, f"{part.path}\0{finding.field.key}\0{len(finding.field.text)}"


def _shown(text: str) -> str:
    return plain(text.replace("\t", "    ").replace("\r", ""))
