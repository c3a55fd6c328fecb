"""Which definitions of a name can hold where it is read, in cells that may run in any order."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from nbguard.detect.dataflow.definitions import definitions_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from nbguard.detect.dataflow.definitions import Definition
    from nbguard.detect.dataflow.unit import Unit

# In the place of a name that was looked up, where variables inside of others' functions were asked for, too.
ANY_SCOPE = ""
# Definitions of one name that are looked at around a reader.
_MOST = 64


class Reaching:
    """The definitions of one document's names. Answers are kept; only units that hold a name are parsed for it."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = list(units)
        # The names that were asked for: what is said of anything hangs on no other unit than those in which they stand.
        self.asked: set[str] = set()
        self._ids = frozenset(map(id, self._units))
        self._with_word: dict[str, list[Unit]] = {}
        self._everywhere: dict[str, list[Definition]] = {}
        self._functions: dict[str, list[Definition]] = {}
        self._scopes: dict[tuple[str, int, int], tuple[list[Definition], list[tuple[int, int]]]] = {}
        self._known: dict[tuple[int, int, str], list[Definition]] = {}

    def units_with(self, name: str) -> list[Unit]:
        """The units in which a name stands."""
        self.asked.add(name)
        units = self._with_word.get(name)
        if units is None:
            units = self._with_word[name] = [unit for unit in self._units if name in unit.words]
        return units

    def definitions(self, name: str, unit: Unit, node: Node) -> list[Definition]:
        """The definitions of a name that can hold where ``node`` reads it.

        In the nearest scope that defines it (a comprehension is one): going back from the reader, all up to the first
        that isn't under a condition. A function's body runs later than where it stands, so what comes after counts for
        it too. Where those hold no literal all others count: a token that is overwritten, or that was commented out,
        is in the file all the same.
        """
        self.asked.add(name)
        key = (id(unit), node.start_byte, name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(name, unit, node)
        return known

    def everywhere(self, name: str) -> list[Definition]:
        """All definitions of a name, in the document's order."""
        self.asked.add(name)
        found = self._everywhere.get(name)
        if found is None:
            found = [definition for unit in self.units_with(name) for definition in definitions_of(unit, name)]
            found.sort(key=lambda definition: definition.place)
            self._everywhere[name] = found
        return found

    def functions(self, name: str) -> list[Definition]:
        """The functions of a name."""
        self.asked.add(name)
        found = self._functions.get(name)
        if found is None:
            found = [definition for definition in self.everywhere(name) if definition.kind == "function"]
            self._functions[name] = found
        return found

    def _in_scope(self, name: str, unit: Unit, scope: int) -> tuple[list[Definition], list[tuple[int, int]]]:
        """The definitions of a name in one scope and their places: those of code that runs come first."""
        key = (name, id(unit) if scope >= 0 or unit.shadow else 0, scope)
        known = self._scopes.get(key)
        if known is None:
            # A function is in one unit: the others needn't be parsed for its names.
            if scope >= 0:
                found = definitions_of(unit, name) if id(unit) in self._ids and name in unit.words else []
            else:
                found = [each for each in self.everywhere(name) if each.unit is unit or not each.unit.shadow]
            here = [definition for definition in found if definition.scope == scope]
            known = self._scopes[key] = (here, [definition.place for definition in here])
        return known

    def _find(self, name: str, unit: Unit, node: Node) -> list[Definition]:
        for scope in unit.comprehensions(node):
            own = [known for known in self._in_scope(name, unit, scope)[0] if not _holds(known, unit, node)]
            if own:
                return own
        scopes = unit.scopes(node)
        nearest = (self._in_scope(name, unit, scope) for scope in scopes)
        here, places = next((known for known in nearest if known[0]), ([], []))
        at = bisect_left(places, (unit.number, unit.base + node.start_byte))
        reaching = _up_to_unconditional(reversed(here[max(0, at - _MOST) : at]), unit, node)
        if scopes[0] >= 0 and not any(definition.scope >= 0 for definition in reaching):
            reaching += here[at : at + _MOST]
        if any(definition.has_literal for definition in reaching):
            return reaching
        return reaching + self._others(name, reaching, here[max(0, at - _MOST) : at + _MOST], unit, node)

    def _others(
        self, name: str, reaching: list[Definition], near: list[Definition], unit: Unit, node: Node
    ) -> list[Definition]:
        """What may hold where nothing that reaches the reader has a literal: near by, then in code that is no code."""
        taken = {id(definition) for definition in reaching}
        rest = [known for known in near if id(known) not in taken and not _holds(known, unit, node)]
        if any(known.has_literal for known in rest):
            return rest
        shadows = [known for known in self.everywhere(name)[: 4 * _MOST] if known.unit.shadow and known.scope < 0]
        return rest + shadows[:_MOST]


def _up_to_unconditional(going_back: Iterable[Definition], unit: Unit, node: Node) -> list[Definition]:
    """Definitions from the reader back, up to the first that isn't under a condition."""
    found: list[Definition] = []
    for definition in going_back:
        if not _holds(definition, unit, node):
            found.append(definition)
            if not definition.conditional:
                break
    return found


def _holds(definition: Definition, unit: Unit, node: Node) -> bool:
    """Whether the reader is a part of the definition itself, as in ``token = token or "…"``."""
    target = definition.node
    return (
        definition.unit is unit
        and target is not None
        and target.start_byte <= node.start_byte
        and node.end_byte <= target.end_byte
    )
