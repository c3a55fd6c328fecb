"""Finds the large tables of a large text, whatever they hold: literals, CSV and JSON lines, HTML, printed frames.

What the gate's signals point at is looked for elsewhere. Here nothing says where to look, so only what is as long as a
large table is read, and of that the beginning: the rest is counted.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING

from nbguard.documents.structure.cells import rows_in
from nbguard.lazy_regex import lazy_regex
from nbguard.tables.delimited import tables_of_lines
from nbguard.tables.html_and_sql import html_tables, sql_inserts
from nbguard.tables.literal_tables import tables_in
from nbguard.tables.literals import ANY_TEXT, WHOLE_GROUP, Group, read_group, unescape
from nbguard.tables.signals import Signals
from nbguard.tables.table import SAMPLE_ROWS, Table, from_records, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

# A signal at every place.
_EVERYWHERE = Signals(range(1 << 40), True, b"")
_NEXT = lazy_regex(r"""[\[({]|\"\"\"|'''|["'\#]""")
_STRING = lazy_regex(ANY_TEXT, re.DOTALL)
# The beginning of a delimited text that is read, in characters.
_HEAD = 200_000
_FIRST_LINES = lazy_regex(r"(?:[ \t\r]*+\n|[ \t]*+(?:%|#|\\\n)[^\n]*+\n?)*+")
# What every line of a printed frame has, and every line of a drawn table.
_BLANKS, _DRAWN = re.compile(r"\S\s*?  "), re.compile(r"[|│+├╞└┌╒╘╪╭╰┡┢]")
_DELIMITERS = (",", "\t", ";", "|")
# The share of rows that must have the header's width.
_SHARE = 0.8
# Strings in strings, at most: a CSV text in JSON in a Python string.
_DEPTH = 3


def large_tables(text: str, least: int, html: bool) -> Iterator[Table]:
    """The tables of a text that take at least ``least`` characters of it; ``html``: it is HTML."""
    for table in html_tables(text) if html else _tables(text, 0, len(text), least, 0):
        if table.end - table.start >= least:
            yield table


def _tables(text: str, at: int, end: int, least: int, depth: int) -> Iterator[Table]:
    found = False
    for table in _in_literals(text, at, end, least, depth):
        found = True
        yield table
    if found:
        return
    whole = text if (at, end) == (0, len(text)) else text[at:end]
    by_lines = _of_lines(whole)
    if by_lines is not None:
        yield _moved(by_lines, at)
        return
    if re.search("(?i)insert", whole[:_HEAD]):
        yield from (_moved(table, at) for table in sql_inserts(whole))
    drawable = depth == 0 and ("  " in whole[:_HEAD] or "|" in whole[:_HEAD] or "│" in whole[:_HEAD])
    if drawable and has_long_run(whole, least):
        yield from filter(_is_drawn_or_indexed, tables_of_lines(whole, _EVERYWHERE))


def has_long_run(text: str, least: int) -> bool:
    """Whether lines that take ``least`` characters together could be a drawn table or a printed frame.

    Each of them then holds two blanks inside, or a line of a drawing: yes too often, never no for such a table. Most
    long programs are out of the question by a few of their lines.
    """
    step = max(least // 2, 1)
    return any(_in_long_run(text, at, least, part) for part in (_BLANKS, _DRAWN) for at in range(0, len(text), step))


def _in_long_run(text: str, at: int, least: int, part: re.Pattern[str]) -> bool:
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = len(text) if end < 0 else end
    if part.search(text, start, end) is None:
        return False
    while end < len(text) and end - start < least:
        following = text.find("\n", end + 1)
        following = len(text) if following < 0 else following
        if part.search(text, end + 1, following) is None:
            break
        end = following
    while start > 0 and end - start < least:
        before = text.rfind("\n", 0, start - 1) + 1
        if part.search(text, before, start - 1) is None:
            break
        start = before
    return end - start >= least


def _is_drawn_or_indexed(table: Table) -> bool:
    """Whether a table has lines or an index; without these, a printed text may be a log."""
    return table.form == "a drawn table" or (table.form == "a printed frame" and table.columns[0].name == "")


def _moved(table: Table, by: int) -> Table:
    return table._replace(start=table.start + by, end=table.end + by)


def _in_literals(text: str, at: int, end: int, least: int, depth: int) -> Iterator[Table]:
    """The tables in brackets and strings that are long enough; the others are passed over without being read."""
    while (found := _NEXT.search(text, at, end)) is not None:
        start = found.start()
        if found.group() in ("[", "(", "{"):
            group = WHOLE_GROUP.match(text, start, end)
            at = group.end() if group is not None else start + 1
            if at - start >= least:
                yield from _in_group(read_group(text, start, at), text, least, depth)
            continue
        string = _STRING.match(text, start, end)
        at = string.end() if string is not None else found.end()
        if at - start >= least and depth < _DEPTH and not found.group().startswith("#"):
            quotes = 3 if len(found.group()) == 3 else 1
            yield from _in_string(text, start + quotes, at - quotes, least, depth)


def _in_group(group: Group, text: str, least: int, depth: int) -> Iterator[Table]:
    found = False
    for table in tables_in(group, text):
        found = True
        yield table
    stack = [] if found or depth >= _DEPTH else [group]
    while stack:
        for entry in stack.pop().entries:
            if isinstance(entry.value, Group):
                stack.append(entry.value)
            elif entry.value.end - entry.value.start >= least:
                yield from _in_string(text, entry.value.start, entry.value.end, least, depth)


def _in_string(text: str, start: int, end: int, least: int, depth: int) -> Iterator[Table]:
    """The tables in a string literal, placed from its first character to its last where its escapes were undone."""
    if "\\" not in text[start : start + _HEAD]:
        yield from _tables(text, start, end, least, depth + 1)
        return
    inner = unescape(text[start:end])
    for table in _tables(inner, 0, len(inner), least, depth + 1):
        yield table._replace(start=start, end=end)


def _of_lines(text: str) -> Table | None:
    """The table that a text is by its lines: JSON lines, or values between commas, tabs, semicolons or bars."""
    first = _FIRST_LINES.match(text)
    start = first.end() if first is not None else 0
    head = text[start : start + _HEAD]
    if len(text) - start > len(head):
        head = head[: head.rfind("\n") + 1]
    if head.count("\n", 0, 100_000) < 2:
        return None
    rows = text.count("\n", start) + (not text.endswith("\n"))
    if head[0] == "{":
        return _of_json_lines(head, rows, start, len(text))
    for delimiter in sorted(_DELIMITERS, key=head[:2000].count, reverse=True):
        if delimiter in head:
            table = _delimited(head, delimiter, rows, start, len(text))
            if table is not None:
                return table
    return None


def _of_json_lines(head: str, rows: int, start: int, end: int) -> Table | None:
    records = []
    for line in head.split("\n", SAMPLE_ROWS)[:SAMPLE_ROWS]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict):
            records.append({key: cell_text(value) for key, value in record.items()})
    if len(records) < 2:
        return None
    return from_records("JSON lines", records, rows, start, end)._replace(exact=rows <= SAMPLE_ROWS)


def cell_text(value: object) -> str:
    """A JSON value as a cell's text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:300]


def _delimited(head: str, delimiter: str, rows: int, start: int, end: int) -> Table | None:
    """The table of a delimited text; None where too many rows have another width than the first."""
    found = (row for row in rows_in(head, 0, len(head), delimiter) if any(row))
    read = list(islice(found, SAMPLE_ROWS + 1))
    if len(read) < 3 or len(read[0]) < 2:
        return None
    body = [row for row in read[1:] if len(row) == len(read[0])]
    if len(body) < _SHARE * (len(read) - 1):
        return None
    form = "TSV text" if delimiter == "\t" else "CSV text"
    table = from_rows(form, read[0], body, max(rows - 1, len(body)), start, end)
    return table._replace(exact=len(read) <= SAMPLE_ROWS)
