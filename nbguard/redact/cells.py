"""The cells of a table with their places in the text, column by column: what redaction goes by.

Detection reads the first rows of a table and forgets where its values stood. Here all rows are read, and each value
knows its characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.pii.column_names import categories_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Maximum rows tried as a transposed table.
_LABELS = 40


class Cell(NamedTuple):
    """A value as it is meant (``value``) and the characters of the field that hold it.

    ``form`` says how it is written: ``string`` (inside quotes), ``number``, ``date`` (month and day of a call such as
    ``date(1980, 1, 2)``), ``plain``, ``html``, or ``padded`` (with blanks around it that keep columns aligned).
    """

    value: str
    start: int
    end: int
    form: str = "plain"

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Cell({self.form}, {self.start}-{self.end})"


class CellColumn(NamedTuple):
    """A column's name (empty where it has none) and its cells, one a row; rows without a cell have an empty one.

    ``head`` is the cell of the name where it can be a value instead: the first line of text without a header.
    """

    name: str
    cells: Sequence[Cell]
    head: Cell | None = None

    def __repr__(self) -> str:
        """Shows no value."""
        return f"CellColumn({len(self.cells)} cells)"


EMPTY = Cell("", 0, 0)


def from_rows(names: Sequence[str], rows: Sequence[Sequence[Cell]], heads: Sequence[Cell] = ()) -> list[CellColumn]:
    """The columns of rows; cells past the last name make columns without one."""
    width = max((len(row) for row in rows), default=0)
    return [
        CellColumn(
            names[number] if number < len(names) else "",
            [row[number] if number < len(row) else EMPTY for row in rows],
            heads[number] if number < len(heads) else None,
        )
        for number in range(width)
    ]


def from_records(records: Sequence[Mapping[str, Cell]], names: Iterable[str] = ()) -> list[CellColumn]:
    """The columns of records, in the order in which their names come up."""
    wanted = dict.fromkeys([*names, *(name for record in records for name in record)])
    return [CellColumn(name, [record.get(name, EMPTY) for record in records]) for name in wanted]


def transposed(columns: Sequence[CellColumn]) -> list[CellColumn] | None:
    """The table with rows as columns, where its first column holds what names columns; else None."""
    if len(columns) < 2 or len(columns[0].cells) > _LABELS:
        return None
    labels = [cell.value.strip() for cell in columns[0].cells]
    if sum(bool(categories_by_name(label)) for label in labels) < 2:
        return None
    return [CellColumn(label, [column.cells[n] for column in columns[1:]]) for n, label in enumerate(labels)]
