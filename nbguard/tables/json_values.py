"""Reads JSON into values whose strings and numbers know where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.documents.spans import TOKEN
from nbguard.documents.structure.cells import TableCell
from nbguard.tables.literals import unescape

if TYPE_CHECKING:
    import re

_WORDS = {"true": True, "false": False, "null": None}


def is_number(value: Any) -> bool:
    """Whether a value is a number, also one that knows its place."""
    return value.form == "number" if isinstance(value, TableCell) else isinstance(value, (int, float))


def read_places(text: str) -> Any:
    """A JSON text's value made of dicts, lists and ``TableCell``; tolerant, and without recursion for deep nesting."""
    outer: list[Any] = []
    stack: list[Any] = [outer]
    key: str | None = None
    for found in TOKEN.finditer(text):
        mark, into = found[2], stack[-1]
        if mark is None:
            value = _leaf(found)
            if isinstance(into, dict) and key is None:
                key = value if isinstance(value, TableCell) else None
                continue
        elif mark in "{[":
            value = {} if mark == "{" else []
            stack.append(value)
        else:
            key = key if mark == ":" else None
            if mark in "}]" and len(stack) > 1:
                stack.pop()
            continue
        if isinstance(into, list):
            into.append(value)
        elif key is not None:
            into[key] = value
        key = None if isinstance(value, (dict, list)) else key
    return outer[0] if outer else None


def _leaf(found: re.Match[str]) -> Any:
    if found[3] is not None:
        return _WORDS[found[3]] if found[3] in _WORDS else TableCell(found[3], *found.span(3), "number")
    return TableCell(unescape(found[1]) if "\\" in found[1] else found[1], *found.span(1), "string")
