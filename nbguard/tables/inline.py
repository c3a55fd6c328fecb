"""Finds the tables that are written as literals in a text, and puts together what belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.lazy_regex import lazy_regex
from nbguard.tables.literal_tables import tables_in
from nbguard.tables.literals import ALL, READ, TOKENS, Group, Scalar, end_of_group, read_group
from nbguard.tables.table import SAMPLE_ROWS, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.tables.signals import Signals

# A bracket right before another one, a string, a capital letter, a numbered key or a keyword with a list: where a
# literal with data can begin.
_BRACKETS = lazy_regex(r"[\[({]\s*+[\[({\"'A-Z]|\{\s*+\d++\s*+:|\(\s*+\w++\s*+=\s*+(?:c\(|\[)")
# The beginning of a dict of lists: the first list can be long, and what tells stand in the second.
_LISTS = lazy_regex(r"[({]\s*+\{?\s*+[\"']?[^\"'\n]{0,60}+[\"']?\s*+[:=]\s*+(?:\w++\()?[\[({]")
_BOUND_TO = lazy_regex(r"([\w.]+)[\"']?\s*(?:=|:|<-)\s*\Z")
_BOUND_LIST = lazy_regex(r"\b(\w+)[\"']?[ \t]*+(?:=|:|<-)\s*+(?:[a-zA-Z][\w.]*+(?=\())?+[\[(]")
_CALLEE = lazy_regex(r"[^\W\d][\w.]*\Z")
# Characters after a bracket in which a signal must stand before the literal is read (more where what tells may stand
# far behind), and before it.
_LOOK = 700
_LOOK_FAR = 20_000
_BEFORE = 40
# Characters between two pieces of a table, at most.
_APART = 120
# Strings from this length on can hold a literal of their own, such as JSON.
_LONG = 60


def literal_tables(text: str, signals: Signals, whole: bool = False) -> Iterator[Table]:
    """The tables written as literals in a text; ``whole``: all their rows are read."""
    # Column names may stand behind the rows, out of sight.
    named_behind = "columns" in text or "schema" in text
    yield from _Literals(text, signals, named_behind, whole).between(0, len(text))


class _Literals(NamedTuple):
    """A text in which literals are looked for, and how much of each is read."""

    text: str
    signals: Signals
    named_behind: bool
    whole: bool

    def between(self, at: int, end: int) -> Iterator[Table]:
        """The tables from ``at`` on and before ``end``."""
        text, limits = self.text, ((ALL, ALL) if self.whole else (READ, TOKENS))
        pieces: list[Table] = []
        while (start := self._next(at, end)) >= 0:
            group = read_group(text, start, end, *limits)
            if group.bracket == "(" and (callee := _CALLEE.search(text, max(0, start - 60), start)):
                group = group._replace(name=callee[0])
            bound = _BOUND_TO.search(text, max(0, start - 80), start)
            for table in tables_in(group, text, bound[1] if bound else ""):
                if table.form not in ("a record", "a list"):
                    yield table
                    continue
                if pieces and not _continues(pieces, table):
                    yield self._together(pieces)
                    pieces = []
                pieces.append(table)
            for scalar in _long_strings(group):
                yield from self.between(scalar.start, scalar.end)
            at = max(group.end, start + 1)
        if pieces:
            yield self._together(pieces)

    def _next(self, at: int, end: int) -> int:
        """Where the next literal begins that a signal stands in; -1 where there is none."""
        text = self.text
        while (found := _BRACKETS.search(text, at, end)) is not None:
            start = found.start()
            signal = self.signals.first_from(start - _BEFORE)
            if signal < 0:
                return -1
            far = self.named_behind or _LISTS.match(text, start, end)
            if signal >= start + (_LOOK_FAR if far else _LOOK):
                at = max(start + 1, signal - _LOOK_FAR)
                continue
            if signal > start + _LOOK and (behind := end_of_group(text, start, end)) and behind < signal - _LOOK:
                at = behind  # it is over long before anything tells
                continue
            return start
        return -1

    def _together(self, pieces: Sequence[Table]) -> Table:
        first, last = pieces[0], pieces[-1]
        if len(pieces) == 1:
            return first
        if first.form == "a list":
            columns = tuple(_lists_of(self.text, first.rows) if self.whole else (piece.columns[0] for piece in pieces))
            return first._replace(form="parallel lists", columns=columns, end=last.end)
        records = pieces if self.whole else pieces[:SAMPLE_ROWS]
        columns = tuple(
            Column(column.name, tuple(record.columns[number].values[0] for record in records))
            for number, column in enumerate(first.columns)
        )
        return Table("records", columns, len(pieces), first.start, last.end)


def _lists_of(text: str, rows: int) -> Iterator[Column]:
    """The lists of so many values that are bound to a name: also those of numbers, before the first that tells."""
    at = 0
    while (found := _BOUND_LIST.search(text, at)) is not None:
        group = read_group(text, found.end() - 1, len(text), ALL, ALL)
        for table in tables_in(group, text, found[1]):
            if table.form == "a list" and table.rows == rows:
                yield table.columns[0]
        at = max(group.end, found.end())


def _continues(pieces: Sequence[Table], table: Table) -> bool:
    """Whether a record is the next of a row of records (JSON lines, the same call again and again), or a list the
    next column.
    """
    before = pieces[-1]
    if before.form != table.form or not 0 <= table.start - before.end < _APART:
        return False
    if table.form == "a list":
        return table.rows == before.rows and all(table.columns[0].name != piece.columns[0].name for piece in pieces)
    return [column.name for column in before.columns] == [column.name for column in table.columns]


def _long_strings(group: Group) -> Iterator[Scalar]:
    stack = [group]
    while stack:
        for entry in stack.pop().entries:
            if isinstance(entry.value, Group):
                stack.append(entry.value)
            elif entry.value.kind == "string" and entry.value.end - entry.value.start > _LONG:
                yield entry.value
