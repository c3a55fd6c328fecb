"""A table found in a text: its columns with their cells, how many rows, and where. Cells know where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Rows of a table that are read for what they hold; the rest is only counted.
SAMPLE_ROWS = 64


class Column(NamedTuple):
    """A column's name (empty where it has none; a ``TableCell`` where it stands in a line of its own above the values)
    and its values as text: ``TableCell`` where the reader knows their places.
    """

    name: str
    values: tuple[str, ...]

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Column({len(self.values)} values)"


class Table(NamedTuple):
    """``form`` is what the table is written as, for people; ``start`` and ``end`` are characters of the field.

    ``rows`` counts all rows, also those past the sample in ``columns``; ``exact`` is false where it is an estimate.
    """

    form: str
    columns: tuple[Column, ...]
    rows: int
    start: int
    end: int
    exact: bool = True

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Table({self.form}, {len(self.columns)} columns, {self.rows} rows, {self.start}-{self.end})"


def from_rows(
    form: str, names: Sequence[str], rows: Sequence[Sequence[str]], count: int, start: int, end: int
) -> Table:
    """A table from rows of cells; short rows are filled up with empty cells."""
    width = max(max(map(len, rows), default=0), len(names))
    columns = tuple(
        Column(
            names[number] if number < len(names) else "",
            tuple(row[number] if number < len(row) else "" for row in rows),
        )
        for number in range(width)
    )
    return Table(form, columns, count, start, end)


def from_records(form: str, records: Sequence[Mapping[str, str]], count: int, start: int = 0, end: int = 0) -> Table:
    """A table from records, with the columns in the order in which their names come up."""
    names = dict.fromkeys(name for record in records for name in record)
    columns = tuple(Column(name, tuple(record.get(name, "") for record in records)) for name in names)
    return Table(form, columns, count, start, end)


def canonical(table: Table, text: str) -> str:
    """The table's data in a form that doesn't change with layout or order: what its fingerprint is made of."""
    cells = sorted({value for column in table.columns for value in column.values if value})
    if table.rows <= SAMPLE_ROWS:
        return "\x1f".join(cells)
    import zlib

    # Of a long table only a sample was read; a checksum over the rest ties the fingerprint to all of it.
    rest = text[table.start : table.end].translate(_LAYOUT)
    return "\x1f".join([*cells, f"{zlib.crc32(rest.encode('utf-8', 'surrogatepass')):08x}"])


_LAYOUT = str.maketrans("", "", " \t\r\n\"'")
