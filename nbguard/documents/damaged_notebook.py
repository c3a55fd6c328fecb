"""Reads what can be read of a notebook that isn't whole, so that a defect costs no more than what it stands in.

Cells that are whole are read as cells, wherever they stand. Between them, values of a notebook's own keys are read as
what they are if they are whole; all else is text, with the escapes of JSON undone (form ``damaged``).
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.fields import Cell, CellNode, Output, Part
from nbguard.documents.notebook import language_in, read_cell, read_output
from nbguard.documents.notebook_parts import cell_parts, data_parts, member_parts, output_parts, source_mime, top_parts
from nbguard.documents.spans import (
    MalformedJSONError,
    Member,
    end_of_value,
    json_text,
    read_array,
    read_object,
    read_string,
    skip_space,
    without_depth,
)
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable

_S = r"[ \t\r\n]*+"
# Quotes that aren't escaped can't stand inside a string, so these are no text of one, whatever is wrong before them.
_BEGINS_CELL = lazy_regex(
    rf'\{{{_S}"(?:cell_type|id|metadata|source|input|outputs|attachments|execution_count|prompt_number|collapsed|'
    rf'language|level)"{_S}:'
)
_KEY = lazy_regex(
    rf'"(source|input|text|traceback|ename|evalue|metadata|outputs|attachments|data|cell_type|language_info|kernelspec|'
    rf'[a-z]{{4,11}}/[a-zA-Z0-9.+-]{{1,60}})"{_S}:{_S}'
)
_ANY_KEY = lazy_regex(rf'"[^"\\\n]{{1,100}}+"{_S}:')
_OPENING = lazy_regex(r'[ \t\r\n\[]*+"?')
_SAYS_SOMETHING = re.compile(r"\w").search
# How many times its length is read of a file: what isn't whole is read again from further inside.
_TIMES = 12
# What it costs to meet too deep nesting, in bytes that are read in the same time.
_DEEP = 10_000


class Damaged(NamedTuple):
    """What can be read: parts in file order, the language, and how many cells are whole."""

    parts: tuple[Part, ...]
    language: str
    cells: int


def read_damaged(raw: bytes) -> Damaged:
    """Reads a notebook that ``read_notebook`` refuses. Every byte that says something is in some part."""
    return _Reader(json_text(raw)).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = without_depth(text)
        self._parts: list[Part] = []
        self._left = _TIMES * len(text) + 10_000
        self._number = 0
        self._language = self._find_language()

    def read(self) -> Damaged:
        text, at, whole = self._text, 0, 0
        for found in _BEGINS_CELL.finditer(text):
            start = found.start()
            if start < at:
                continue
            node, strays = self._cell_at(start)
            if node is None or not node.spans("cell_type"):
                continue
            self._read_gap(at, start)
            node = node._replace(cell=node.cell._replace(number=self._number))
            self._parts += (*cell_parts(text, node, self._language), *_stray_parts(node.cell, strays))
            at, whole, self._number = node.span.end, whole + 1, self._number + 1
        self._read_gap(at, len(text))
        self._parts.sort(key=lambda part: part.start)
        return Damaged(tuple(self._parts), self._language, whole)

    def _find_language(self) -> str:
        members = []
        for found in _KEY.finditer(self._text):
            if found[1] in ("language_info", "kernelspec"):
                end = self._tried(found.end(), lambda at: end_of_value(self._text, at))
                if end > 0:
                    members.append(Member(found[1], found.start(), found.end(), end))
        return language_in(self._text, members[-8:])

    def _cell_at(self, start: int) -> tuple[CellNode | None, list[Member]]:
        """The cell at an offset, if it is whole, with what stands among its outputs and is none."""
        nodes: list[CellNode] = []
        strays: list[Member] = []
        self._tried(start, lambda at: read_cell(self._text, at, nodes, strays))
        return (nodes[0] if nodes else None), strays

    def _tried(self, start: int, read: Callable[[int], int]) -> int:
        """Where what is read from an offset ends; -1 where it isn't whole, or too much was read already."""
        if self._left <= 0:
            return -1
        try:
            end = read(start)
        except MalformedJSONError as error:
            self._left -= self._cost(str(error), start, error.offset)
            return -1
        self._left -= end - start
        return end

    def _cost(self, reason: str, start: int, offset: int) -> int:
        if "doesn't end" in reason:
            return len(self._text)  # it was searched down to its end
        # For an error of its own, the JSON reader counts lines from the top.
        return _DEEP if "too deep" in reason else offset - start + offset // 50 + 1

    def _read_gap(self, start: int, end: int) -> None:
        """What stands between two whole cells."""
        text, at, cell = self._text, start, None
        for found in _KEY.finditer(text, start, end):
            key, value = found[1], found.end()
            if found.start() < at or value >= end:
                continue
            if key == "cell_type" or (cell is None and key in ("source", "input", "outputs", "text", "data")):
                self._number += cell is not None
                cell = Cell(self._number, None, self._type_at(value, key))
            elif key in ("language_info", "kernelspec"):
                continue
            if key == "cell_type":
                continue
            last = self._end_of_whole(value, end)
            parts = self._whole_parts(cell, Member(key, found.start(), value, last)) if last > 0 else None
            if parts is None:
                if key not in ("source", "input", "text", "traceback"):
                    continue
                following = _ANY_KEY.search(text, value, end)
                last = following.start() if following else end
                parts = [self._torn_part(cell, key, value, last)]
            self._read_text(at, found.start())
            self._parts += parts
            at = last
        self._read_text(at, end)
        self._number += cell is not None

    def _type_at(self, value: int, key: str) -> str:
        if key == "cell_type" and self._text[value] == '"' and self._end_of_whole(value, value + 20) > 0:
            return read_string(self._text, value)[0]
        return "code"

    def _end_of_whole(self, value: int, end: int) -> int:
        """Where a whole value ends, behind which an object or a list goes on; -1 where there is none."""
        if self._text[value] not in '"[{':
            return -1
        last = self._tried(value, lambda at: end_of_value(self._text, at))
        if last < 0 or last > end:
            return -1
        behind = skip_space(self._text, last)
        return last if behind == len(self._text) or self._text[behind] in ",}]" else -1

    def _whole_parts(self, cell: Cell | None, member: Member) -> list[Part] | None:
        """The parts of a whole value under one of a notebook's own keys; None where it has no such value."""
        text, key = self._text, member.key
        if cell is None or (key == "metadata" and _tells_kernel(text, member)):
            return top_parts(text, member) if key == "metadata" else None
        if key == "outputs":
            outputs: list[Output] = []
            strays: list[Member] = []
            if text[member.start] != "[":
                return None
            read_array(text, member.start, lambda at: read_output(text, at, outputs, strays))
            parts = [output_parts(text, cell, f"outputs[{number}]", one) for number, one in enumerate(outputs)]
            return [*chain.from_iterable(parts), *_stray_parts(cell, strays)]
        if key == "data":
            if text[member.start] != "{":
                return None
            return list(data_parts(text, cell, "outputs.data", read_object(text, member.start)[0]))
        if key in ("source", "input", "metadata", "attachments"):
            return member_parts(text, cell, member, self._language)
        in_data = "/" in key
        output = Output("", "", () if in_data else (member,), (member,) if in_data else (), member)
        return output_parts(text, cell, "outputs", output)

    def _torn_part(self, cell: Cell | None, key: str, start: int, end: int) -> Part:
        """The text under a key that isn't whole, without the marks around it."""
        opening = _OPENING.match(self._text, start, end)
        first = opening.end() if opening else start
        written = self._text[first:end].rstrip(" \t\r\n,]}")
        last = first + len(written) - (written.endswith('"') and not written.endswith('\\"'))
        if cell is not None and key in ("source", "input"):
            return Part("source", cell, "source", source_mime(cell, self._language), "damaged", first, last)
        where = "traceback" if key == "traceback" else "output"
        return Part(where, cell, f"outputs.{key}", "text/plain", "damaged", first, last)

    def _read_text(self, start: int, end: int) -> None:
        if _SAYS_SOMETHING(self._text, start, end):
            self._parts.append(Part("file", None, "", "text/x-json", "damaged", start, end))


def _stray_parts(cell: Cell, strays: list[Member]) -> list[Part]:
    return [Part("output", cell, "outputs", "application/json", "json", stray.start, stray.end) for stray in strays]


def _tells_kernel(text: str, member: Member) -> bool:
    return '"kernelspec"' in text[member.start : member.end] or '"language_info"' in text[member.start : member.end]
