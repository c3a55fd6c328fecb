"""The cells of delimited text with their places: CSV, TSV, and whatever else stands between the same marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGINS_QUOTED = frozenset(('"', " ", "\t", "\\"))


class TableCell(str):
    """A cell's value, and the characters of the text that hold it.

    ``form`` says how it is written: ``string`` (inside quotes), ``number``, ``name``, ``date`` (month and day of a
    call such as ``date(1980, 1, 2)``), ``plain``, ``html``, or ``padded`` (with blanks that keep columns aligned).
    """

    __slots__ = ("end", "form", "start")

    start: int
    end: int
    form: str

    def __new__(cls, value: str, start: int, end: int, form: str = "plain") -> Self:
        """A cell of a value that stands from ``start`` to ``end``."""
        cell = str.__new__(cls, value)
        cell.start, cell.end, cell.form = start, end, form
        return cell

    def __repr__(self) -> str:
        """Shows no value."""
        return f"TableCell({self.form}, {self.start}-{self.end})"


@lru_cache(16)
def _patterns(delimiter: str, escaped: bool) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    quote = r"\\?\"" if escaped else '"'
    inside = r"(?:[^\"\\]++|\\(?!\")|\\?\"\\?\")*+" if escaped else '(?:[^"]++|"")*+'
    line_end = r"(?:\\n)?[\"'][ \t]*\\?\r?\n[ \t]*[\"']|\\r\\n|\\n|\r?\n" if escaped else r"\r?\n"
    mark = re.escape(delimiter)
    return (
        lazy_regex(rf"[ \t]*{quote}({inside}){quote}[ \t]*(?={mark}|{line_end}|\Z)"),
        lazy_regex(rf"""(?:[^{mark}\\\r\n"']++|(?!{mark}|{line_end})[\s\S])*+"""),
        lazy_regex(rf"({mark})|{line_end}"),
    )


def rows_in(text: str, start: int, end: int, delimiter: str, escaped: bool = False) -> Iterator[list[str]]:
    """The rows of delimited text (RFC 4180), quoted cells with line ends among them; ``escaped``: it stands in a string
    literal, where line ends and quotes may be escapes.
    """
    quoted, plain, mark = _patterns(delimiter, escaped)
    at = start
    row: list[str] = []
    while at <= end:
        found = quoted.match(text, at, end) if text[at : at + 1] in _BEGINS_QUOTED else None
        if found is not None:
            value = found[1].replace('\\"', '"').replace('""', '"')
            row.append(TableCell(value.strip(), *found.span(1), "quoted"))
            at = found.end()
        else:
            found = plain.match(text, at, end)
            first, at = at, found.end() if found is not None else at
            whole = text[first:at]
            if whole and whole.isalnum():
                row.append(TableCell(whole, first, at))
            else:
                row.append(_cell(whole, first, not row, text[at : at + 1] != delimiter))
        if at < end and text[at] == delimiter:
            at += 1
            continue
        separator = mark.match(text, at, end)
        if separator is None:
            break
        at = separator.end()
        if separator[1] is None:
            yield row
            row = []
    if row:
        yield row


def _cell(whole: str, start: int, is_first: bool, is_last: bool) -> str:
    """What stands between two marks, without the blanks around it and the quotes around its line."""
    value = whole.strip()
    if is_first and value.startswith("'"):
        value = value.lstrip("'")
    start += whole.find(value)
    if is_last and value.endswith("'"):
        value = value.rstrip("'")
    return TableCell(value, start, start + len(value)) if value else ""
