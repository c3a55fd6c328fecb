"""Finds tables in JSON values: data resources, figures (Plotly, Vega, Bokeh), GeoJSON, any list of objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbguard.detect.samples.tables import SAMPLE_ROWS, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Names that Plotly puts into its hover text: ``name=%{customdata[0]}<br>e-mail=%{x}``.
_HOVER = re.compile(r"([^=<>%{}]{1,60})=%\{(customdata\[\d{1,2}\]|\w{1,12})")


def tables_in_json(value: Any, name: str = "") -> Iterator[Table]:
    """The tables in a decoded JSON value, without offsets (start and end are 0)."""
    stack: list[tuple[Any, str]] = [(value, name)]
    while stack:
        node, key = stack.pop()
        if isinstance(node, dict):
            table = _of_object(node)
            if table is not None:
                yield table
            read = table is not None and table.rows > 1
            stack += [
                (inner, str(name))
                for name, inner in reversed(node.items())
                # What was read as columns isn't read again as lists.
                if isinstance(inner, dict) or (isinstance(inner, list) and not (read and _is_column(str(name), inner)))
            ]
        elif isinstance(node, list) and node:
            table = _of_list(node, key)
            if table is not None:
                yield table
                if isinstance(node[0], dict) and not any(isinstance(inner, (list, dict)) for inner in node[0].values()):
                    continue
            if not all(isinstance(inner, (str, int, float)) or inner is None for inner in node[:50]):
                stack += [(inner, key) for inner in reversed(node) if isinstance(inner, (dict, list))]


def _is_column(name: str, values: Sequence[Any]) -> bool:
    return name == "customdata" or not values or not isinstance(values[0], (list, dict))


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
    if all(
        isinstance(row, list) and len(row) == 2 and isinstance(row[0], str) and isinstance(row[1], list) for row in head
    ):
        return _columns({row[0]: row[1] for row in rows})
    if all(isinstance(row, list) and not any(isinstance(cell, (list, dict)) for cell in row) for row in head):
        width = max(len(row) for row in head)
        columns = tuple(Column("", tuple(_text(row[n]) if n < len(row) else "" for row in head)) for n in range(width))
        return Table("JSON rows", columns, len(rows), 0, 0)
    return None


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
