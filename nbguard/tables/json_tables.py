"""Finds tables in JSON values: data resources, figures (Plotly, Vega, Bokeh), GeoJSON, any list of objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbguard.lazy_regex import lazy_regex
from nbguard.tables.json_values import is_number, read_places
from nbguard.tables.table import SAMPLE_ROWS, Column, Table, from_records, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MEMBERS = 100
_SMALL = 10_000_000
# Names that Plotly puts into its hover text: ``name=%{customdata[0]}<br>e-mail=%{x}``.
_HOVER = lazy_regex(r"([^=<>%{}]{1,60})=%\{(customdata\[\d{1,2}\]|\w{1,12})")


def tables_in_payload(text: str, name: str, whole: bool = False) -> Iterator[Table]:
    """The tables in a JSON text; ``whole``: all their rows, of cells that know their places."""
    if whole:
        yield from tables_in_json(read_places(text), name, True)
        return
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    for table in tables_in_json(value, name):
        yield _placed(table, text)


def _placed(table: Table, text: str) -> Table:
    """The table of a JSON value with its place in the value's text, from the first cell to the last."""
    ends = [cell for column in table.columns for cell in (*column.values[:1], *column.values[-1:]) if cell]
    first, last = (json.dumps(cell, ensure_ascii=text.isascii())[1:-1] for cell in (ends[:1] + ends[-1:] or ["", ""]))
    start, end = max(text.find(first), 0), text.rfind(last)
    return table._replace(start=start, end=end + len(last) if end > start else len(text))


def tables_in_json(value: Any, name: str = "", whole: bool = False) -> Iterator[Table]:
    """The tables in a decoded JSON value, without offsets (start and end are 0); ``whole``: all rows are read."""
    most = None if whole else SAMPLE_ROWS
    stack: list[tuple[Any, str]] = [(value, name)]
    while stack:
        node, key = stack.pop()
        table: Table | None = None
        inner: list[tuple[Any, str]] = []
        if isinstance(node, dict):
            table = _of_object(node, most)
            # What was read as columns isn't read again as lists.
            read = table is not None and table.rows > 1
            inner = [(below, str(name)) for name, below in node.items() if not (read and _is_column(str(name), below))]
        elif isinstance(node, list) and node:
            table = _of_list(node, key, most)
            if table is None or (isinstance(node[0], dict) and any(map(_holds_lists, node[:50]))):
                inner = [(below, key) for below in node]
        if table is not None:
            yield table
        stack += [(below, name) for below, name in reversed(inner) if isinstance(below, (dict, list)) and below]


def _is_nested(value: Any) -> bool:
    return isinstance(value, (list, dict))


def _holds_lists(row: Any) -> bool:
    """Whether a record has lists in it, which may be tables of their own."""
    return isinstance(row, dict) and any(
        isinstance(below, list) or (isinstance(below, dict) and "coordinates" not in below and _holds_lists(below))
        for below in row.values()
    )


def _is_column(name: str, values: Any) -> bool:
    """Whether a member of an object that was read as columns is one of them."""
    if isinstance(values, dict):
        return name in ("header", "cells")
    return isinstance(values, list) and (name == "customdata" or not any(map(_is_nested, values[:1])))


def _of_list(rows: Sequence[Any], name: str, most: int | None) -> Table | None:
    head = rows[:SAMPLE_ROWS]
    if all(isinstance(row, dict) for row in head):
        flat = [_flatten(row) for row in rows[:most] if isinstance(row, dict)]
        return from_records("JSON records", flat, len(rows))
    if all(isinstance(row, str) and not is_number(row) for row in head):
        return Table("a JSON list", (Column(name, tuple(map(_text, rows[:most]))),), len(rows), 0, 0)
    return _of_lists(rows, head, most) if all(isinstance(row, list) for row in head) else None


