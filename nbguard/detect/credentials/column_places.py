"""Where a name of a credential may be a column's heading: in Markdown, CSV, and what pandas, psql and commands print.

As in ``pair_places``, texts and raw bytes are asked the same question, in which bytes mustn't say no where a text says
yes: a line's end may be an escape, or the end of a string in a list.
"""

from __future__ import annotations

import re
from typing import AnyStr, Generic

from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

# How far behind a heading the ruler below it is at most, and how far a cell is in a file that is a table by its name.
_ROW, _ROWS = 400, 4_000
_RULER = r"[|+][ \t]{0,4}:?[-=]{2,}"
# In a box: a line as itself, as its bytes, and as JSON's escape of it.
_BOX = r"[\u2500-\u257f]{3}|(?:\\u25[0-7][0-9a-f]){3}"
_BOX_IN_BYTES = rb"(?:\xe2[\x94\x95][\x80-\xbf]){3}|(?:\\u25[0-7][0-9a-fA-F]){3}"
_CELL = r"(?=[^\s,;\t|\"]{0,60}?[0-9])[^\s,;\t|\"]{8}"
_GAP = r"(?:[ \t]|\\t){2}"
# What precedes a heading of aligned columns: a gap, or the beginning of its line or string; and its own beginning.
_BEFORE = rf"(?:{_GAP}|\\n|[\n\"']|\A)[ \t]{{0,60}}[\w.]{{0,40}}\Z"
_LOOK = 110
# The end of the line, with other headings before it.
_BEHIND = r"(?:[\w.()/% \t-]|\\t){0,400}+(?:\r?\n|\\r|\\n|\Z)"
# What pandas says below the values of a series.
_SERIES = r"\w{0,60}, (?:Length: \d{1,12}, )?dtype: "


class ColumnReading(NamedTuple, Generic[AnyStr]):
    """The patterns, and what a ruler is told by at once, for texts or for bytes."""

    ruler: re.Pattern[AnyStr]
    cell: re.Pattern[AnyStr]
    before: re.Pattern[AnyStr]
    behind: re.Pattern[AnyStr]
    series: re.Pattern[AnyStr]
    bars: tuple[AnyStr, ...]


OF_TEXTS = ColumnReading(
    lazy_regex(f"{_RULER}|{_BOX}", re.ASCII), lazy_regex(_CELL, re.ASCII), lazy_regex(_BEFORE, re.ASCII),
    lazy_regex(_BEHIND, re.ASCII), lazy_regex(_SERIES, re.ASCII),
    ("|", "+-", "+=", "\u2501", "\u2500", "\u2550", "\\u25"),
)  # fmt: skip
OF_BYTES = ColumnReading(
    lazy_regex(_RULER.encode() + b"|" + _BOX_IN_BYTES), lazy_regex(_CELL.encode()), lazy_regex(_BEFORE.encode()),
    lazy_regex(_BEHIND.encode()), lazy_regex(_SERIES.encode()),
    (b"|", b"+-", b"+=", "\u2501".encode(), "\u2500".encode(), "\u2550".encode(), b"\\u25"),
)  # fmt: skip


def heads_column(
    text: AnyStr, start: int, end: int, reading: ColumnReading[AnyStr], *, table: bool, code: bool
) -> bool:
    """Whether the word at these places may stand in a heading.

    ``table``: the file is a table by its name; ``code``: it is a program, in which only a table with a ruler counts.
    """
    if table and reading.cell.search(text, end, end + _ROWS) is not None:
        return True
    around = text[end : end + _ROW]
    if any(bar in around for bar in reading.bars) and reading.ruler.search(text, end, end + _ROW) is not None:
        return True
    if code:
        return False
    if reading.series.match(text, end) is not None:
        return True
    before = max(0, start - _LOOK)
    return reading.behind.match(text, end) is not None and reading.before.search(text, before, start) is not None
