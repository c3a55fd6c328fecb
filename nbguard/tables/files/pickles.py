"""Reads what a pickle holds without running it.

Of the objects that people pickle, three are known by what their calls are given: arrays of numpy, columns of Arrow and
frames of pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.tables.files.arrays import cells_of, split_texts
from nbguard.tables.files.pickle_machine import Pairs, PickledCall, step_through
from nbguard.tables.json_tables import tables_in_json
from nbguard.tables.table import SAMPLE_ROWS, Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Values that are looked at, at most.
_VALUES = 100_000
_DEEP = 40
_TEXTS = 5_000
_LONGEST = 300
_COLUMNS = 200
# What makes an array of numpy.
_ARRAYS = ("multiarray _reconstruct", "_frombuffer")


def read_pickle(raw: bytes) -> tuple[list[Table], list[str]]:
    """The tables in a pickle, and the texts in it in no known order."""
    value = step_through(raw)
    left = [_VALUES]
    calls = [node for node in _walk(value) if isinstance(node, PickledCall)]
    made = [_frame(call.parts) for call in calls if call.name.endswith("BlockManager")]
    made += [_rows(call) for call in calls if call.name.endswith(_ARRAYS)]
    tables = [table for table in made if table is not None]
    tables += tables_in_json(_plain(value, left, 0))
    return tables, list(_texts(value))


def _walk(value: Any) -> Iterator[Any]:
    """Every list, pair and call below a value once, in order."""
    stack, seen, left = [value], set(), _VALUES
    while stack and left:
        node = stack.pop()
        left -= 1
        if isinstance(node, (list, tuple, PickledCall)):
            if id(node) in seen:
                continue
            seen.add(id(node))
            stack += reversed(node.parts if isinstance(node, PickledCall) else node)
        yield node


def _texts(value: Any) -> Iterator[str]:
    found = 0
    for node in _walk(value):
        if isinstance(node, str):
            found += 1
            yield node[:_LONGEST]
        elif isinstance(node, PickledCall) and (column := _column(node)):
            found += len(column)
            yield from column
        if found > _TEXTS:
            return


def _plain(value: Any, left: list[int], depth: int) -> Any:
    """A value as JSON would have it; what was looked at too often or lies too deep is left out."""
    left[0] -= 1
    if left[0] < 0 or depth > _DEEP:
        return None
    if isinstance(value, Pairs):
        return {str(key): _plain(inner, left, depth + 1) for key, inner in value[: left[0]]}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, left, depth + 1) for inner in value[: left[0]]]
    if isinstance(value, PickledCall):
        column = _column(value)
        return column or [_plain(part, left, depth + 1) for part in value.parts]
    return value if isinstance(value, (str, int, float)) else None


def _column(call: PickledCall) -> list[str]:
    """The cells of an array that a call would make: one column, or the first of several."""
    columns = _columns(call)
    return columns[0] if columns else []


def _columns(call: PickledCall) -> list[list[str]]:
    """The cells of an array, one list for each of its rows: that is how pandas keeps columns. Empty for other calls."""
    if call.name.endswith("_restore_array"):
        buffers = [node for node in _walk(call.parts) if isinstance(node, (bytes, bytearray))]
        return [split_texts(bytes(buffers[-2]), bytes(buffers[-1]))] if len(buffers) >= 2 else []
    if call.name.endswith(_ARRAYS):
        shape, cells = _array(call)
        if len(shape) > 2 or not cells:
            return []
        length = shape[-1]
        return [cells[at : at + length] for at in range(0, min(len(cells), _COLUMNS * length), length)]
    if "Array" not in call.name:
        return []
    # A column of pandas' own kind keeps its values in an array.
    inner = (node for node in _walk(call.parts) if isinstance(node, PickledCall) and node is not call)
    found = next((node for node in inner if node.name.endswith((*_ARRAYS, "_restore_array"))), None)
    return _columns(found) if found is not None else []


def _array(call: PickledCall) -> tuple[tuple[int, ...], list[str]]:
    """The shape of an array of numpy and its cells in the order of rows; nothing where it can't be read."""
    content, kind, shape, turned = _parts_of_array(call)
    if not isinstance(shape, tuple) or not shape or not all(isinstance(n, int) and n > 0 for n in shape):
        return (), []
    if isinstance(content, list):
        plain = (value for value in content if not isinstance(value, (PickledCall, list, tuple)))
        return shape, ["" if value is None else str(value)[:_LONGEST] for value in plain]
    if not isinstance(content, (bytes, bytearray)) or not isinstance(kind, PickledCall) or not kind.parts:
        return (), []
    cells = cells_of(bytes(content), _order(kind) + str(kind.parts[0]))
    if len(shape) == 2 and turned and len(cells) == shape[0] * shape[1]:
        cells = [cell for number in range(shape[0]) for cell in cells[number :: shape[0]]]
    return shape, cells


def _parts_of_array(call: PickledCall) -> tuple[Any, Any, Any, bool]:
    """What the call that makes an array is given: content, type, shape, whether its columns come first."""
    if call.name.endswith("_frombuffer"):
        content, kind, shape = (*call.parts[:3], None, None, None)[:3]
        return content, kind, shape, call.parts[-1] == "F"
    state = call.parts[-1] if call.parts else None
    if not isinstance(state, tuple) or len(state) != 5:
        return None, None, None, False
    _, shape, kind, turned, content = state
    return content, kind, shape, bool(turned)


def _rows(call: PickledCall) -> Table | None:
    """The table that an array is by its rows."""
    shape, cells = _array(call)
    if len(shape) != 2 or shape[0] <= shape[1] or len(cells) < shape[1]:
        return None
    width = shape[1]
    columns = tuple(
        Column("", tuple(cells[number : SAMPLE_ROWS * width : width])) for number in range(min(width, _COLUMNS))
    )
    return Table("an array", columns, shape[0], 0, 0)


def _order(kind: PickledCall) -> str:
    state = kind.parts[-1]
    return state[1] if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">") else "<"


def _frame(parts: Sequence[Any]) -> Table | None:
    """The table of a pandas frame: its blocks hold columns and say which, one of its axes holds their names."""
    blocks = [node for node in _walk(parts) if isinstance(node, PickledCall) and node.name.endswith("_unpickle_block")]
    by_place: dict[int, list[str]] = {}
    for block in blocks:
        if len(block.parts) < 2 or not isinstance(block.parts[0], PickledCall):
            continue
        columns = _columns(block.parts[0])
        by_place.update(zip(_places(block.parts[1]), columns, strict=False))
    if not by_place:
        return None
    width = max(by_place) + 1
    indexes = [node for node in _walk(parts) if isinstance(node, PickledCall) and node.name.endswith("_new_Index")]
    names: list[str] = []
    for index in indexes:
        held = [_column(node) for node in _walk(index.parts) if isinstance(node, PickledCall)]
        names = next((column for column in held if len(column) >= width), [])
        if names:
            break
    named = [
        Column(names[place] if place < len(names) else "", tuple(cells[:SAMPLE_ROWS]))
        for place, cells in by_place.items()
    ]
    return Table("a pandas frame", tuple(named), max(map(len, by_place.values())), 0, 0)


def _places(placement: Any) -> Sequence[int]:
    """Which columns a block holds: a slice, or an array of numbers."""
    if not isinstance(placement, PickledCall):
        return ()
    if placement.name.endswith("slice"):
        numbers = [part for part in placement.parts if isinstance(part, int)]
        return range(*numbers) if len(numbers) == 3 and numbers[2] else ()
    return [int(cell) for cell in _column(placement) if cell.isdigit()]
