"""Reads the first rows of the sheets of Excel files (Office Open XML, ECMA-376)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex
from nbguard.tables.table import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

_CELL = lazy_regex(
    r"<(?:\w+:)?c\b([^>]{0,200})>(?:<(?:\w+:)?f[^>]{0,200}>[^<]{0,2000}</(?:\w+:)?f>)?"
    r"(?:<(?:\w+:)?v>([^<]{0,300})</|<(?:\w+:)?is>(?:<[^>]{0,60}>){0,4}([^<]{0,300}))"
)
_PLACE = lazy_regex(r'\br="([A-Z]{1,3})\d+"')
_SHARED_TEXT = lazy_regex(r"<(?:\w+:)?t(?: [^>]{0,60})?>([^<]{0,300})")
_ITEM_END = lazy_regex(r"</(?:\w+:)?si>")
_ROW_END = lazy_regex(r"</(?:\w+:)?row>")
_DIMENSION = lazy_regex(r'<(?:\w+:)?dimension ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"')
_SHEETS, _COLUMNS = 8, 200


def read_sheets(names: Collection[str], read: Callable[[str], bytes]) -> Iterator[Table]:
    """The sheets of a workbook; ``names`` are its members, ``read`` gives the beginning of one."""
    shared: Sequence[str] = ()
    if "xl/sharedStrings.xml" in names:
        shared = list(_shared(read("xl/sharedStrings.xml").decode("utf-8", "replace")))
    for name in sorted(name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml"))[:_SHEETS]:
        table = _sheet(read(name).decode("utf-8", "replace"), shared)
        if table is not None:
            yield table


def _shared(xml: str) -> Iterator[str]:
    from html import unescape

    for item in _ITEM_END.split(xml)[:-1]:
        yield unescape("".join(_SHARED_TEXT.findall(item)))


def _sheet(xml: str, shared: Sequence[str]) -> Table | None:
    from html import unescape

    rows = []
    for row in _ROW_END.split(xml, SAMPLE_ROWS + 1)[:-1]:
        cells: list[str] = []
        for attributes, value, inline in _CELL.findall(row):
            if 't="s"' in attributes and value.isdigit():
                value = shared[int(value)] if int(value) < len(shared) else ""
            else:
                value = unescape(value or inline)
            place = _PLACE.search(attributes)
            number = min(_number(place[1]) if place else len(cells), _COLUMNS)
            cells += [""] * (number - len(cells))  # empty cells aren't written
            cells[number:] = [value]
        rows.append(cells)
    if len(rows) < 2:
        return None
    # Lines above the table, such as a title, have fewer cells.
    first = next((n for n, row in enumerate(rows[:10]) if len(row) * 2 > max(map(len, rows))), 0)
    dimension = _DIMENSION.search(xml, 0, 5000)
    counted = max(int(dimension[1]) if dimension else len(_ROW_END.findall(xml)), len(rows)) - first - 1
    return from_rows("an Excel sheet", rows[first], rows[first + 1 :], counted, 0, 0)


def _number(letters: str) -> int:
    """A column's number from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
