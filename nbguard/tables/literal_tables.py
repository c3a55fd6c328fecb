"""Finds the tables in a bracketed literal: dicts in a list or a dict, lists in a dict, rows, plain lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.documents.structure.cells import TableCell
from nbguard.tables.literals import Group, LiteralEntry, Scalar
from nbguard.tables.table import Column, Table, from_records, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Elements from which a dict is a table from keys to values.
_PAIRED = 3
# The keywords that name the columns of rows: pandas, polars, Spark, plotly.
_NAMING = frozenset(("columns", "schema", "names", "headers", "header", "fields", "fieldnames", "cols"))
_ARRAYS = frozenset((
    "c", "list", "tuple", "array", "np.array", "numpy.array", "np.asarray", "Series", "pd.Series", "pl.Series", "Row",
    "pd.Categorical", "pd.to_datetime", "pd.array",
))  # fmt: skip

_NOTHING = frozenset(("None", "null", "NULL", "nan", "NaN", "np.nan", "NA", "pd.NA", "pd.NaT", "missing", "nothing"))
_DATES = frozenset(("date", "datetime", "Timestamp", "Date"))
# Calls that only say what kind of number theirs is.
_NUMBERS = frozenset(("Decimal", "int", "float", "int64", "float64", "str"))


def tables_in(group: Group, text: str, name: str = "") -> Iterator[Table]:
    """The tables in a group and in the groups inside it; ``name`` is the variable or key it is bound to."""
    table, eaten = _read_table(group, text, name)
    if table is not None:
        yield table
    for entry in group.entries:
        key = entry.key.text if isinstance(entry.key, Scalar) else name
        for side in (entry.value, entry.key):
            if isinstance(side, Group) and not eaten:
                yield from tables_in(side, text, key)


def _read_table(group: Group, text: str, name: str) -> tuple[Table | None, bool]:
    """The table that a group itself is, and whether the groups inside it are its rows."""
    groups = [entry.value for entry in group.entries if isinstance(entry.value, Group)]
    keyed = sum(entry.key is not None for entry in group.entries)
    if groups and len(groups) * 2 >= len(group.entries):
        found = _of_records(group, groups, keyed, text) or _of_lists(group, groups, keyed, text)
        if found is not None:
            return found
    rows, names = _rows_and_names(group)
    if rows is not None and names:
        return _rows(rows, [e.value for e in rows.entries if isinstance(e.value, Group)], text, names), True
    if group.entries and not groups:
        return _of_scalars(group, keyed, text, name)
    return None, False


def _of_records(group: Group, groups: Sequence[Group], keyed: int, text: str) -> tuple[Table, bool] | None:
    """A list or a dict of records."""
    with_keys = sum(map(_is_record, groups))
    if with_keys * 2 <= len(groups) or (keyed and group.bracket != "{"):
        return None
    outer = [entry for entry in group.entries if isinstance(entry.value, Group) and _is_record(entry.value)]
    # A dict that holds a single dict is a step on the way to the data, not a table of one row.
    if len(outer) > 1 or (keyed == 0 and group.bracket == "["):
        return _records(group, outer, text), True
    return None


def _of_lists(group: Group, groups: Sequence[Group], keyed: int, text: str) -> tuple[Table, bool] | None:
    """Lists that are columns (a dict of them, what ``zip`` gets, names with their lists) or rows."""
    lists = [LiteralEntry(e.key, array) for e in group.entries if (array := _array(e.value)) is not None]
    if len(lists) >= 2 and all(entry.key is not None for entry in lists):
        return _columns(group, lists, text), len(lists) == len(groups)
    if len(lists) >= 2 and keyed == 0 and group.name.endswith("zip"):
        return _columns(group, lists, text), True
    pairs = [pair for inner in groups if (pair := _pair(inner))]
    if len(pairs) >= 2 and len(pairs) * 10 > len(groups) * 6:
        return _columns(group, pairs, text), True
    if lists and keyed == 0 and len(lists) == len(groups):
        return _rows(group, [e.value for e in lists if isinstance(e.value, Group)], text, ()), True
    return None


def _of_scalars(group: Group, keyed: int, text: str, name: str) -> tuple[Table | None, bool]:
    """A record, a dict from one value to another, or a plain list."""
    if keyed == len(group.entries):
        return (_record(group, text) if _is_record(group) else None), True
    if keyed == 0 and len(group.entries) > 1 and all(isinstance(e.value, Scalar) for e in group.entries):
        return _list(group, text, name), True
    return None, False


def _is_record(group: Group) -> bool:
    """Whether every element has a key (a dict, or a call with keywords only) and few of the values are lists."""
    if not group.entries or any(entry.key is None for entry in group.entries):
        return False
    lists = sum(
        isinstance(e.value, Group) and e.value.bracket == "[" and len(e.value.entries) > 1 for e in group.entries
    )
    return lists * 2 < len(group.entries)


def _pair(group: Group) -> LiteralEntry | None:
    """A column as Bokeh writes it: ``[name, [values]]`` or ``[name, {"array": [values]}]``."""
    if len(group.entries) != 2 or group.entries[0].key is not None:
        return None
    name, values = group.entries[0].value, group.entries[1].value
    if not isinstance(name, Scalar) or name.kind != "string" or not isinstance(values, Group):
        return None
    for entry in values.entries:
        if isinstance(entry.key, Scalar) and entry.key.text == "array" and isinstance(entry.value, Group):
            values = entry.value
    return LiteralEntry(name, values) if values.bracket == "[" and _is_flat(values) else None


def _array(value: Scalar | Group) -> Group | None:
    """A flat list, also inside a call such as ``np.array([…])``."""
    if isinstance(value, Group) and value.bracket == "(" and value.name in _ARRAYS and value.entries:
        inner = value.entries[0].value
        value = inner if isinstance(inner, Group) else value
    return value if isinstance(value, Group) and _is_flat(value) else None


def _is_flat(group: Group) -> bool:
    """Whether a group is a list or tuple of plain values (calls such as ``date(1980, 1, 2)`` count as values)."""
    return (
        bool(group.entries)
        and (not group.name or group.name in _ARRAYS)
        and all(
            entry.key is None and (isinstance(entry.value, Scalar) or (entry.value.bracket == "(" and entry.value.name))
            for entry in group.entries
        )
    )


def cell_of(value: Scalar | Group | None, text: str) -> str:
    """What a value says: a ``TableCell`` where its place can take another value."""
    if value is None:
        return ""
    if isinstance(value, Scalar):
        if value.kind == "name" and value.text in _NOTHING:
            return ""
        # Pieces of a string in different quotes have no place of their own.
        if value.kind == "string" and text[value.start - 1 : value.start] != text[value.end : value.end + 1]:
            return value.text
        return TableCell(value.text, value.start, value.end, value.kind)
    scalars = [entry.value for entry in value.entries if isinstance(entry.value, Scalar)]
    callee = value.name.rpartition(".")[2] if value.bracket == "(" else ""
    if callee in _DATES and len(scalars) >= 3 and all(scalar.kind == "number" for scalar in scalars):
        meant = f"{scalars[0].text}-{scalars[1].text.zfill(2)}-{scalars[2].text.zfill(2)}"
        return TableCell(meant, scalars[1].start, scalars[2].end, "date")
    if callee and len(scalars) == len(value.entries) == 1 and (scalars[0].kind == "string" or callee in _NUMBERS):
        return cell_of(scalars[0], text)
    return value.name + text[value.start : min(value.end, value.start + 200)]


def _flatten(group: Group, text: str) -> dict[str, str]:
    """A record's cells by key; records inside it are laid out beside it."""
    cells: dict[str, str] = {}
    for entry in group.entries:
        key = entry.key.text if isinstance(entry.key, Scalar) else str(cell_of(entry.key, text))
        if isinstance(entry.value, Group) and _is_record(entry.value):
            cells.update({f"{key}.{inner}": value for inner, value in _flatten(entry.value, text).items()})
        else:
            cells[key] = cell_of(entry.value, text)
    return cells