def _of_lists(rows: Sequence[Any], head: Sequence[Any], most: int | None) -> Table | None:
    """Bokeh's map entries, ``[[name, [values]], …]``, are columns; other lists of lists are rows."""
    if all(len(row) == 2 and isinstance(row[0], str) for row in head):
        named = {row[0]: values for row in rows if (values := _array(row[1])) is not None}
        if named:
            return _columns(named, most)
    cells = [cell for row in head for cell in row]
    if any(map(_is_nested, cells)) or not any(map(_tells, cells)):
        return None
    read = [[_text(cell) for cell in row] for row in rows[:most] if isinstance(row, list)]
    return from_rows("JSON rows", (), read, len(rows), 0, 0)


def _tells(cell: Any) -> bool:
    """Whether a cell is a text, or a number long enough for an id."""
    if is_number(cell):
        return (isinstance(cell, int) and cell > _SMALL) or (isinstance(cell, str) and len(cell) > len(str(_SMALL)))
    return isinstance(cell, str)


def _array(value: Any) -> list[Any] | None:
    """A list, also where Bokeh wraps it as ``{"type": "ndarray", "array": […]}``."""
    if isinstance(value, dict):
        value = value.get("array")
    return value if isinstance(value, list) else None


def _of_object(node: Mapping[str, Any], most: int | None) -> Table | None:
    if (table := _drawn(node, most)) is not None:
        return table
    template = node.get("hovertemplate")
    labels = {place: label.strip() for label, place in _HOVER.findall(template)} if isinstance(template, str) else {}
    columns: dict[str, Any] = {}
    for key, value in node.items():
        if not isinstance(value, list) or not value:
            continue
        if not _is_nested(value[0]):
            columns[labels.get(key, key)] = value
        elif key == "customdata" and isinstance(value[0], list):
            for number in range(len(value[0])):
                place = f"customdata[{number}]"
                cells = [row[number] for row in value if isinstance(row, list) and number < len(row)]
                columns[labels.get(place, place)] = cells
    if len(columns) >= 2:
        return _columns(columns, most, "a figure" if labels or "type" in node else "JSON columns")
    return _entity(node)


def _drawn(node: Mapping[str, Any], most: int | None) -> Table | None:
    """The table that Plotly draws: the values of its ``header`` name the columns in ``cells``."""
    header, cells = node.get("header"), node.get("cells")
    if not isinstance(header, dict) or not isinstance(cells, dict):
        return None
    names, columns = header.get("values"), cells.get("values")
    if not isinstance(names, list) or not isinstance(columns, list):
        return None
    first = (name[0] if isinstance(name, list) and name else name for name in names)
    return _columns(dict(zip(map(_text, first), columns, strict=False)), most, "a figure's table")


def _entity(node: Mapping[str, Any]) -> Table | None:
    if "_model_name" in node:
        return None  # a widget's layout: of all JSON in notebooks most is that
    if node and all(isinstance(value, (str, int, float)) or value is None for value in node.values()):
        keys = list(node)
        if len(keys) >= 3 and all(" " in key or "@" in key for key in keys):
            return from_rows("a JSON object", (), [[key, _text(value)] for key, value in node.items()], len(keys), 0, 0)
        if len(keys) > _MEMBERS:
            return None  # a vocabulary, not somebody
        return Table("a record", tuple(Column(str(key), (_text(value),)) for key, value in node.items()), 1, 0, 0)
    return None


def _columns(columns: Mapping[str, Any], most: int | None, form: str = "JSON columns") -> Table | None:
    lists = {name: values for name, values in columns.items() if isinstance(values, list) and values}
    if not lists:
        return None
    read = tuple(Column(str(name), tuple(map(_text, values[:most]))) for name, values in lists.items())
    return Table(form, read, max(map(len, lists.values())), 0, 0)


def _flatten(row: Mapping[str, Any], depth: int = 0) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in row.items():
        if isinstance(value, dict) and depth < 3:
            cells.update({f"{key}.{inner}": text for inner, text in _flatten(value, depth + 1).items()})
        elif not isinstance(value, (list, dict)):
            cells[str(key)] = _text(value)
    return cells


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)
