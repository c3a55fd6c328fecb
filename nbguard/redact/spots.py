"""Finds what has to be replaced in a document: the cells of the tables that are findings, and single values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.categories import CATEGORIES
from nbguard.detect.pii.column_meaning import meaning_of
from nbguard.detect.pii.column_names import categories_by_name
from nbguard.detect.samples.classify_table import judge, transposed
from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.sample_rules import rule_of
from nbguard.detect.samples.signal_search import find_signals
from nbguard.documents.structure.cells import TableCell
from nbguard.lazy_regex import lazy_regex
from nbguard.redact.repeated_values import Echoes
from nbguard.redact.replacements import is_missing
from nbguard.tables.json_tables import tables_in_payload
from nbguard.tables.table import SAMPLE_ROWS, Column
from nbguard.tables.text_tables import tables_in_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.samples.settings import SampleSettings
    from nbguard.documents.fields import Document, Field
    from nbguard.tables.table import Table

# Characters inside a value that may be left out of what its fingerprint is made of.
_LOOSE = r"[ ./()+-]?"
# Values that are searched for one by one, at most.
_FEW = 100
_FLAG = lazy_regex(rf"(?i){load_knowledge('columns')['flags']}")


class Spot(NamedTuple):
    """A value to replace: the finding it belongs to, its category, its cell, and how: ``synthetic``, ``coarse`` or
    ``shuffled`` (with ``other``, the characters of the cell whose value comes here). ``column`` and ``row`` count
    from 1 in the finding's table; 0 where there is none.
    """

    finding: Finding
    category: str
    cell: TableCell
    method: str = "synthetic"
    other: tuple[int, int] | None = None
    column: int = 0
    row: int = 0

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Spot({self.category}, {self.cell!r})"


class Spots(NamedTuple):
    """What to replace in a document, and the findings that can't be, each with the reason."""

    spots: tuple[Spot, ...]
    left: tuple[tuple[Finding, str], ...]


def find_spots(document: Document, settings: SampleSettings) -> Spots:
    """The values in a document's findings."""
    spots: list[Spot] = []
    left: list[tuple[Finding, str]] = []
    reader = _Reader(settings)
    for finding in find_samples(document, settings):
        if not rule_of(finding.rule).replaced:
            left.append((finding, "there is nothing to replace value by value"))
            continue
        found = list(_spots_of(finding, reader))
        if not found and not reader.has_read(finding):
            left.append((finding, "it is packed: keep it outside the repository"))
        spots += found
    return Spots(tuple(spots), tuple(left))


def _spots_of(finding: Finding, reader: _Reader) -> Iterator[Spot]:
    category = rule_of(finding.rule).category
    if category and finding.field.part.form != "json":
        yield from _single(finding, category)
    for table in reader.tables_of(finding):
        if not any(_category(column)[0] for column in table.columns):
            table = transposed(table) or table
        for number, column in enumerate(table.columns, 1):
            yield from _in_column(finding, column, number)


def _single(finding: Finding, category: str) -> Iterator[Spot]:
    text = finding.field.text
    values = _of_category(finding.value.split("\x1f"), category)
    begin = max(finding.start - 1, 0)
    exact = Echoes()
    for value in values:
        exact.learn(category, value)
    seen: set[str] = set()
    for _, start, end in exact.find(text[begin : finding.end + 1], weak=False):
        cell = TableCell(text[begin + start : begin + end], begin + start, begin + end)
        if category == "email" or len(values) > _FEW:
            seen.add(cell.lower())
        yield Spot(finding, category, cell, _method(category))
    # Those that are written with marks between their digits, there or somewhere else.
    for value in sorted((value for value in values if value.lower() not in seen), key=len, reverse=True):
        near = re.compile(rf"(?i)(?:(?<!\w)|(?<=\\[nrt])){_LOOSE.join(map(re.escape, value))}(?!\w)")
        for place in near.finditer(text, begin, finding.end + 1):
            yield Spot(finding, category, TableCell(place[0], *place.span()), _method(category))


def _of_category(values: list[str], category: str) -> list[str]:
    """The values that are of the category by their form. A finding in a table has the values of its other columns, too.

    Where none is, something else said so, such as a label: then it holds for all of them.
    """
    fitting = [value for value in values if meaning_of(Column("", (value,) * 3)).category == category]
    return fitting or values


class _Reader:
    """Reads the tables of one field after the other, with all their rows, each of them once."""

    def __init__(self, settings: SampleSettings) -> None:
        self._settings = settings
        self._field: object = None
        self._tables: list[Table] = []
        self._read: list[tuple[int, int]] = []

    def tables_of(self, finding: Finding) -> Iterator[Table]:
        """The tables that a finding is about and that weren't read yet."""
        if finding.field is not self._field:
            self._field, self._read = finding.field, []
            self._tables = [table for table in _tables_in(finding.field) if judge(table, self._settings) is not None]
            if finding.field.part.form == "json":  # its tables may stand inside each other
                self._read = [(0, len(finding.field.text))]
                yield from self._tables
                return
        for table in self._tables:
            if table.start < finding.end and finding.start < table.end and not self._overlaps(table.start, table.end):
                self._read.append((table.start, table.end))
                yield table

    def has_read(self, finding: Finding) -> bool:
        """Whether a finding lies in a table that was read for another one."""
        return finding.field is self._field and self._overlaps(finding.start, finding.end)

    def _overlaps(self, start: int, end: int) -> bool:
        return any(first < end and start < last for first, last in self._read)


def _tables_in(field: Field) -> Iterator[Table]:
    if field.part.form == "json":
        return tables_in_payload(field.text, field.part.path.rpartition(".")[2], whole=True)
    signals = find_signals(field.text)
    return tables_in_text(field.text, signals, whole=True) if signals is not None else iter(())


def _category(column: Column) -> tuple[str, bool]:
    """The category of a column's values, and whether its name says so."""
    values = tuple(value for value in column.values if not is_missing(value))[:SAMPLE_ROWS]
    found = meaning_of(Column(column.name, values)).category
    named = categories_by_name(column.name)
    if not found and values:
        found = next((category for category in named if CATEGORIES[category].get("by_name")), "")
    return found, bool(named)


def _in_column(finding: Finding, column: Column, number: int) -> Iterator[Spot]:
    category, named = _category(column)
    if not category or category == "date":
        return
    cells = [
        (row, cell) for row, cell in enumerate(column.values, 1) if isinstance(cell, TableCell) and not is_missing(cell)
    ]
    if isinstance(column.name, TableCell) and not named and _is_value(column, category):
        cells.insert(0, (0, column.name))
    method = _method(category)
    if category == "health" and all(_FLAG.fullmatch(cell) for cell in {cell for _, cell in cells}):
        method = "shuffled"
    for row, cell in cells:
        coarse = category == "health" and method != "shuffled" and not any(map(str.isalpha, cell))
        yield Spot(finding, category, cell, "coarse" if coarse else method, None, number, row)


def _is_value(column: Column, category: str) -> bool:
    """Whether what stands in a header's place is a value like those below."""
    head = column.name
    alike = [value for value in column.values if value][:3]
    return (
        bool(head)
        and meaning_of(Column("", (head, head, *alike))).category == category
        and (any(map(str.isdigit, head)) or "@" in head or " " in head or head[:1].isupper())
    )


def _method(category: str) -> str:
    """How a value is replaced: ``synthetic``, ``coarse`` or ``shuffled``."""
    return str(CATEGORIES[category].get("method", "synthetic"))
