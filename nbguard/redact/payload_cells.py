"""The cells of tables in JSON payloads: figures, data resources, states of widgets.

The JSON is read into strings that know their place and the way to them. A column is known by its first values; all
that is reached on the same way, whatever the row's number, belongs to it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbguard.redact.cells import Cell, CellColumn
from nbguard.tables.literals import unescape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.tables.table import Table

_TOKEN = re.compile(r'"((?:[^"\\]++|\\.)*+)"|([\[\]{},:])|([^\s\[\]{},:"]++)', re.DOTALL)
Path = tuple[str | int, ...]


class Placed(str):
    """A string or number of a JSON text, with its characters there and the way to it."""

    __slots__ = ("end", "is_number", "path", "start")

    start: int
    end: int
    path: Path
    is_number: bool


class Payload:
    """A JSON value whose leaves know where they stand: ``value`` is made of dicts, lists and ``Placed``."""

    def __init__(self, text: str) -> None:
        self.leaves: list[Placed] = []
        self.value: Any = self._read(text)
        self._by_way: dict[tuple[Path, int], list[Placed]] | None = None

    def _read(self, text: str) -> Any:
        """Reads without recursion, so that deep nesting costs no stack."""
        outer: list[Any] = []
        stack: list[Any] = [outer]
        path: list[str | int] = [0]
        key: Placed | None = None
        for found in _TOKEN.finditer(text):
            mark = found[2]
            if mark in ("{", "["):
                inner: Any = {} if mark == "{" else []
                self._put(stack[-1], key, inner)
                stack.append(inner)
                path.append("" if mark == "{" else 0)
                key = None
            elif mark in ("}", "]"):
                if len(stack) > 1:
                    stack.pop()
                    path.pop()
            elif mark == ",":
                key = None
                if isinstance(path[-1], int):
                    path[-1] += 1
            elif mark is None:
                leaf = self._leaf(found, tuple(path))
                if isinstance(stack[-1], dict) and key is None:
                    if not isinstance(leaf, Placed):
                        continue
                    key, path[-1] = leaf, str(leaf)
                    leaf.path = (*path[:-1], "", str(leaf))
                else:
                    self._put(stack[-1], key, leaf)
                    if isinstance(leaf, Placed):
                        self.leaves.append(leaf)
        return outer[0] if outer else None

    @staticmethod
    def _put(into: Any, key: Placed | None, value: Any) -> None:
        if isinstance(into, list):
            into.append(value)
        elif key is not None:
            into[key] = value

    @staticmethod
    def _leaf(found: re.Match[str], path: Path) -> Placed | bool | None:
        if found[3] is not None:
            if found[3] in ("true", "false", "null"):
                return {"true": True, "false": False}.get(found[3])
            leaf = Placed(found[3])
            leaf.start, leaf.end, leaf.is_number = found.start(3), found.end(3), True
        else:
            leaf = Placed(unescape(found[1]) if "\\" in found[1] else found[1])
            leaf.start, leaf.end, leaf.is_number = found.start(1), found.end(1), False
        leaf.path = path
        return leaf

    def columns(self, table: Table) -> list[CellColumn]:
        """The columns of a table that was found in ``value``, with all their rows."""
        return [CellColumn(column.name, [_cell(leaf) for leaf in self._all(column.values)]) for column in table.columns]

    def _all(self, values: Sequence[str]) -> Sequence[Placed]:
        placed = [value for value in values if isinstance(value, Placed)]
        if len(placed) < 2 or len(placed[0].path) != len(placed[1].path):
            return placed
        apart = [n for n, (a, b) in enumerate(zip(placed[0].path, placed[1].path, strict=True)) if a != b]
        if len(apart) != 1 or not isinstance(placed[0].path[apart[0]], int):
            return placed
        if self._by_way is None:
            self._by_way = {}
            for leaf in self.leaves:
                for place, step in enumerate(leaf.path):
                    if isinstance(step, int) and place:
                        self._by_way.setdefault((_way(leaf.path, place), place), []).append(leaf)
        return self._by_way.get((_way(placed[0].path, apart[0]), apart[0]), placed)


def _way(path: Path, place: int) -> Path:
    return (*path[:place], -1, *path[place + 1 :])


def _cell(leaf: Placed) -> Cell:
    return Cell(str(leaf), leaf.start, leaf.end, "number" if leaf.is_number else "string")
