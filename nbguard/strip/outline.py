"""A notebook's outline: where its cells and their members begin and end, and no deeper.

This is the reader for stripping, where most bytes are thrown away: it is several times as fast as
documents.notebook, which also opens up every output.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from nbguard.documents.spans import (
    MalformedJSONError,
    Member,
    ObjectReader,
    read_array,
    read_object,
    read_value,
    skip_space,
)
from nbguard.errors import UnreadableError
from nbguard.lazy_regex import kept_regex
from nbguard.named_tuple import NamedTuple
from nbguard.strip.laid_out import OutlineCell, read_laid_out

# Members of a cell that are never stripped by default. Passing over them in compiled code saves a third of the time.
_read_lively = ObjectReader("cell_type", "id").read
_picture = kept_regex(rb'"image/[a-z0-9.+-]*"[ \t\n\r]*:[ \t\n\r]*"').match
_SMALL_PICTURE = 512
_NO_METADATA: dict[str, Any] = {}


class Outline(NamedTuple):
    """``text`` is the file as Latin-1 without the payloads of pictures.

    Offsets are offsets in ``text``; ``to_bytes`` makes byte offsets in the file of them. ``cell_lists`` holds the
    cells by array (nbformat 3 has one per worksheet).
    """

    text: str
    members: list[Member]
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
        return read_array(text, at, lambda at: _read_cells(text, at, cells, whole))

    def read_worksheets(at: int) -> int:
        return read_array(text, at, lambda at: read_object(text, at, {"cells": read_cells})[1])

    members, end = read_object(text, at, {"cells": read_cells, "worksheets": read_worksheets})
    outline.members.extend(members)
    return end


def _read_cells(text: str, at: int, cells: list[OutlineCell], whole: bool) -> int:
    """Reads the cell at ``at``, or several in a row; returns where the last of them ends."""
    if not whole:
        at, done = read_laid_out(text, at, cells)
        if done:
            return at
    members, end = (read_object if whole else _read_lively)(text, at)
    metadata = _NO_METADATA
    for key, _, start, value_end in members:
        if key == "metadata" and value_end - start > 2:
            value = read_value(text, start)[0]
            metadata = value if isinstance(value, dict) else metadata
    cells.append(OutlineCell(at, end, members, metadata))
    return end
