"""Tables in text: CSV, TSV and Markdown. A value's name is its column's."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from nbguard.documents.structure.cells import TableCell, rows_in
from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.siblings import NAME_KEYS, VALUE_KEYS
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_NAME = lazy_regex(r"[A-Za-z_][\w .()/-]{0,60}\Z")
# Below the head of a table in Markdown, or in what psql, mysql and libraries for tables print.
_RULER = lazy_regex(r"[ \t]*[|+]?[ \t]*:?[-=]{1,}:?[ \t]*(?:[|+][ \t]*:?[-=]+:?[ \t]*)*[|+]?[ \t]*\r?\Z")
# The lines of a box, as the signs that others draw it with.
BOX_LINES = "│┃║", "─━═", "┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋┡┩┢┪╇╈╔╗╚╝╠╣╦╩╬╞╡╪╤╧╒╕╘╛╟╢╫╥╨"
_AS_SIGNS = {ord(line): sign for lines, sign in zip(BOX_LINES, "|-+", strict=True) for line in lines}
_BEGIN_RULER = ("-", "=", "+", "|", ":")
_IN_BOX = lazy_regex("[│┃║]")
_MOST_COLUMNS = 200
_LONGEST_HEAD = 20_000


def read_columns(text: str, wanted: Callable[[str], bool] | None = None, tabular: bool = False) -> Iterator[Pair]:
    """Yields the cells of tables under the names of their columns; ``wanted`` chooses the columns.

    ``tabular``: the whole text is a table by its name. Else only Markdown tables and a text that begins as CSV count.
    """
    if tabular and "\n" not in text:
        text = text.replace("\r", "\n")  # as old Macs wrote it
    first = text.find("\n") + 1
    if first:
        delimiter = _delimiter(text, first, tabular)
        if delimiter:
            yield from _rows(text, 0, len(text), delimiter, wanted)
            return
    if not text.isascii() and _IN_BOX.search(text) is not None:
        text = text.translate(_AS_SIGNS)
    if "|" not in text or ("--" not in text and "==" not in text):
        return
    lines = text.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    stop = 0
    for number in range(1, len(lines)):
        # Inside of a table it is a row of cells.
        if number < stop or lines[number].strip()[:1] not in _BEGIN_RULER or "|" not in lines[number - 1]:
            continue
        if _RULER.match(lines[number].rstrip("\n")):
            stop = number + 1
            while stop < len(lines) and "|" in lines[stop]:
                stop += 1
            yield from _rows(text, starts[number - 1], starts[stop], "|", wanted, ruled=True)


def _delimiter(text: str, first: int, tabular: bool) -> str:
    """What stands between the cells of a text whose first row begins at an offset; empty where it is no table."""
    if first > _LONGEST_HEAD:
        return ""
    head, end = text[:first], text.find("\n", first)
    row = text[first : end if end >= 0 else len(text)]
    if row.count('"') % 2:  # a cell over several lines
        row = text[first : first + _LONGEST_HEAD]
    for delimiter in (",", "\t", ";", "|"):
        names = [name.strip().strip('"') for name in head.rstrip("\r\n").split(delimiter)]
        enough = 2 <= len(names) <= _MOST_COLUMNS
        if enough and row.count(delimiter) >= len(names) - 1 and all(_NAME.match(name) or tabular for name in names):
            return delimiter
    return ""


def _rows(
    text: str, at: int, end: int, delimiter: str, wanted: Callable[[str], bool] | None, ruled: bool = False
) -> Iterator[Pair]:
    """The cells of a table under their columns' names; ``ruled``: below its head stands a ruler."""
    # Marks for code and bold letters in Markdown; quotes that CSV doesn't know.
    marks = "'`* " if delimiter == "|" else "'"
    rows = rows_in(text, at, end, delimiter)
    head = [_without(marks, name) for name in next(rows, [])]
    if ruled:
        next(rows, None)
    columns = [place for place, name in enumerate(head) if name and (wanted is None or wanted(name))]
    settings = _columns_of_settings(head)
    for row in rows if columns or settings else ():
        if len(row) > _MOST_COLUMNS:
            continue
        named = [(head[place], place) for place in columns]
        named += [(_without(marks, row[first]), second) for first, second in settings if second < len(row)]
        for name, place in named:
            cell = _without(marks, row[place]) if place < len(row) else None
            if cell is not None and name is not None:
                quoted = cell.form == "quoted"
                yield Pair(str(name), str(cell), cell.start, cell.end, name.start, name.end, (), quoted, "column")


def _columns_of_settings(head: Sequence[TableCell | None]) -> list[tuple[int, int]]:
    """The columns of names with values right behind them: `name,value`."""
    names = [str(name).lower() for name in head]
    places = range(len(names) - 1)
    return [(place, place + 1) for place in places if names[place] in NAME_KEYS and names[place + 1] in VALUE_KEYS][:1]


def _without(marks: str, cell: str) -> TableCell | None:
    """A cell without marks around it; None where nothing else is in it."""
    value = cell.strip(marks)
    if not value or not isinstance(cell, TableCell):
        return None
    if len(value) == len(cell):
        return cell
    start = cell.start + cell.index(value)
    return TableCell(value, start, start + len(value), cell.form)
