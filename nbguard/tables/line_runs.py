"""The lines of a text by their offsets, and the runs of lines that may be a table."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, count
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from nbguard.lazy_regex import lazy_regex
from nbguard.tables.table import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.tables.signals import Signals

_LINE_END = lazy_regex(r"\n|\\n")
CORNERS = frozenset("+├╞└┌╒╘╪╭╰┡┢")
# Lines at the beginning of a run in which a signal must stand, and characters behind them.
_LOOK = 4
_NEAR = 200
# Lines of a run that are all read, at most; else how many of its first, and how many of the others.
_MOST = SAMPLE_ROWS
_FIRST = 48
_SPREAD = 17


class Line(NamedTuple):
    """A line of text with its offset; ``text`` has no line end."""

    text: str
    start: int


class LineSpans:
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

    def numbers(self, first: int, last: int) -> Sequence[int]:
        """The numbers of these lines; of many the first, and some spread over the others."""
        if last - first <= _MOST:
            return range(first, last + 1)
        step = (last - first - _FIRST) / _SPREAD
        return [*range(first, first + _FIRST), *(first + _FIRST + int(n * step) for n in range(_SPREAD))]


class LineRun(NamedTuple):
    """Lines from ``first`` to ``last`` that are split alike; ``whole``: all of them are read."""

    lines: LineSpans
    first: int
    last: int
    whole: bool

    def sample(self) -> list[Line]:
        """The lines that are read."""
        whole = range(self.first, self.last + 1)
        return [self.lines.line(n) for n in (whole if self.whole else self.lines.numbers(self.first, self.last))]

    def table(self, rows: Sequence[Sequence[str]], form: str, rulers: float = 0, ragged: bool = False) -> Table | None:
        """A table of rows, the first of which may be a header; rows of another width don't count unless ``ragged``.

        ``rulers`` is the share of lines that are no rows.
        """
        if len(rows) < 2:
            return None
        width, lines = len(rows[0]), self.lines
        body = [row for row in rows[1:] if len(row) == width]
        if width < 2 or len(body) * 10 < (len(rows) - 1) * 6:
            return None
        height = self.last - self.first
        sampled = height > _MOST and not self.whole
        counted = max(round(height * (1 - rulers)), len(body)) if sampled else len(body)
        start, end = lines.starts[self.first], lines.ends[self.last]
        table = from_rows(form, rows[0], rows[1:] if ragged else body, counted, start, end)
        return table._replace(exact=not (sampled and rulers))


def runs(lines: LineSpans, signals: Signals, delimiter: str) -> Iterator[tuple[int, int]]:
    """Stretches of at least two lines with a delimiter in each, in whose first lines a signal stands."""
    text, starts, ends = lines.text, lines.starts, lines.ends
    drawn = delimiter in "|│"

    def holds(number: int) -> bool:
        if delimiter == "  ":  # not as what a line is indented by
            return "  " in text[starts[number] : ends[number]].strip()
        if text.find(delimiter, starts[number], ends[number]) >= 0:
            return True
        return drawn and text[starts[number] : starts[number] + 1] in CORNERS  # rulers between rows

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


def _is_far(lines: LineSpans, first: int, signal: int) -> bool:
    """Whether a signal stands too far behind the beginning of a run to speak of it."""
    return signal >= lines.starts[min(first + _LOOK, len(lines.starts) - 1)] + _NEAR
