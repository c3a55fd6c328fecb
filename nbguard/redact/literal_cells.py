"""The cells of tables that are written as literals, and as the values of SQL inserts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.redact.cells import EMPTY, Cell, CellColumn, from_records, from_rows
from nbguard.tables.literals import Entry, Group, Scalar, read_group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.tables.table import Table

# Elements and tokens that are read: all that fit into a file of the greatest size.
_ALL = 1 << 40
_BRACKET = re.compile(r"[\[({]")
_INSERT = re.compile(
    r"insert\s++(?:or\s++\w++\s++)?+into\s++[\w.\"`\[\]]++\s*+(\([^()]*+\))?\s*+values\s*+(?=\()", re.IGNORECASE
)
_BOUND_LIST = re.compile(r"\b(\w+)[\"']?[ \t]*+(?:=|:|<-)\s*+(?:[a-zA-Z][\w.]*+(?=\())?+[\[(]")
_NOTHING = frozenset(("None", "null", "NULL", "nan", "NaN", "np.nan", "NA", "pd.NA", "pd.NaT", "missing", "nothing"))
_DATES = ("date", "datetime", "Timestamp", "Date")


def literal_cells(text: str, table: Table) -> list[CellColumn]:
    """The columns of a table that is a literal, or several that belong together."""
    groups = list(_groups(text, table.start, table.end))
    if not groups:
        return []
    form = table.form
    if form in ("records", "a record", "a list of dicts", "a call", "a dict of dicts"):
        records = [record for group in groups for record in _records(group, text)]
        keyed = groups[0].entries if form == "a dict of dicts" else ()
        keys = CellColumn("", [_cell(entry.key, text) for entry in keyed])
        return [*([keys] if keyed else []), *from_records(records)]
    if form in ("a dict of lists", "parallel lists"):
        lists = [entry for group in groups for entry in _lists(group)]
        if form == "parallel lists":
            return list(_parallel(text, table.rows))
        return [CellColumn(_text(entry.key), _values(entry.value, text)) for entry in lists]
    if form == "a list":
        name = table.columns[0].name if table.columns else ""
        return [CellColumn(name, _values(group, text)) for group in groups]
    if form == "a dict":
        return from_rows((), [_pair(entry, text) for group in groups for entry in group.entries])
    names = [column.name for column in table.columns]
    rows = [_values(entry.value, text) for group in groups for entry in group.entries if isinstance(entry.value, Group)]
    return from_rows(names, rows)


def insert_cells(text: str, table: Table) -> list[CellColumn]:
    """The columns of SQL inserts: the rows in the parentheses behind each ``VALUES``."""
    names = [column.name for column in table.columns]
    rows: list[list[Cell]] = []
    at = table.start
    while at < table.end:
        if text[at] == "(":
            group = read_group(text, at, len(text), _ALL, _ALL)
            rows.append([_cell(entry.value, text) for entry in group.entries])
            at = max(group.end, at + 1)
            continue
        found = _INSERT.search(text, at, table.end)
        bracket = text.find("(", at, table.end)
        if found and (bracket < 0 or found.start() < bracket):
            at = found.end()
        elif bracket >= 0 and not text[at:bracket].strip(", \t\r\n"):
            at = bracket
        else:
            break
    return from_rows(names, rows)


def _parallel(text: str, rows: int) -> Iterator[CellColumn]:
    """The lists of so many values that are bound to a name: also those of numbers, before the first that tells."""
    at = 0
    while (found := _BOUND_LIST.search(text, at)) is not None:
        group = read_group(text, found.end() - 1, len(text), _ALL, _ALL)
        cells = _values(group, text)
        if len(cells) == rows:
            yield CellColumn(found[1], cells)
        at = max(group.end, found.end())


def _groups(text: str, start: int, end: int) -> Iterator[Group]:
    while (found := _BRACKET.search(text, start, end)) is not None:
        group = read_group(text, found.start(), max(end, found.start() + 1), _ALL, _ALL)
        yield group
        start = max(group.end, found.end())


def _is_record(group: Group) -> bool:
    return bool(group.entries) and all(entry.key is not None for entry in group.entries)


def _records(group: Group, text: str) -> Iterator[dict[str, Cell]]:
    """The records in a group: itself, or those among its elements."""
    inner = [entry.value for entry in group.entries if isinstance(entry.value, Group)]
    if _is_record(group) and sum(map(_is_record, inner)) * 2 <= len(group.entries):
        yield _flatten(group, text)
        return
    for value in inner:
        if _is_record(value):
            yield _flatten(value, text)


def _flatten(group: Group, text: str) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for entry in group.entries:
        key = _text(entry.key)
        if isinstance(entry.value, Group) and _is_record(entry.value):
            cells.update({f"{key}.{inner}": value for inner, value in _flatten(entry.value, text).items()})
        else:
            cells[key] = _cell(entry.value, text)
    return cells


def _lists(group: Group) -> Iterator[Entry]:
    """The columns of a dict of lists, of ``zip(…)``, and as Bokeh writes them: ``[name, [values]]``."""
    for entry in group.entries:
        value = entry.value
        if not isinstance(value, Group):
            continue
        if entry.key is None and len(value.entries) == 2 and isinstance(value.entries[0].value, Scalar):
            name, values = value.entries[0].value, value.entries[1].value
            if isinstance(values, Group):
                yield Entry(name, _array(values))
                continue
        yield Entry(entry.key, value)


def _array(group: Group) -> Group:
    found = [e.value for e in group.entries if _text(e.key) == "array" and isinstance(e.value, Group)]
    return found[0] if found else group


def _values(group: Scalar | Group, text: str) -> list[Cell]:
    if isinstance(group, Scalar):
        return [_cell(group, text)]
    inner = [entry.value for entry in group.entries if isinstance(entry.value, Group)]
    if group.bracket == "(" and inner and inner[0].bracket == "[":
        return _values(inner[0], text)  # np.array([…]), pd.Series([…], name=…)
    return [_cell(entry.value, text) for entry in group.entries]


def _pair(entry: Entry, text: str) -> list[Cell]:
    if isinstance(entry.key, Group):
        return [_cell(inner.value, text) for inner in entry.key.entries]
    return [_cell(entry.key, text), _cell(entry.value, text)]


def _text(key: Scalar | Group | None) -> str:
    return key.text if isinstance(key, Scalar) else ""


def _cell(value: Scalar | Group | None, text: str) -> Cell:
    if value is None:
        return EMPTY
    if isinstance(value, Scalar):
        if value.kind == "string":
            one_pair = text[value.start - 1 : value.start] == text[value.end : value.end + 1]
            return Cell(value.text, value.start, value.end, "string") if one_pair else EMPTY
        if value.kind == "number":
            return Cell(value.text, value.start, value.end, "number")
        return EMPTY if value.text in _NOTHING else Cell(value.text, value.start, value.end, "name")
    if value.bracket != "(" or not value.name:
        return EMPTY
    scalars = [entry.value for entry in value.entries if isinstance(entry.value, Scalar)]
    if value.name.rpartition(".")[2] in _DATES and len(scalars) >= 3 and all(s.kind == "number" for s in scalars):
        meant = f"{scalars[0].text}-{scalars[1].text.zfill(2)}-{scalars[2].text.zfill(2)}"
        return Cell(meant, scalars[1].start, scalars[2].end, "date")
    return _cell(scalars[0], text) if len(scalars) == 1 and len(value.entries) == 1 else EMPTY
