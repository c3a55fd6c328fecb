"""Finds tables in HTML and in SQL inserts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.cells import TableCell
from nbguard.lazy_regex import lazy_regex
from nbguard.tables.literal_tables import cell_of
from nbguard.tables.literals import ALL, read_group
from nbguard.tables.table import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW = lazy_regex(r"<tr\b[^>]*+>", re.IGNORECASE)
_CELL = lazy_regex(r"<t[hd]\b[^>]*+>((?:[^<]++|<(?!/?t[hdr]\b))*+)", re.IGNORECASE)
_BETWEEN_TAGS = lazy_regex(r"(?:(?<=>)|\A)[^<>]++")
_INSERT = lazy_regex(
    r"insert\s++(?:or\s++\w++\s++)?+into\s++[\w.\"`\[\]]++\s*+(\([^()]*+\))?\s*+values\s*+(?=\()", re.IGNORECASE
)

# How a statement begins; found much faster than with its letters in any case.
_WORD = lazy_regex(r"(?:insert|INSERT|Insert)\s")


def html_tables(text: str, whole: bool = False) -> Iterator[Table]:
    """The tables of an HTML text; ``whole``: all their rows are read."""
    at = 0
    while (at := text.find("<table", at)) >= 0:
        end = text.find("</table", at)
        end = len(text) if end < 0 else end
        table = _html_table(text, at, end, whole)
        if table is not None:
            yield table
        at = end + 1


def _html_table(text: str, start: int, end: int, whole: bool) -> Table | None:
    rows: list[list[str]] = []
    count, first, last = 0, start, start
    for found in _ROW.finditer(text, start, end):
        if len(rows) > SAMPLE_ROWS and not whole:
            count += text.count("<tr", found.start(), end)
            break
        count += 1
        close = text.find("<tr", found.end(), end)
        cells = list(_CELL.finditer(text, found.end(), end if close < 0 else close))
        if cells:
            rows.append([_html_cell(cell) for cell in cells])
            first, last = (cells[0].start(1) if len(rows) == 1 else first), cells[-1].end(1)
    if len(rows) < 2:
        return None
    width = len(rows[0])
    # The first cell of a row with fewer ones may span rows.
    body = [[""] * (width - len(row)) + row for row in rows[1:] if whole or len(row) == width]
    if not body:
        return None
    if count - 1 > len(rows):
        last = end
    return from_rows(
        "an HTML table", rows[0], body, max(len(body), count - 1 if count > SAMPLE_ROWS else 0), first, last
    )


def _html_cell(cell: re.Match[str]) -> TableCell:
    """A cell's text; its place is that of its only words, else of all that stands in it."""
    inner, start, end = cell[1], *cell.span(1)
    if "<" in inner:
        words = [piece for piece in _BETWEEN_TAGS.finditer(inner) if piece[0].strip()]
        if len(words) == 1:
            start, end = start + words[0].start(), start + words[0].end()
        inner = " ".join(piece[0] for piece in words)
    written = inner.strip()
    if end - start == len(inner):
        start += len(inner) - len(inner.lstrip())
        end = start + len(written)
    if "&" in written:
        from html import unescape

        written = unescape(written)
    return TableCell(" ".join(written.split()), start, end, "html")


def sql_inserts(text: str, whole: bool = False) -> Iterator[Table]:
    """The rows of INSERT statements; statements that follow each other with the same columns are one table.

    ``whole``: all rows are kept, not only counted.
    """
    most = ALL if whole else SAMPLE_ROWS
    names: tuple[str, ...] = ()
    rows: list[list[str]] = []
    start = end = 0
    for word in _WORD.finditer(text):
        found = _INSERT.match(text, word.start())
        if found is None or word.start() < end:
            continue
        columns = _names(found[1]) if found[1] else ()
        if rows and columns != names:
            yield from_rows("SQL inserts", names, rows[:most], len(rows), start, end)
            rows = []
        names, at = columns, found.end()
        start = start if rows else at
        while text[at : at + 1] == "(":
            group = read_group(text, at, len(text))
            rows.append([cell_of(entry.value, text) for entry in group.entries])
            end = group.end
            at = _next_tuple(text, end)
    if rows:
        yield from_rows("SQL inserts", names, rows[:most], len(rows), start, end)


def _next_tuple(text: str, at: int) -> int:
    while text[at : at + 1] in (",", " ", "\n", "\r", "\t") and at < len(text):
        at += 1
    return at


def _names(columns: str) -> tuple[str, ...]:
    return tuple(name.strip().strip('"`[]') for name in columns[1:-1].split(","))
