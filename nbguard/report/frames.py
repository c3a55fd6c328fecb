"""The line that a finding stands on, as far as a report shows it: the name and the signs at the value, nothing else.

What else the line holds may be a secret that nobody found: the rest of a password, another one, it again in other
letters, a row of people. So nothing of it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple
from nbguard.policy.masked_value import mask_finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding

# Characters of a line that are looked at on either side of the value.
_BESIDE = 160
# What leads to a value: `name = "`, `"name": "`, `name("`, `f(name="`, `--name `. A name has letters only.
_NAME = r"(?<![^\s\"'`(\[{,;.$-])[A-Za-z_]{1,60}(?:[.-][A-Za-z_]{1,60}){0,3}"
_CALL = rf"(?:{_NAME}[ \t]{{0,4}}=[ \t]{{0,4}})?{_NAME}\("
_LEADING = lazy_regex(
    rf"(?:(?:{_CALL})?-{{0,2}}[\[{{(]{{0,2}}[\"'`]?{_NAME}[\"'`]?\]?[ \t]{{0,8}}(?:[:=]|:=|=>|<-)[ \t]{{0,8}}"
    rf"|{_CALL}[ \t]{{0,4}}|--{_NAME}[ \t]{{1,4}}|[\[({{,][ \t]{{0,4}})?[rRbBuUfF]{{0,2}}[\"'`]{{0,3}}$"
)
_CLOSING = lazy_regex(r"[\"'`]{0,3}[ \t]{0,4}[)\]},;]{0,8}")
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
        self._numbers: dict[tuple[int, str], int] = {}
        values: dict[str, str] = {}
        for finding in findings:
            if finding.kind == "hygiene":
                continue
            field = _field_of(finding)
            self._numbers[field] = self._numbers.get(field, 0) + 1
            if finding.value.strip():
                values[finding.value] = mask_finding(finding)
        self._values = sorted(values.items(), key=lambda item: len(item[0]), reverse=True)

    def of(self, finding: Finding) -> Frame | None:
        """The frame of one of the findings; None where there is nothing to show."""
        if finding.kind in ("sample-data", "hygiene") or finding.field.part.where in _WITHOUT_LINES:
            return None
        if len(self._values) > _MOST_VALUES or self._numbers[_field_of(finding)] > _MOST_VALUES:
            return None
        text = finding.field.text
        left = text[max(0, finding.start - _BESIDE) : finding.start].rpartition("\n")[2]
        right = text[finding.end : finding.end + _BESIDE].partition("\n")[0]
        leading, closing = _leading(left), _closing(right)
        before, after = (_shown(self._masked(part)) for part in (leading, closing))
        if left[: len(left) - len(leading)].strip():
            before = f"…{before}"
        if right[len(closing) :].strip():
            after = f"{after}…"
        value = _shown(mask_finding(finding))
        if not before.strip("…") and not after.strip("…"):
            return None
        return Frame(before + value + after, len(before), len(value))

    def _masked(self, text: str) -> str:
        for value, masked in self._values:
            text = text.replace(value, masked)
        return text


def _leading(text: str) -> str:
    found = _LEADING.search(text)
    return found.group().lstrip() if found else ""


def _closing(text: str) -> str:
    found = _CLOSING.match(text)
    return found.group().rstrip() if found else ""


def _field_of(finding: Finding) -> tuple[int, str]:
    part = finding.field.part
    return part.start, f"{part.path}\0{finding.field.key}\0{len(finding.field.text)}"


def _shown(text: str) -> str:
    return plain(text.replace("\t", "    ").replace("\r", ""))
