"""Shows what a move changes, as a unified diff of the decoded text, with every value masked."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from nbguard.documents.fields import SHORTEST_NAME
from nbguard.policy.masked_value import mask
from nbguard.vault.possible_values import PossibleValues
from nbguard.vault.text_changes import TextChange, apply_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.documents.fields import Field
    from nbguard.vault.transaction import MovePlan

# A traceback's colours, and whatever else a terminal would obey.
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# In the way to a value, a name that somebody chose and that may be a token itself.
_LONG_NAME = re.compile(rf"[^\s./\[\]]{{{SHORTEST_NAME},}}")
_QUOTED = re.compile(r"""(["'])(?:\\.|(?!\1)[^\\])+\1""", re.DOTALL)


def diff(plan: MovePlan) -> Iterator[str]:
    """The lines of the diff, without line ends: by file, and in a notebook by cell.

    Lines beside a change aren't shown: a secret that nobody found could stand there.
    """
    masks = {c.value: mask(c.value, c.finding.prefix) for c in plan.credentials}
    masks |= {left.finding.value: mask(left.finding.value, left.finding.prefix) for _, left in plan.left}
    masked = _Masked(masks)
    for found, new in plan.files:
        if not new.edits:
            continue
        yield f"--- {found.document.path}"
        yield f"+++ {found.document.path}"
        for field, changes in new.changes:
            place = _LONG_NAME.sub("…", masked.mask(_place(field)))
            for line in _hunks(field.text, changes, masked):
                yield line + place if line.startswith("@@") else _CONTROL.sub("", line)


def _hunks(text: str, changes: Sequence[TextChange], masked: _Masked) -> Iterator[str]:
    """The lines that changes are in, as they were and as they are then; others are equal, and aren't compared."""
    at = number = shift = 0
    for start, end, mine in _by_lines(text, changes) if masked.is_of_lines else [(0, len(text), list(changes))]:
        number += len(text[at:start].splitlines())
        at = start
        own = [TextChange(change.start - start, change.end - start, change.text) for change in mine]
        before = masked.mask(_masked_old(text[start:end], own, masked)).splitlines()
        after = masked.mask(apply_changes(text[start:end], own)).splitlines()
        for kind, first, last, new_first, new_last in difflib.SequenceMatcher(None, before, after).get_opcodes():
            if kind == "equal":
                continue
            new = number + shift
            yield f"@@ -{_range(number + first, number + last)} +{_range(new + new_first, new + new_last)} @@"
            yield from (f"-{line}" for line in before[first:last])
            yield from (f"+{line}" for line in after[new_first:new_last])
        shift += len(after) - len(before)


def _by_lines(text: str, changes: Sequence[TextChange]) -> Iterator[tuple[int, int, list[TextChange]]]:
    """Whole lines that follow each other, with the changes in them."""
    start = end = -1
    mine: list[TextChange] = []
    for change in changes:
        first, last = text.rfind("\n", 0, change.start) + 1, text.find("\n", change.end) + 1 or len(text)
        if mine and first > end:
            yield start, end, mine
            mine = []
        start = start if mine else first
        mine.append(change)
        end = max(end, last)
    if mine:
        yield start, end, mine


def _range(first: int, last: int) -> str:
    """Lines as a hunk's head has them; of none, the line before is told."""
    return str(first + 1) if last - first == 1 else f"{first + (last > first)},{last - first}"


class _Masked:
    """Puts masks in the place of values."""

    def __init__(self, masks: dict[str, str]) -> None:
        self._masks, self._possible = masks, PossibleValues(masks)
        self.is_of_lines = not any(len(value.splitlines()) > 1 for value in masks)

    def mask(self, text: str) -> str:
        """The text with each value masked, the longest first."""
        for value in self._possible.in_text(text):
            text = text.replace(value, self._masks[value])
        return text


def _masked_old(text: str, changes: Sequence[TextChange], masked: _Masked) -> str:
    shown = []
    for change in changes:
        old = text[change.start : change.end]
        whole = masked.mask(old)
        if whole == old and len(old) > 1:
            # The value stands here in pieces.
            whole = _QUOTED.sub(lambda found: f"{found[1]}…{found[1]}", old)
        shown.append(change._replace(text=whole))
    return apply_changes(text, shown)


def _place(field: Field) -> str:
    cell = field.part.cell
    if cell is None:
        return "" if field.part.where == "file" else f" {field.part.path}"
    return f" cell {cell.number + 1}" + ("" if field.part.where == "source" else f", {field.part.path}")
