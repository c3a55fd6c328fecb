"""A notebook's outline: where its cells and their members begin and end, and no deeper.

This is the reader for stripping, where most bytes are thrown away: it is several times as fast as
documents.notebook, which also opens up every output.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.documents.spans import MalformedJSONError, end_of_value, read_string, read_value, skip_space
from nbguard.errors import UnreadableError
from nbguard.strip.laid_out import OutlineCell as OutlineCell
from nbguard.strip.laid_out import Span as Span
from nbguard.strip.laid_out import read_laid_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_S = r"[ \t\n\r]*"
# A key, and its value where that is a short one.
_MEMBER = rf'{_S}"([^"\\]*)"{_S}:{_S}("[^"\\]{{0,100}}"|null|true|false|-?(?:0|[1-9][0-9]*)(?![0-9.eE])|\[\]|\{{\}})?'
# Members of a cell that are never stripped by default. Passing over them here, in C, saves a third of the time.
_DULL = rf'{_S}"(?:(?:cell_type|id)"{_S}:{_S}"[^"\\]{{0,100}}"|[^"\\]*"{_S}:{_S}(?:null|\[\]|\{{\}})){_S},'
_first_member = re.compile(rf"\{{{_MEMBER}").match
_next_member = re.compile(rf"{_S},{_MEMBER}").match
_first_lively_member = re.compile(rf"\{{(?:{_DULL})*+{_MEMBER}").match
_next_lively_member = re.compile(rf"{_S},(?:{_DULL})*+{_MEMBER}").match
_next_element = re.compile(rf"{_S},{_S}").match
_picture = re.compile(rb'"image/[a-z0-9.+-]*"[ \t\n\r]*:[ \t\n\r]*"').match
_SMALL_PICTURE = 512
_NOTHING: Mapping[str, Callable[[int], int]] = {}
_NO_METADATA: dict[str, Any] = {}


class Outline(NamedTuple):
    """``text`` is the file as Latin-1 without the payloads of pictures.

    Offsets are offsets in ``text``; ``to_bytes`` makes byte offsets in the file of them. ``cell_lists`` holds the
    cells by array (nbformat 3 has one per worksheet).
    """

    text: str
    members: list[Span]
    cell_lists: list[list[OutlineCell]]
    cut_at: list[int]
    cut_bytes: list[int]

    def to_bytes(self, offset: int) -> int:
        """The byte offset in the file of an offset in ``text``."""
        return offset + self.cut_bytes[bisect_left(self.cut_at, offset)]


def read_outline(raw: bytes, whole: bool = False) -> Outline:
    """Reads the outline of a notebook of nbformat 2 to 4, or of a Zeppelin note, which has no cells here.

    With ``whole``, pictures stay in the text, and cells have all their members; else those that are empty, and the
    cell's type and id, may be missing. Raises UnreadableError with a reason and the line where the file isn't JSON,
    or is JSON but no notebook.
    """
    text, cut_at, cut_bytes = (raw.decode("latin-1"), [], [0]) if whole else _without_pictures(raw)
    outline = Outline(text, [], [], cut_at, cut_bytes)
    try:
        start = skip_space(text, 3 if text.startswith("\xef\xbb\xbf") else 0)
        end = skip_space(text, _read_top(outline, start, whole))
        if end != len(text):
            raise MalformedJSONError("more text after the end", end)
    except MalformedJSONError as error:
        from nbguard.documents.notebook import read_notebook

        read_notebook(raw)  # it says the same as a scan does
        line = raw.count(b"\n", 0, outline.to_bytes(error.offset)) + 1
        raise UnreadableError(f"not valid JSON: {error} (line {line})") from None
    if not any(member[0] in ("cells", "worksheets", "paragraphs") for member in outline.members):
        raise UnreadableError("not a notebook: it has no cells")
    return outline


def _without_pictures(raw: bytes) -> tuple[str, list[int], list[int]]:
    """Cuts the payloads of pictures out, which a search for the closing quote passes over ten times as fast.

    This can't mislead the reader: a payload cut has no quote in it, and where the quote before it doesn't open a
    string, the picture's MIME type stands outside of one, which is no JSON with or without the cut.
    """
    pieces, cut_at, cut_bytes = [], [], [0]
    at = begin = kept = 0
    while (found := raw.find(b'"image/', at)) >= 0:
        at = found + 7
        payload = _picture(raw, found)
        if payload is None:
            continue
        first = payload.end()
        last = raw.find(b'"', first)
        if last < first + _SMALL_PICTURE or raw[last - 1] == 0x5C:
            continue
        pieces.append(raw[begin:first])
        kept += first - begin
        cut_at.append(kept)
        cut_bytes.append(cut_bytes[-1] + last - first)
        at = begin = last
    if not pieces:
        return raw.decode("latin-1"), cut_at, cut_bytes
    pieces.append(raw[begin:])
    return b"".join(pieces).decode("latin-1"), cut_at, cut_bytes


def _read_top(outline: Outline, at: int, whole: bool) -> int:
    text = outline.text

    def read_cells(at: int) -> int:
        cells: list[OutlineCell] = []
        outline.cell_lists.append(cells)
        return _read_array(text, at, lambda at: _read_cells(text, at, cells, whole))

    def read_worksheet(at: int) -> int:
        return _read_object(text, at, {"cells": read_cells})[1]

    def read_worksheets(at: int) -> int:
        return _read_array(text, at, read_worksheet)

    members, end = _read_object(text, at, {"cells": read_cells, "worksheets": read_worksheets})
    outline.members.extend(members)
    return end


def _read_cells(text: str, at: int, cells: list[OutlineCell], whole: bool) -> int:
    """Reads the cell at ``at``, or several in a row; returns where the last of them ends."""
    if not whole:
        at, done = read_laid_out(text, at, cells)
        if done:
            return at
    members, end = _read_object(text, at, _NOTHING, whole)
    metadata = _NO_METADATA
    for key, _, start, value_end in members:
        if key == "metadata" and value_end - start > 2:
            value = read_value(text, start)[0]
            metadata = value if isinstance(value, dict) else metadata
    cells.append(OutlineCell(at, end, members, metadata))
    return end


def _read_object(
    text: str, at: int, readers: Mapping[str, Callable[[int], int]], whole: bool = True
) -> tuple[list[Span], int]:
    """The members of the object at ``at`` and the offset after it. ``readers`` look into the values of their keys."""
    members: list[Span] = []
    found = _first_member(text, at) if whole else _first_lively_member(text, at)
    find_next = _next_member if whole else _next_lively_member
    if found is None:
        if text[at : at + 1] != "{":
            raise MalformedJSONError("an object is missing", at)
        key_start = skip_space(text, at + 1)
        if text[key_start : key_start + 1] == "}":
            return members, key_start + 1
        key, start = _read_key(text, key_start)
        end = -1
    while True:
        if found is not None:
            (_, start_if_long), (key_start, key_end), (start, end) = found.regs
            key = text[key_start:key_end]
            key_start -= 1
            if start < 0:
                start = start_if_long
        if key in readers:
            end = readers[key](start)
        elif end < 0:
            end = end_of_value(text, start)
        members.append((key, key_start, start, end))
        found = find_next(text, end)
        if found is None:
            end = skip_space(text, end)
            if text[end : end + 1] == "}":
                return members, end + 1
            if text[end : end + 1] != ",":
                raise MalformedJSONError("a comma or a closing brace is missing", end)
            key_start = skip_space(text, end + 1)
            key, start = _read_key(text, key_start)
            end = -1


def _read_key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise MalformedJSONError("a key is missing", at)
    key, end = read_string(text, at)
    end = skip_space(text, end)
    if text[end : end + 1] != ":":
        raise MalformedJSONError("a colon is missing", end)
    return key, skip_space(text, end + 1)


def _read_array(text: str, at: int, read: Callable[[int], int]) -> int:
    if text[at : at + 1] != "[":
        raise MalformedJSONError("an array is missing", at)
    at = skip_space(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        end = read(at)
        found = _next_element(text, end)
        if found is None:
            end = skip_space(text, end)
            if text[end : end + 1] == "]":
                return end + 1
            raise MalformedJSONError("a comma or a closing bracket is missing", end)
        at = found.end()