def _records(group: Group, entries: Sequence[LiteralEntry], text: str) -> Table:
    rows = [_flatten(entry.value, text) for entry in entries if isinstance(entry.value, Group)]
    keyed = any(entry.key is not None for entry in entries)
    form = "a dict of dicts" if keyed else "a list of dicts" if group.bracket != "(" else "a call"
    table = _sized(from_records(form, rows, len(entries), group.start, group.end), group)
    if not keyed:
        return table
    keys = Column("", tuple(cell_of(entry.key, text) for entry in entries))
    return table._replace(columns=(keys, *table.columns))


def _columns(group: Group, entries: Sequence[LiteralEntry], text: str) -> Table:
    values = [(e.key.text if isinstance(e.key, Scalar) else "", e.value) for e in entries if isinstance(e.value, Group)]
    columns = tuple(Column(name, tuple(cell_of(e.value, text) for e in inner.entries)) for name, inner in values)
    rows = max(len(inner.entries) + inner.skipped for _, inner in values)
    exact = not any(inner.skipped for _, inner in values)
    return Table("a dict of lists", columns, rows, group.start, group.end, exact)


def _rows(group: Group, rows: Sequence[Group], text: str, names: Sequence[str]) -> Table:
    cells = [[cell_of(entry.value, text) for entry in row.entries] for row in rows]
    return _sized(from_rows("a list of rows", names, cells, len(rows), group.start, group.end), group)


