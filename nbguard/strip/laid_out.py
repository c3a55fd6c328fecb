"""Reads a cell that is laid out as nbformat writes it, which nearly all are, in a few steps of compiled code.

Layout: JSON with sorted keys and an indentation of one space (nbformat.v4.rwbase). Whatever differs in a byte is
left to the outline's own reader, which takes any JSON.
"""

from __future__ import annotations

from typing import Any

from nbguard.documents.spans import MalformedJSONError, Member, read_value, scan_once
from nbguard.lazy_regex import kept_regex
from nbguard.named_tuple import NamedTuple

_AFTER_METADATA = r',\n   "(?:outputs": (?:\[\],\n   "source": |()\[)|source": )'
_head = kept_regex(
    r'\{\n   "cell_type": "(?:code",\n   "execution_count": (?:null|(0|[1-9][0-9]*))|markdown"|raw"),\n'
    rf'(?:   "id": "[^"\\]{{0,100}}",\n)?   "metadata": (?:\{{\}}{_AFTER_METADATA}())?'
).match
_tail = kept_regex(_AFTER_METADATA).match
_SOURCE, _END, _NEXT = ',\n   "source": ', "\n  }", ",\n  {"
_NO_METADATA: dict[str, Any] = {}
# Less than half of what calling the class takes.
_new = tuple.__new__


class OutlineCell(NamedTuple):
    """A cell: its span, the spans of its members, and its metadata, decoded (an empty object where it has none)."""

    start: int
    end: int
    members: list[Member]
    metadata: dict[str, Any]

    def find(self, *keys: str) -> list[Member]:
        """The members of these names, duplicates included, in file order."""
        return [member for member in self.members if member[0] in keys]


def read_laid_out(text: str, at: int, cells: list[OutlineCell]) -> tuple[int, bool]:
    """Reads cells from the one at ``at`` on, up to the first that is laid out otherwise, or is no JSON.

    ``text`` is the file as Latin-1. Cells come without the members that hold nothing, their type and their id.
    Returns where that first cell begins and False, or where the last cell of all ends and True.
    """
    while (found := _head(text, at)) is not None:
        members: list[Member] = []
        (_, end), (count_start, count_end), (_, outputs), (_, done) = found.regs
        if count_start > 0:
            members.append(_new(Member, ("execution_count", count_start - 19, count_start, count_end)))
        metadata = _NO_METADATA
        try:
            if done < 0:
                start = end
                metadata, end = read_value(text, start)
                found = _tail(text, end)
                if found is None or not isinstance(metadata, dict):
                    break
                members.append(_new(Member, ("metadata", start - 12, start, end)))
                (_, end), (_, outputs) = found.regs
            if outputs > 0:
                end = scan_once(text, outputs)[1]
                members.append(_new(Member, ("outputs", outputs - 11, outputs, end)))
                if not text.startswith(_SOURCE, end):
                    break
                end += 15
            start = end
            end = scan_once(text, start)[1]
        except (ValueError, StopIteration, RecursionError, MalformedJSONError):
            break
        if not text.startswith(_END, end):
            break
        members.append(_new(Member, ("source", start - 10, start, end)))
        end += 4
        cells.append(_new(OutlineCell, (at, end, members, metadata)))
        if not text.startswith(_NEXT, end):
            return end, True
        at = end + 4
    return at, False
