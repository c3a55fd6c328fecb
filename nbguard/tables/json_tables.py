"""Finds tables in JSON values: data resources, figures (Plotly, Vega, Bokeh), GeoJSON, any list of objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbguard.tables.table import SAMPLE_ROWS, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MEMBERS = 100
_SMALL = 10_000_000
# Names that Plotly puts into its hover text: ``name=%{customdata[0]}<br>e-mail=%{x}``.
_HOVER = re.compile(r"([^=<>%{}]{1,60})=%\{(customdata\[\d{1,2}\]|\w{1,12})")


def tables_in_json(value: Any, name: str = "") -> Iterator[Table]:
    """The tables in a decoded JSON value, without offsets (start and end are 0)."""
    stack: list[tuple[Any, str]] = [(value, name)]
    while stack:
        node, key = stack.pop()
        table: Table | None = None
        inner: list[tuple[Any, str]] = []
        if isinstance(node, dict):
            table = _of_object(node)
            # What was read as columns isn't read again as lists.
            read = table is not None and table.rows > 1
            inner = [(below, str(name)) for name, below in node.items() if not (read and _is_column(str(name), below))]
        elif isinstance(node, list) and node:
            table = _of_list(node, key)
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


def _of_list(rows: Sequence[Any], name: str) -> Table | None:
    head = rows[:SAMPLE_ROWS]
    if all(isinstance(row, dict) for row in head):
        flat = [_flatten(row) for row in head]
        keys = dict.fromkeys(key for row in flat for key in row)
        return Table(
            "JSON records", tuple(Column(key, tuple(r.get(key, "") for r in flat)) for key in keys), len(rows), 0, 0
        )
    if all(isinstance(row, str) for row in head):
        return Table("a JSON list", (Column(name, tuple(head)),), len(rows), 0, 0)
    # Bokeh's map entries, [[name, [values]], …], are columns; other lists of lists are rows.
    if all(isinstance(row, list) and len(row) == 2 and isinstance(row[0], str) for row in head):
        named = {row[0]: values for row in rows if (values := _array(row[1])) is not None}
        if named:
            return _columns(named)
    if all(isinstance(row, list) and not any(isinstance(cell, (list, dict)) for cell in row) for row in head):
        if not any(isinstance(cell, str) or (isinstance(cell, int) and cell > _SMALL) for row in head for cell in row):
            return None  # numbers too short for an id
        width = max(len(row) for row in head)
        columns = tuple(Column("", tuple(_text(row[n]) if n < len(row) else "" for row in head)) for n in range(width))
        return Table("JSON rows", columns, len(rows), 0, 0)
    return None


def _array(value: Any) -> list[Any] | None:
    """A list, also where Bokeh wraps it as ``{"type": "ndarray", "array": […]}``."""
    if isinstance(value, dict):
        value = value.get("array")
    return value if isinstance(value, list) else None


def _of_object(node: Mapping[str, Any]) -> Table | None:
    header, cells = node.get("header"), node.get("cells")
    if isinstance(header, dict) and isinstance(cells, dict):
        names, columns = header.get("values"), cells.get("values")
        if isinstance(names, list) and isinstance(columns, list):
            named = {
                _text(name[0] if isinstance(name, list) and name else name): c
                for name, c in zip(names, columns, strict=False)
            }
            return _columns(named, "a figure's table")
    template = node.get("hovertemplate")
    labels = {place: label.strip() for label, place in _HOVER.findall(template)} if isinstance(template, str) else {}
    columns_by_name: dict[str, Any] = {}
    for key, value in node.items():
        if key == "customdata" and isinstance(value, list) and value and isinstance(value[0], list):
            for number in range(len(value[0])):
                place = f"customdata[{number}]"
                columns_by_name[labels.get(place, place)] = [
                    r[number] for r in value if isinstance(r, list) and number < len(r)
                ]
        elif isinstance(value, list) and value and not isinstance(value[0], (list, dict)):
            columns_by_name[labels.get(key, key)] = value
    if len(columns_by_name) >= 2:
        return _columns(columns_by_name, "a figure" if labels or "type" in node else "JSON columns")
    return _entity(node)


def _entity(node: Mapping[str, Any]) -> Table | None:
    if "_model_name" in node:
        return None  # a widget's layout: of all JSON in notebooks most is that
    if node and all(isinstance(value, (str, int, float)) or value is None for value in node.values()):
        keys = list(node)
        if len(keys) >= 3 and all(" " in key or "@" in key for key in keys):
            return Table(
                "a JSON object",
                (Column("", tuple(keys)), Column("", tuple(map(_text, node.values())))),
                len(keys),
                0,
                0,
            )
        if len(keys) > _MEMBERS:
            return None  # a vocabulary, not somebody
        return Table("a record", tuple(Column(key, (_text(value),)) for key, value in node.items()), 1, 0, 0)
    return None


def _columns(columns: Mapping[str, Any], form: str = "JSON columns") -> Table | None:
    lists = {name: values for name, values in columns.items() if isinstance(values, list) and values}
    if not lists:
        return None
    read = tuple(Column(name, tuple(_text(value) for value in values[:SAMPLE_ROWS])) for name, values in lists.items())
    return Table(form, read, max(map(len, lists.values())), 0, 0)


def _flatten(row: Mapping[str, Any], depth: int = 0) -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in row.items():
        if isinstance(value, dict) and depth < 3:
            cells.update({f"{key}.{inner}": text for inner, text in _flatten(value, depth + 1).items()})
        elif not isinstance(value, (list, dict)):
            cells[key] = _text(value)
    return cells


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)