def _rows_and_names(group: Group) -> tuple[Group | None, tuple[str, ...]]:
    """The rows and the column names of a call such as ``DataFrame([(…), (…)], columns=[…])``."""
    rows: Group | None = None
    names: tuple[str, ...] = ()
    for entry in group.entries:
        if not isinstance(entry.value, Group):
            continue
        inner = [e.value for e in entry.value.entries]
        key = entry.key.text if isinstance(entry.key, Scalar) else ""
        if key in _NAMING or (not key and rows is not None):
            if inner and all(isinstance(value, Scalar) for value in inner):
                names = tuple(value.text for value in inner if isinstance(value, Scalar))
        elif inner and sum(isinstance(value, Group) and _is_flat(value) for value in inner) * 2 > len(inner):
            rows = entry.value
    return rows, names


def _record(group: Group, text: str) -> Table | None:
    """A single record, or a dict from one value to another, such as names to e-mail addresses."""
    keys = [entry.key for entry in group.entries]
    if len(keys) >= _PAIRED and all(isinstance(key, Group) and len(key.entries) == 2 and _is_flat(key) for key in keys):
        # A QUBO: the pairs of variables are the keys.
        sides = [[cell_of(entry.value, text) for entry in key.entries] for key in keys if isinstance(key, Group)]
        return _sized(from_rows("a dict", (), sides, len(keys), group.start, group.end), group)
    cells = _flatten(group, text)
    if len(cells) >= _PAIRED and all(" " in key or "@" in key or key.isdigit() for key in cells):
        pairs = [[cell_of(entry.key, text), cell_of(entry.value, text)] for entry in group.entries]
        return _sized(from_rows("a dict", (), pairs, len(cells), group.start, group.end), group)
    columns = tuple(Column(key, (value,)) for key, value in cells.items())
    return Table("a record", columns, 1, group.start, group.end)


def _list(group: Group, text: str, name: str) -> Table:
    values = tuple(cell_of(entry.value, text) for entry in group.entries)
    return _sized(Table("a list", (Column(name, values),), len(group.entries), group.start, group.end), group)


def _sized(table: Table, group: Group) -> Table:
    """The table, with the rows that were skipped; an estimate where any were, or where the literal has no end."""
    return table._replace(rows=table.rows + group.skipped, exact=group.closed and not group.skipped)
