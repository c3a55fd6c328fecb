"""Finds tables made of lines: CSV and TSV text, Markdown, printed frames, tables drawn with lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.samples.tables import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.samples.gate import Signals

_LINE_END = re.compile(r"\n|\\n")
_SPACES = re.compile(r" {2,}|\t")
_RULER = re.compile(r"[\s|:+=\u2500-\u257f-]+")
_CORNERS = frozenset("+├╞└┌╒╘╪╭╰┡┢")
_DTYPES = frozenset((
    "str", "i64", "f64", "i32", "f32", "u32", "u64", "bool", "date", "datetime[μs]", "datetime[ns]", "cat",
    "---", "object", "string", "int64", "float64",
))  # fmt: skip
_OPENING = re.compile(r"""^.*(?:\"\"\"|''')\\?|^.*?["']\\?""")
_DELIMITERS = (("|", "a drawn table"), ("│", "a drawn table"), ("\t", "TSV text"), (";", "CSV text"), (",", "CSV text"))
# Lines at the beginning of a run in which a signal must stand.
_LOOK = 4


class Line:
    """A line of text with its offset; ``text`` has no line end."""

    __slots__ = ("start", "text")

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start = text, start


def tables_of_lines(text: str, signals: Signals) -> Iterator[Table]:
    """Every run of lines that are split alike and begin with a signal, as a table."""
    lines = _lines(text)
    if len(lines) < 2:
        return
    taken: set[int] = set()
    for delimiter, form in _DELIMITERS:
        if text.count(delimiter) >= 2:
            counts = [line.text.count(delimiter) for line in lines]
            if delimiter in "|│":
                # Rulers between the rows don't end a table.
                counts = [count or line.text[:1] in _CORNERS for count, line in zip(counts, lines, strict=True)]
            for first, last in _runs(counts):
                if first not in taken and signals.between(
                    lines[first].start, lines[min(first + _LOOK, last)].start + 200
                ):
                    table = _delimited(lines[first : last + 1], delimiter, form)
                    if table is not None:
                        taken.update(range(first, last + 1))
                        yield table
    if "  " in text:
        for first, last in _runs([line.text.strip().count("  ") for line in lines]):
            if first not in taken and signals.between(lines[first].start, lines[min(first + _LOOK, last)].start + 200):
                table = _printed(lines[first : last + 1])
                if table is not None:
                    yield table


def _lines(text: str) -> list[Line]:
    lines, at = [], 0
    if "\\n" in text:
        for found in _LINE_END.finditer(text):
            lines.append(Line(text[at : found.start()], at))
            at = found.end()
        lines.append(Line(text[at:], at))
        return lines
    for line in text.split("\n"):
        lines.append(Line(line, at))
        at += len(line) + 1
    return lines


def _runs(counts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Stretches of at least two neighbouring lines with a delimiter in each."""
    start = -1
    for number, count in enumerate(counts):
        if count and start < 0:
            start = number
        elif not count and start >= 0:
            if number - start > 1:
                yield start, number - 1
            start = -1
    if start >= 0 and len(counts) - start > 1:
        yield start, len(counts) - 1


def _delimited(lines: list[Line], delimiter: str, form: str) -> Table | None:
    if delimiter in "|│":
        return _drawn(
            [Line(line.text.replace("┆", "│").replace("┃", "│"), line.start) for line in lines], delimiter, form
        )
    head = lines[0].text
    opened = _OPENING.match(head) if ('"' in head or "'" in head) and not head.startswith('"') else None
    import csv

    texts = [
        head[opened.end() :] if opened else head,
        *(line.text.strip().strip("'") for line in lines[1 : SAMPLE_ROWS + 1]),
    ]
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(texts, delimiter=delimiter, skipinitialspace=True)]
    except csv.Error:
        return None
    table = _table(rows, lines, form)
    return table._replace(start=table.start + opened.end()) if table is not None and opened else table


def _drawn(lines: list[Line], delimiter: str, form: str) -> Table | None:
    rows: list[list[str]] = []
    kept: list[Line] = []
    for line in lines:
        if _RULER.fullmatch(line.text):
            continue
        inner = line.text.strip().lstrip("#").strip()
        cells = [cell.strip() for cell in inner.removeprefix(delimiter).removesuffix(delimiter).split(delimiter)]
        if not all(cell in _DTYPES for cell in cells):
            kept.append(line)
            if len(rows) <= SAMPLE_ROWS:
                rows.append(cells)
    return _table(rows, kept, form) if kept else None


def _printed(lines: list[Line]) -> Table | None:
    lines = [line for line in lines if not _RULER.fullmatch(line.text)]
    rows = [_SPACES.split(line.text.rstrip(" \\").strip()) for line in lines[: SAMPLE_ROWS + 1]]
    if len(rows) < 2:
        return None
    header, body = rows[0], rows[1:]
    # The body has one more cell than the header where the index is printed.
    if sum(len(row) == len(header) + 1 for row in body) * 2 > len(body):
        rows[0] = ["", *header]
    return _table(rows, lines, "a printed frame")


def _table(rows: list[list[str]], lines: list[Line], form: str) -> Table | None:
    """Makes a table of rows, the first of which may be a header; rows of another width don't count."""
    if len(rows) < 2:
        return None
    width = len(rows[0])
    body = [row for row in rows[1:] if len(row) == width]
    if width < 2 or len(body) * 10 < (len(rows) - 1) * 6:
        return None
    start, end = lines[0].start, lines[-1].start + len(lines[-1].text)
    count = len(body) if len(rows) == len(lines) else len(lines) - 1
    return from_rows(form, rows[0], body, count, start, end)
