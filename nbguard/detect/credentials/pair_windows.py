"""Cuts a text into the pieces in which names and values are read: a short one is one piece.

Where no value may stand, nothing is read: a file's bytes would not have shown it either. In a long text, and in a
program's source, only what stands around a possible value is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.credentials.pair_places import is_code, places_in
from nbguard.documents.structure.formats import format_of
from nbguard.documents.structure.markup import read_latex

if TYPE_CHECKING:
    from collections.abc import Iterator

# Up to here data is read whole: where a value stands in a structure is seen there.
_WHOLE, _WHOLE_CODE = 200_000, 3_000
_AROUND, _AROUND_IN_CODE = (1_000, 3_000), (300, 700)
# A table's head is its first line; what stands in the last row has its name there.
_TABLES = (".csv", ".tsv", ".psv")


def windows(text: str, path: str, claimed: bool = False) -> Iterator[tuple[str, int]]:
    """Yields a text's pieces with their offsets; ``claimed``: by its path, the file is there to hold credentials."""
    if format_of(path) == "latex":
        # Marks tear the names of highlighted code apart.
        if claimed or places_in(text, path) or places_in(read_latex(text).text, path):
            yield text, 0
        return
    places = places_in(text, path)
    if len(text) <= (_WHOLE_CODE if is_code(path) else _WHOLE) or path.lower().endswith(_TABLES):
        if places or claimed:
            yield text, 0
        return
    before, behind = _AROUND_IN_CODE if is_code(path) else _AROUND
    first = last = -1
    for place in places:
        if last < 0 or place - before > last:
            if last >= 0:
                yield text[first:last], first
            first = _line_start(text, place, max(0, place - before))
        last = min(len(text), place + behind)
    if last >= 0:
        yield text[first:last], first


def _line_start(text: str, place: int, least: int) -> int:
    """Where a piece begins that holds a place: at the first line that begins behind an offset."""
    line = text.find("\n", least, place)
    return line + 1 if line >= 0 else least
