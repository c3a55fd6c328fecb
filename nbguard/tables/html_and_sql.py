"""Finds tables in HTML and in SQL inserts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.tables.literals import Group, Scalar, read_group
from nbguard.tables.table import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROW = re.compile(r"<tr\b[^>]*+>", re.IGNORECASE)
_CELL = re.compile(r"<t[hd]\b[^>]*+>((?:[^<]++|<(?!/?t[hdr]\b))*+)", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*+>")
_INSERT = re.compile(
    r"insert\s++(?:or\s++\w++\s++)?+into\s++[\w.\"`\[\]]++\s*+(\([^()]*+\))?\s*+values\s*+(?=\()", re.IGNORECASE
)

# How a statement begins; found much faster than with its letters in any case.
_WORD = re.compile(r"(?:insert|INSERT|Insert)\s")


def html_tables(text: str) -> Iterator[Table]:
    """The tables of an HTML text."""
    at = 0
    while (at := text.find("<table", at)) >= 0:
        end = text.find("</table", at)
        end = len(text) if end < 0 else end
        table = _html_table(text, at, end)
        if table is not None:
            yield table
        at = end + 1


def _html_table(text: str, start: int, end: int) -> Table | None:
    rows: list[list[str]] = []
    count, first, last = 0, start, start
    for found in _ROW.finditer(text, start, end):
        if len(rows) > SAMPLE_ROWS:
            count += text.count("<tr", found.start(), end)
            break
        count += 1
        close = text.find("<tr", found.end(), end)
        cells = list(_CELL.finditer(text, found.end(), end if close < 0 else close))
        if cells:
            rows.append([_plain(cell[1]) for cell in cells])
            first, last = (cells[0].start(1) if len(rows) == 1 else first), cells[-1].end(1)
    if len(rows) < 2:
        return None
    width = len(rows[0])
    body = [row for row in rows[1:] if len(row) == width]
    if not body:
        return None
    if count - 1 > len(rows):
        last = end
    return from_rows(
        "an HTML table", rows[0], body, max(len(body), count - 1 if count > SAMPLE_ROWS else 0), first, last
    )


def _plain(markup: str) -> str:
    if "<" in markup:
        markup = _TAG.sub(" ", markup)
    if "&" in markup:
        from html import unescape

        markup = unescape(markup)
    return " ".join(markup.split())


def sql_inserts(text: str) -> Iterator[Table]:
    """The rows of INSERT statements; statements that follow each other with the same columns are one table."""
    names: tuple[str, ...] = ()
    rows: list[list[str]] = []
    start = end = 0
    for word in _WORD.finditer(text):
        found = _INSERT.match(text, word.start())
        if found is None or word.start() < end:
            continue
        columns = _names(found[1]) if found[1] else ()
        if rows and columns != names:
            yield from_rows("SQL inserts", names, rows[:SAMPLE_ROWS], len(rows), start, end)
            rows = []
        names, at = columns, found.end()
        start = start if rows else at
        while text[at : at + 1] == "(":
            group = read_group(text, at, len(text))
            rows.append([_sql_cell(entry.value) for entry in group.entries])
            end = group.end
            at = _next_tuple(text, end)
    if rows:
        yield from_rows("SQL inserts", names, rows[:SAMPLE_ROWS], len(rows), start, end)


def _next_tuple(text: str, at: int) -> int:
    while text[at : at + 1] in (",", " ", "\n", "\r", "\t") and at < len(text):
        at += 1
    return at


def _names(columns: str) -> tuple[str, ...]:
    return tuple(name.strip().strip('"`[]') for name in columns[1:-1].split(","))


def _sql_cell(value: Scalar | Group) -> str:
    return value.text if isinstance(value, Scalar) else ""
