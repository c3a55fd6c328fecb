"""Reads a cell that is laid out as nbformat writes it, which nearly all are, in a few steps of compiled code.

Layout: JSON with sorted keys and an indentation of one space (nbformat.v4.rwbase). Whatever differs in a byte is
left to the outline's own reader, which takes any JSON.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from nbguard.documents.spans import MalformedJSONError, read_value, scan_once

# Key, where the key begins, where the value begins, where it ends.
Span = tuple[str, int, int, int]

_AFTER_METADATA = r',\n   "(?:outputs": (?:\[\],\n   "source": |()\[)|source": )'
_head = re.compile(
    r'\{\n   "cell_type": "(?:code",\n   "execution_count": (?:null|(0|[1-9][0-9]*))|markdown"|raw"),\n'
    rf'(?:   "id": "[^"\\]{{0,100}}",\n)?   "metadata": (?:\{{\}}{_AFTER_METADATA}())?'
).match
_tail = re.compile(_AFTER_METADATA).match
_SOURCE, _END = ',\n   "source": ', "\n  }"
_NO_METADATA: dict[str, Any] = {}


class OutlineCell(NamedTuple):
    """A cell: its span, the spans of its members, and its metadata, decoded (an empty object where it has none)."""

    start: int
    end: int
    members: list[Span]
    metadata: dict[str, Any]

    def find(self, *keys: str) -> list[Span]:
        """The members of these names, duplicates included, in file order."""
        return [member for member in self.members if member[0] in keys]


def read_laid_out(text: str, at: int) -> OutlineCell | None:
    """The cell at ``at``, without the members that hold nothing, its type and its id; None where it is another's work.

    ``text`` is the file as Latin-1. A cell that isn't JSON gives None, too.
    """
    found = _head(text, at)
    if found is None:
        return None
    members: list[Span] = []
    (_, end), (count_start, count_end), (_, outputs), (_, done) = found.regs
    if count_start > 0:
        members.append(("execution_count", count_start - 19, count_start, count_end))
    metadata = _NO_METADATA
    try:
        if done < 0:
            start = end
            metadata, end = read_value(text, start)
            found = _tail(text, end)
            if found is None or not isinstance(metadata, dict):
                return None
            members.append(("metadata", start - 12, start, end))
            (_, end), (_, outputs) = found.regs
        if outputs > 0:
            end = scan_once(text, outputs)[1]
            members.append(("outputs", outputs - 11, outputs, end))
            if not text.startswith(_SOURCE, end):
                return None
            end += 15
        start = end
        end = scan_once(text, start)[1]
    except (ValueError, StopIteration, RecursionError, MalformedJSONError):
        return None
    if not text.startswith(_END, end):
        return None
    members.append(("source", start - 10, start, end))
    return OutlineCell(at, end + 4, members, metadata)
