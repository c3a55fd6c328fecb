"""The cells of tables made of lines: CSV and TSV text, tables drawn with lines, printed frames; and of HTML tables."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from nbguard.redact.cells import EMPTY, Cell, CellColumn, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.tables.table import Table

_OPENING = re.compile(r"(\"\"\"|'''|\"|')\\?\s*\Z")
_RULER = re.compile(r"[\s|:+=─-╿-]+")
_DRAWN_MARKS = str.maketrans("┆┃", "││")
_PRINTED = re.compile(r"\S+(?: \S+)*")
_ROW = re.compile(r"<tr\b[^>]*+>", re.IGNORECASE)
_HTML_CELL = re.compile(r"<t[hd]\b[^>]*+>((?:[^<]++|<(?!/?t[hdr]\b))*+)", re.IGNORECASE)
_BETWEEN_TAGS = re.compile(r"(?:(?<=>)|\A)[^<>]++")


def delimited_cells(text: str, table: Table) -> tuple[list[CellColumn], int]:
    """The columns of CSV or TSV text, quoted cells with line ends among them; and where the text ends."""
    head = text[table.start : table.end].split("\n", 1)[0]
    delimiter = "\t" if table.form.startswith("TSV") else ";" if _is_semicolon(head, table) else ","
    end, escaped = _end_of_text(text, table)
    rows = list(_rows(text, table.start, end, delimiter, escaped))
    while rows and rows[-1] == [EMPTY]:
        rows.pop()
    if not rows:
        return [], table.end
    return from_rows([cell.value for cell in rows[0]], rows[1:], rows[0]), end


def _is_semicolon(head: str, table: Table) -> bool:
    return head.count(";") >= max(len(table.columns) - 1, 1)


def _end_of_text(text: str, table: Table) -> tuple[int, bool]:
    """Where the text ends that a table stands in (a string's end, a blank line), and whether it has escapes."""
    opened = _OPENING.search(text, max(0, table.start - 8), table.start)
    if opened is not None:
        quote = opened[1]
        close = re.compile(rf"(?:[^\\]|\\.)*?(?={quote})", re.DOTALL) if len(quote) == 3 else None
        if close is not None and (found := close.match(text, table.start)):
            return found.end(), "\\n" in text[table.start : table.start + 2000].split("\n", 1)[0]
        if len(quote) == 1:
            found = re.compile(rf"(?:[^\\\n{quote}]|\\.)*+").match(text, table.start)
            if found is not None and text[found.end() : found.end() + 1] == quote:
                return found.end(), True
        return table.end, "\\n" in text[table.start : table.end]
    blank = re.compile(r"\n[ \t]*\r?\n").search(text, table.end)
    escaped = "\\n" in text[table.start : table.end]
    return (table.end if escaped else blank.start() if blank else len(text)), escaped


@lru_cache(16)
def _patterns(delimiter: str, escaped: bool) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    quote = r"\\?\"" if escaped else '"'
    inside = r"(?:[^\"\\]++|\\(?!\")|\\?\"\\?\")*+" if escaped else '(?:[^"]++|"")*+'
    line_end = r"(?:\\n)?[\"'][ \t]*\\?\r?\n[ \t]*[\"']|\\r\\n|\\n|\r?\n" if escaped else r"\r?\n"
    mark = re.escape(delimiter)
    plain = rf"(?:(?!{mark}|{line_end})[\s\S])*+"
    return (
        re.compile(rf"[ \t]*{quote}({inside}){quote}[ \t]*(?={mark}|{line_end}|\Z)"),
        re.compile(plain),
        re.compile(rf"({mark})|{line_end}"),
    )


def _rows(text: str, start: int, end: int, delimiter: str, escaped: bool) -> Iterator[list[Cell]]:
    quoted, plain, mark = _patterns(delimiter, escaped)
    text = text[:end]
    at, row = start, []
    while at <= end:
        found = quoted.match(text, at)
        if found is not None:
            value = found[1].replace('\\"', '"').replace('""', '"')
            row.append(Cell(value, found.start(1), found.end(1), "quoted"))
            at = found.end()
        else:
            found = plain.match(text, at)
            whole = found[0] if found else ""
            value = whole.strip()
            start = at + len(whole) - len(whole.lstrip())
            row.append(Cell(value, start, start + len(value)) if value else EMPTY)
            at += len(whole)
        separator = mark.match(text, at)
        if separator is None:
            break
        at = separator.end()
        if separator[1] is None:
            yield row
            row = []
    if row:
        yield row


def drawn_cells(text: str, table: Table) -> list[CellColumn]:
    """The columns of a table drawn with lines, such as Markdown's."""
    delimiter = "│" if any(mark in text[table.start : table.end] for mark in "│┆┃") else "|"
    rows = []
    for start, line in _lines(text, table):
        line = line.translate(_DRAWN_MARKS)
        if _RULER.fullmatch(line) or delimiter not in line:
            continue
        rows.append(list(_between(line, start, delimiter)))
    return from_rows([cell.value for cell in rows[0]], rows[1:], rows[0]) if rows else []


def _between(line: str, start: int, delimiter: str) -> Iterator[Cell]:
    marks = [number for number, character in enumerate(line) if character == delimiter]
    first = len(line) - len(line.lstrip().lstrip("#").lstrip())
    edges = [*([first - 1] if marks[0] != first else []), *marks]
    if line[marks[-1] + 1 :].strip():
        edges.append(len(line))
    for left, right in pairwise(edges):
        piece = line[left + 1 : right]
        yield Cell(piece.strip(), start + left + 1, start + right, "padded") if piece.strip() else EMPTY


def printed_cells(text: str, table: Table) -> list[CellColumn]:
    """The columns of a printed frame: what stands two blanks apart."""
    rows = []
    for start, line in _lines(text, table):
        if _RULER.fullmatch(line):
            continue
        body = line.rstrip(" \\")
        cells, before = [], 0
        for found in _PRINTED.finditer(body):
            cells.append(Cell(found[0], start + before, start + found.end(), "padded"))
            before = found.end()
        rows.append(cells)
    if not rows:
        return []
    names = [column.name for column in table.columns]
    heads = [EMPTY, *rows[0]] if len(names) == len(rows[0]) + 1 else rows[0]
    return from_rows(names, [row for row in rows[1:] if len(row) == len(names)], heads)


def html_cells(text: str, table: Table) -> list[CellColumn]:
    """The columns of an HTML table; a row with fewer cells is read from its right end, for its first may span rows."""
    begin = text.rfind("<table", 0, table.start + 1)
    end = text.find("</table", table.start)
    end = len(text) if end < 0 else end
    rows: list[list[Cell]] = []
    for found in _ROW.finditer(text, max(begin, 0), end):
        close = text.find("<tr", found.end(), end)
        cells = [_html_cell(cell) for cell in _HTML_CELL.finditer(text, found.end(), end if close < 0 else close)]
        if cells:
            rows.append(cells)
    if not rows:
        return []
    heads = rows[0]
    body: list[Sequence[Cell]] = [[EMPTY] * (len(heads) - len(row)) + row for row in rows[1:]]
    return from_rows([cell.value for cell in heads], body, heads)


def _html_cell(cell: re.Match[str]) -> Cell:
    from html import unescape

    words = [piece for piece in _BETWEEN_TAGS.finditer(cell[1]) if piece[0].strip()]
    if len(words) != 1:
        plain = " ".join(unescape(" ".join(piece[0] for piece in words)).split())
        return Cell(plain, cell.start(1), cell.end(1), "html") if plain else EMPTY
    inner = words[0][0]
    start = cell.start(1) + words[0].start() + len(inner) - len(inner.lstrip())
    return Cell(" ".join(unescape(inner).split()), start, start + len(inner.strip()), "html")


def _lines(text: str, table: Table) -> Iterator[tuple[int, str]]:
    at = table.start
    for line in re.split(r"(\n|\\n)", text[table.start : table.end]):
        if line not in ("\n", "\\n"):
            yield at, line.rstrip("\r")
        at += len(line)
