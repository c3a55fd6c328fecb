"""Tables without marks: columns that blanks keep aligned, as pandas and many commands print them, and cells of HTML.

A value's name is its column's. Columns begin or end at one place in all lines; between two headings stand two blanks or
more. A pandas series names its values below them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Wanted = Callable[[str], bool]

# A heading is what stands between two gaps; a cell is a word, as one blank may stand between two of them.
_HEADING = lazy_regex(r"\S{1,400}(?: \S{1,400}){0,12}")
_CELL = lazy_regex(r"\S+")
_NAME = lazy_regex(r"[A-Za-z_][\w .()/%-]{0,60}\Z")
_GAP = lazy_regex(r"  |\t")
_SERIES = lazy_regex(r"^Name: ([A-Za-z_]\w{0,60}), (?:Length: \d{1,12}, )?dtype: (?:object|str|string)\b", re.MULTILINE)
_SERIES_ROW = lazy_regex(r"\S{1,60}[ \t]{2,60}(\S{1,400})[ \t]*\Z")
_BLANK_LINE = lazy_regex(r"\n[ \t\r]*(?=\n)")
_MOST_COLUMNS, _LONGEST_LINE = 60, 2_000


class _Column(NamedTuple):
    """A heading with its place in its line and in the text; ``following`` is where the next one begins.

    ``alone``: it is the only one of its line, as any line of words is that begins with blanks.
    """

    name: str
    first: int
    last: int
    start: int
    following: int
    alone: bool

    def holds(self, first: int, last: int) -> bool:
        """Whether a cell at a place of a line stands in the column, below either end of its heading or between."""
        return first == self.first or last == self.last or self.first < first < last <= self.following


def read_aligned(text: str, wanted: Wanted | None = None) -> Iterator[Pair]:
    """Yields the cells of aligned tables under the names of their columns; ``wanted`` chooses the columns."""
    if "  " not in text and "\t" not in text:
        return
    columns: list[_Column] = []
    at = 0
    for line in text.splitlines(keepends=True):
        row = line.rstrip()
        if not row or len(row) > _LONGEST_LINE:
            columns = []
        else:
            cells = [(found.group(), found.start(), found.end()) for found in _CELL.finditer(row)] if columns else []
            kept = []
            for column in columns:
                cell = next((cell for cell in cells if column.holds(*cell[1:])), None)
                # Below the only heading there is each row's number in front.
                if cell is None or (column.alone and not _is_numbered(row, cells[0], cell)):
                    continue
                kept.append(column)
                # A row that was left out is dots in each column.
                if cell[0].strip("."):
                    end = column.start + len(column.name)
                    yield Pair(column.name, cell[0], at + cell[1], at + cell[2], column.start, end, (), False, "column")
            columns = kept or list(_headings(row, at, wanted))
        at += len(line)
    yield from _read_series(text, wanted)


def _is_numbered(row: str, first: tuple[str, int, int], cell: tuple[str, int, int]) -> bool:
    return first[2] <= cell[1] and _GAP.search(row, first[2], cell[1]) is not None


def _headings(row: str, at: int, wanted: Wanted | None) -> Iterator[_Column]:
    if _GAP.search(row) is None:
        return
    found = list(_HEADING.finditer(row))
    if len(found) > _MOST_COLUMNS or not all(_NAME.match(cell.group()) for cell in found):
        return
    followings = [*(cell.start() for cell in found[1:]), _LONGEST_LINE]
    for cell, following in zip(found, followings, strict=False):
        if wanted is None or wanted(cell.group()):
            yield _Column(cell.group(), cell.start(), cell.end(), at + cell.start(), following, len(found) == 1)


def _read_series(text: str, wanted: Wanted | None) -> Iterator[Pair]:
    """The values of a pandas series, whose name stands below them."""
    if ", dtype: " not in text:
        return
    for found in _SERIES.finditer(text):
        if wanted is not None and not wanted(found[1]):
            continue
        end = found.start()
        while end > 0:
            start = text.rfind("\n", 0, end - 1) + 1
            row = _SERIES_ROW.match(text[start:end].rstrip("\r\n"))
            if row is not None and row[1].strip("."):
                yield Pair(
                    found[1], row[1], start + row.start(1), start + row.end(1), *found.span(1), (), False, "column"
                )
            elif text[start:end].strip().strip("."):
                break
            if start == 0:
                break
            end = start


def read_html_cells(text: str, wanted: Wanted | None = None) -> Iterator[Pair]:
    """Yields the cells of tables in the text of HTML, in which a bar begins each cell and a blank line ends a row."""
    if "|" not in text:
        return
    head: list[tuple[str, int]] = []
    at = 0
    for border in (*_BLANK_LINE.finditer(text), None):
        end = border.start() if border else len(text)
        row = list(_cells(text, at, end))
        at = border.end() if border else end
        if not row:
            continue
        if len(row) == len(head):
            for (name, place), (value, start) in zip(head, row, strict=True):
                if name and value and (wanted is None or wanted(name)):
                    yield Pair(name, value, start, start + len(value), place, place + len(name), (), False, "column")
        else:
            head = [(name if _NAME.match(name) else "", place) for name, place in row]


def _cells(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """What stands behind each bar of a row, and where."""
    bar = text.find("|", start, end)
    while bar >= 0:
        following = text.find("|", bar + 1, end)
        whole = text[bar + 1 : following if following >= 0 else end]
        value = whole.strip()
        yield value, bar + 1 + whole.find(value)
        bar = following
