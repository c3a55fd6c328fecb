"""Shows what a move changes, as a unified diff of the decoded text, with every value masked."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from nbguard.documents.fields import SHORTEST_NAME
from nbguard.policy.masked_value import mask
from nbguard.vault.text_changes import apply_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.documents.fields import Field
    from nbguard.vault.text_changes import TextChange
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
    values = sorted(masks, key=len, reverse=True)
    for found, new in plan.files:
        if not new.edits:
            continue
        yield f"--- {found.document.path}"
        yield f"+++ {found.document.path}"
        for field, changes in new.changes:
            before = _mask(_masked_old(field, changes, masks), values, masks)
            after = _mask(apply_changes(field.text, changes), values, masks)
            place = _LONG_NAME.sub("…", _mask(_place(field), values, masks))
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
            for number, line in enumerate(lines):
                if number < 2:
                    continue
                yield line + place if line.startswith("@@") else _CONTROL.sub("", line)


def _masked_old(field: Field, changes: Sequence[TextChange], masks: dict[str, str]) -> str:
    masked = []
    width = min(map(len, masks), default=0)
    beginnings: dict[str, list[str]] = {}
    order = {value: number for number, value in enumerate(masks)}
    for value in masks:
        beginnings.setdefault(value[:width], []).append(value)
    for change in changes:
        old = field.text[change.start : change.end]
        whole = old
        # Only those that may stand there are looked for, in the order of the masks: there may be thousands of each.
        begun = {old[at : at + width] for at in range(len(old) - width + 1)}
        possible = [value for begin in begun for value in beginnings.get(begin, ())]
        for value in sorted(possible, key=order.__getitem__):
            whole = whole.replace(value, masks[value])
        if whole == old and len(old) > 1:
            # The value stands here in pieces.
            whole = _QUOTED.sub(lambda found: f"{found[1]}…{found[1]}", old)
        masked.append(change._replace(text=whole))
    return apply_changes(field.text, masked)


def _mask(text: str, values: Sequence[str], masks: dict[str, str]) -> str:
    for value in values:
        text = text.replace(value, masks[value])
    return text


def _place(field: Field) -> str:
    cell = field.part.cell
    if cell is None:
        return "" if field.part.where == "file" else f" {field.part.path}"
    return f" cell {cell.number + 1}" + ("" if field.part.where == "source" else f", {field.part.path}")
