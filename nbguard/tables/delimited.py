"""Finds tables made of lines: CSV and TSV text, Markdown, printed frames, tables drawn with lines."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from nbguard.documents.structure.cells import TableCell, rows_in
from nbguard.lazy_regex import lazy_regex
from nbguard.tables.line_runs import LineRun, LineSpans, runs
from nbguard.tables.table import Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.tables.signals import Signals

_PRINTED = lazy_regex(r"\S+(?: \S+)*")
_RULER = lazy_regex(r"[\s|:+=\u2500-\u257f-]+")
_DRAWN_MARKS = str.maketrans("┆┃", "││")
_DTYPES = frozenset((
    "str", "i64", "f64", "i32", "f32", "u32", "u64", "bool", "date", "datetime[μs]", "datetime[ns]", "cat",
    "---", "object", "string", "int64", "float64",
))  # fmt: skip
_OPENING = lazy_regex(r"""^.*(?:\"\"\"|''')\\?|^.*?["']\\?""")
_OPENED = lazy_regex(r"(\"\"\"|'''|\"|')\\?\s*\Z")
_BLANK_LINE = lazy_regex(r"\n[ \t]*\r?\n")
_DELIMITERS = (("|", "a drawn table"), ("│", "a drawn table"), ("\t", "TSV text"), (";", "CSV text"), (",", "CSV text"))


def tables_of_lines(text: str, signals: Signals, whole: bool = False) -> Iterator[Table]:
    """Every run of lines that are split alike and begin with a signal, as a table; ``whole``: all its rows are read."""
    lines = LineSpans(text)
    if len(lines.starts) < 2:
        return
    taken: list[tuple[int, int]] = []
    for delimiter, form in (*_DELIMITERS, ("  ", "a printed frame")):
        if text.count(delimiter) < (1 if delimiter == "  " else 2):
            continue
        for first, last in runs(lines, signals, delimiter):
            if any(start <= first <= end for start, end in taken):
                continue
            run = LineRun(lines, first, last, whole)
            if delimiter == "  ":
                table = _printed(run)
            elif delimiter in "|│":
                table = _drawn(run, delimiter, form)
            else:
                table = _delimited(run, delimiter, form)
            if table is not None:
                taken += [(first, last)] if delimiter != "  " else []
                yield table


def _delimited(run: LineRun, delimiter: str, form: str) -> Table | None:
    """The table of CSV or TSV text, quoted cells with line ends among them."""
    lines, text = run.lines, run.lines.text
    start, end = lines.starts[run.first], lines.ends[run.last]
    head = lines.line(run.first).text
    if ('"' in head or "'" in head) and not head.startswith('"') and (opening := _OPENING.match(head)):
        start += opening.end()
    if run.whole:
        end, escaped = _end_of_text(text, start, end)
        rows = list(rows_in(text, start, end, delimiter, escaped))
        while rows and not any(rows[-1]):
            rows.pop()
        return from_rows(form, rows[0], rows[1:], len(rows) - 1, start, end) if len(rows) > 1 else None
    escaped = "\\n" in text[start:end]
    numbers = lines.numbers(run.first, run.last)
    read = [text[start : lines.ends[run.first]], *(lines.line(n).text for n in numbers[1:])]
    if not _may_be_table(read, delimiter, escaped):
        return None
    apart = next((n for n, (one, other) in enumerate(pairwise(numbers), 1) if other > one + 1), len(numbers))
    rows = list(rows_in(text, start, lines.ends[numbers[apart - 1]], delimiter, escaped))
    for number in numbers[apart:]:
        rows += islice(rows_in(text, lines.starts[number], lines.ends[number], delimiter, escaped), 1)
    table = run.table(rows, form)
    return table._replace(start=start) if table is not None else None


def _may_be_table(lines: Sequence[str], delimiter: str, escaped: bool) -> bool:
    """Whether enough lines have as many cells as the first: where no cell is quoted, counting tells without reading."""
    if escaped:
        if any('"' in line or "'" in line for line in lines):
            return True
    elif any('"' in line for line in lines) and any(map(_quoted_cell(delimiter).search, lines)):
        return True
    width = lines[0].count(delimiter)
    same = sum(line.count(delimiter) == width for line in lines[1:])
    return width > 0 and same * 10 >= (len(lines) - 1) * 6


@lru_cache(8)
def _quoted_cell(delimiter: str) -> re.Pattern[str]:
    """A quotation mark that begins a cell."""
    return re.compile(rf'(?:\A|{re.escape(delimiter)})[ \t]*+"')


def _end_of_text(text: str, start: int, end: int) -> tuple[int, bool]:
    """Where the text ends that a table stands in (a string's end, a blank line), and whether it has escapes."""
    escaped = "\\n" in text[start:end]
    opened = _OPENED.search(text, max(0, start - 8), start)
    if opened is None:
        blank = _BLANK_LINE.search(text, end)
        return (end if escaped else blank.start() if blank else len(text)), escaped
    quote = opened[1]
    inside = r"(?:[^\\]|\\.)*?" if len(quote) == 3 else rf"(?:[^\\\n{quote}]|\\.)*+"
    found = re.compile(rf"{inside}(?={quote})", re.DOTALL if len(quote) == 3 else 0).match(text, start)
    if found is None:
        return end, escaped
    return found.end(), len(quote) == 1 or "\\n" in text[start : start + 2000].split("\n", 1)[0]


def _drawn(run: LineRun, delimiter: str, form: str) -> Table | None:
    """The table that is drawn with lines, such as Markdown's."""
    rows: list[list[str]] = []
    rulers = 0
    sample = run.sample()
    for line in sample:
        text = line.text.translate(_DRAWN_MARKS)
        cells = [] if _RULER.fullmatch(text) else list(_between(text, line.start, delimiter))
        if all(cell in _DTYPES for cell in cells):
            rulers += 1
        else:
            rows.append(cells)
    first, last, lines = run.first, run.last, run.lines
    while first < last and _RULER.fullmatch(lines.line(first).text):
        first += 1
    while last > first and _RULER.fullmatch(lines.line(last).text):
        last -= 1
    return run._replace(first=first, last=last).table(rows, form, rulers / len(sample), ragged=run.whole)


def _between(text: str, start: int, delimiter: str) -> Iterator[str]:
    """The cells of a drawn line; the delimiter may be left out at its ends. A ``#`` before it makes it a comment."""
    body = text.rstrip()
    first = len(body) - len(body.lstrip().lstrip("#").lstrip())
    marks = [number for number in range(first, len(body)) if body[number] == delimiter]
    edges = [*([] if marks[:1] == [first] else [first - 1]), *marks]
    if edges[-1] != len(body) - 1:
        edges.append(len(body))
    for left, right in pairwise(edges):
        piece = body[left + 1 : right].strip()
        yield TableCell(piece, start + left + 1, start + right, "padded") if piece else ""


def _printed(run: LineRun) -> Table | None:
    """The table that a printed frame is: its cells stand two blanks apart."""
    rows: list[list[str]] = []
    for line in run.sample():
        body = line.text.rstrip(" \\\r")
        if _RULER.fullmatch(line.text):
            continue
        cells: list[str] = []
        before = 0
        for found in _PRINTED.finditer(body):
            cells.append(TableCell(found[0], line.start + before, line.start + found.end(), "padded"))
            before = found.end()
        rows.append(cells)
    if len(rows) < 2:
        return None
    header, body_rows = rows[0], rows[1:]
    # The body has one more cell than the header where the index is printed.
    if sum(len(row) == len(header) + 1 for row in body_rows) * 2 > len(body_rows):
        rows[0] = ["", *header]
    return run.table(rows, "a printed frame")
