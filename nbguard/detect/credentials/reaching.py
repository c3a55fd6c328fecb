"""Which definitions of a name can hold where it is read, in cells that may run in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Node

    from nbguard.detect.credentials.units import Definition, Unit


class Reaching:
    """The definitions of one document's names. Answers are kept; only units that hold a name are parsed for it."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = list(units)
        self._with_word: dict[str, list[Unit]] = {}
        self._known: dict[tuple[int, int, str], list[Definition]] = {}

    def units_with(self, name: str) -> list[Unit]:
        """The units in which a name stands."""
        units = self._with_word.get(name)
        if units is None:
            units = self._with_word[name] = [unit for unit in self._units if name in unit.words]
        return units

    def definitions(self, name: str, unit: Unit, node: Node) -> list[Definition]:
        """The definitions of a name that can hold where ``node`` reads it.

        In the nearest scope that defines it: going back from the reader, all up to the first that isn't under a
        condition. A function's body runs later than where it stands, so what comes after counts for it too. Where
        those hold no literal all others count: a token that is overwritten, or that was commented out, is in the
        file all the same.
        """
        key = (id(unit), node.start_byte, name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(name, unit, node)
        return known

    def _find(self, name: str, unit: Unit, node: Node) -> list[Definition]:
        everywhere = [definition for other in self.units_with(name) for definition in other.definitions(name)]
        if not everywhere:
            return []
        scopes = unit.scopes(node)
        here: list[Definition] = []
        for scope in scopes:
            here = [known for known in everywhere if known.scope == scope and (scope < 0 or known.unit is unit)]
            if here:
                break
        shadows = [known for known in here if known.unit.shadow and known.unit is not unit]
        real = [known for known in here if not known.unit.shadow or known.unit is unit]
        place = (unit.number, unit.base + node.start_byte)
        reaching: list[Definition] = []
        before = [known for known in real if known.place < place and not _holds(known, unit, node)]
        for definition in sorted(before, key=lambda known: known.place, reverse=True):
            reaching.append(definition)
            if not definition.conditional:
                break
        if scopes[0] >= 0 and not any(definition.scope >= 0 for definition in reaching):
            reaching += [known for known in real if known.place > place]
        if any(definition.has_literal for definition in reaching):
            return reaching
        taken = {id(definition) for definition in reaching}
        rest = [known for known in real if id(known) not in taken and not _holds(known, unit, node)]
        return reaching + (rest if any(known.has_literal for known in rest) else rest + shadows)


def _holds(definition: Definition, unit: Unit, node: Node) -> bool:
    """Whether the reader is a part of the definition itself, as in ``token = token or "…"``."""
    target = definition.node
    return (
        definition.unit is unit
        and target is not None
        and target.start_byte <= node.start_byte
        and node.end_byte <= target.end_byte
    )
