"""Finds tables made of lines: CSV and TSV text, Markdown, printed frames, tables drawn with lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate, count
from operator import add
from typing import TYPE_CHECKING

from nbguard.tables.table import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.tables.signals import Signals

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
# Lines at the beginning of a run in which a signal must stand, and characters behind them.
_LOOK = 4
_NEAR = 200
# Lines of a run that are all read, at most; else how many of its first, and how many of the others.
_MOST = SAMPLE_ROWS
_FIRST = 48
_SPREAD = 17


class Line:
    """A line of text with its offset; ``text`` has no line end."""

    __slots__ = ("start", "text")

    def __init__(self, text: str, start: int) -> None:
        self.text, self.start = text, start


def tables_of_lines(text: str, signals: Signals) -> Iterator[Table]:
    """Every run of lines that are split alike and begin with a signal, as a table."""
    lines = _Lines(text)
    if len(lines.starts) < 2:
        return
    taken: list[tuple[int, int]] = []
    for delimiter, form in _DELIMITERS:
        if text.count(delimiter) >= 2:
            for first, last in _runs(lines, signals, delimiter):
                if not any(start <= first <= end for start, end in taken):
                    table = _delimited(lines, first, last, delimiter, form)
                    if table is not None:
                        taken.append((first, last))
                        yield table
    if "  " in text:
        for first, last in _runs(lines, signals, "  "):
            if not any(start <= first <= end for start, end in taken):
                table = _printed(lines, first, last)
                if table is not None:
                    yield table


class _Lines:
    """The lines of a text by their offsets; none is cut out before it is asked for."""

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if "\\n" in text:
            found = list(_LINE_END.finditer(text))
            self.starts = [0, *(end.end() for end in found)]
            self.ends = [*(end.start() for end in found), len(text)]
            return
        behind = list(map(add, accumulate(map(len, text.split("\n"))), count(1)))
        self.ends = [end - 1 for end in behind]
        self.starts = [0, *behind[:-1]]

    def line(self, number: int) -> Line:
        """The line of this number."""
        return Line(self.text[self.starts[number] : self.ends[number]], self.starts[number])

    def sample(self, first: int, last: int) -> list[Line]:
        """Of many lines the first, and some spread over the others."""
        if last - first <= _MOST:
            return [self.line(number) for number in range(first, last + 1)]
        step = (last - first - _FIRST) / _SPREAD
        numbers = [*range(first, first + _FIRST), *(first + _FIRST + int(n * step) for n in range(_SPREAD))]
        return [self.line(number) for number in numbers]


def _runs(lines: _Lines, signals: Signals, delimiter: str) -> Iterator[tuple[int, int]]:
    """Stretches of at least two lines with a delimiter in each, in whose first lines a signal stands."""
    text, starts, ends = lines.text, lines.starts, lines.ends
    drawn = delimiter in "|│"

    def holds(number: int) -> bool:
        if delimiter == "  ":  # not as what a line is indented by
            return "  " in text[starts[number] : ends[number]].strip()
        if text.find(delimiter, starts[number], ends[number]) >= 0:
            return True
        return drawn and text[starts[number] : starts[number] + 1] in _CORNERS  # rulers between rows

    at = begin = 0
    while (signal := signals.first_from(at)) >= 0 and at < len(text):
        number = bisect_right(starts, signal) - 1
        # The other signals in the line say nothing more. (A line end that is written as an escape has two characters.)
        at = starts[number + 1] if number + 1 < len(starts) else len(text)
        if not holds(number):
            continue
        # The run may have begun a little before.
        first = number
        while first > 0 and starts[first - 1] >= begin and not _is_far(lines, first, signal) and holds(first - 1):
            first -= 1
        if _is_far(lines, first, signal):
            continue
        last = number
        while last + 1 < len(starts) and holds(last + 1):
            last += 1
        if last > first:
            yield first, last
        at = begin = starts[last + 1] if last + 1 < len(starts) else len(text)


def _is_far(lines: _Lines, first: int, signal: int) -> bool:
    """Whether a signal stands too far behind the beginning of a run to speak of it."""
    return signal >= lines.starts[min(first + _LOOK, len(lines.starts) - 1)] + _NEAR


def _delimited(lines: _Lines, first: int, last: int, delimiter: str, form: str) -> Table | None:
    sample = lines.sample(first, last)
    if delimiter in "|│":
        return _drawn(lines, first, last, sample, delimiter, form)
    head = sample[0].text
    opened = _OPENING.match(head) if ('"' in head or "'" in head) and not head.startswith('"') else None
    import csv

    texts = [head[opened.end() :] if opened else head, *(line.text.strip().strip("'") for line in sample[1:])]
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(texts, delimiter=delimiter, skipinitialspace=True)]
    except csv.Error:
        return None
    table = _table(rows, lines, first, last, form)
    return table._replace(start=table.start + opened.end()) if table is not None and opened else table


def _drawn(lines: _Lines, first: int, last: int, sample: Sequence[Line], delimiter: str, form: str) -> Table | None:
    rows: list[list[str]] = []
    rulers = 0
    for line in sample:
        text = line.text.replace("┆", "│").replace("┃", "│")
        if _RULER.fullmatch(text):
            rulers += 1
            continue
        inner = text.strip().lstrip("#").strip()
        cells = [cell.strip() for cell in inner.removeprefix(delimiter).removesuffix(delimiter).split(delimiter)]
        if all(cell in _DTYPES for cell in cells):
            rulers += 1
        else:
            rows.append(cells)
    while first < last and _RULER.fullmatch(lines.line(first).text):
        first += 1
    while last > first and _RULER.fullmatch(lines.line(last).text):
        last -= 1
    return _table(rows, lines, first, last, form, rulers / len(sample))


def _printed(lines: _Lines, first: int, last: int) -> Table | None:
    sample = [line for line in lines.sample(first, last) if not _RULER.fullmatch(line.text)]
    rows = [_SPACES.split(line.text.rstrip(" \\").strip()) for line in sample]
    if len(rows) < 2:
        return None
    header, body = rows[0], rows[1:]
    # The body has one more cell than the header where the index is printed.
    if sum(len(row) == len(header) + 1 for row in body) * 2 > len(body):
        rows[0] = ["", *header]
    return _table(rows, lines, first, last, "a printed frame")


def _table(rows: list[list[str]], lines: _Lines, first: int, last: int, form: str, rulers: float = 0) -> Table | None:
    """Makes a table of rows, the first of which may be a header; rows of another width don't count.

    ``rulers`` is the share of lines that are no rows.
    """
    if len(rows) < 2:
        return None
    width = len(rows[0])
    body = [row for row in rows[1:] if len(row) == width]
    if width < 2 or len(body) * 10 < (len(rows) - 1) * 6:
        return None
    start, end = lines.starts[first], lines.ends[last]
    sampled = last - first > _MOST
    count = round((last - first) * (1 - rulers)) if sampled else len(body)
    table = from_rows(form, rows[0], body, max(count, len(body)), start, end)
    return table._replace(exact=not (sampled and rulers))
