"""The backward slice of an expression: every piece of a document's code that its value may be made of.

It is coarser than ``evaluate``, which says what a value is: here it is enough that something went in, through whatever
functions. M. Weiser, Program Slicing, ICSE 1981.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.definitions import definitions_of
from nbguard.detect.dataflow.reaching_definitions import Reaching
from nbguard.detect.dataflow.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from nbguard.detect.dataflow.definitions import Definition
    from nbguard.detect.dataflow.unit import Unit

# Expressions of one slice; what goes beyond isn't followed.
_MOST_SITES = 2_000
_MOST_NODES = 20_000


class Slices:
    """The slices of one document's code. The methods named in ``inert`` put nothing into the object they are of."""

    def __init__(self, units: Iterable[Unit], inert: frozenset[str] = frozenset()) -> None:
        self._reaching = Reaching(units)
        self._inert = inert

    def behind(self, sites: Iterable[Site]) -> list[Site]:
        """The expressions that some expressions are made of, themselves among them, each once."""
        waiting = list(sites)
        seen: dict[tuple[int, int, int], Site] = {}
        nodes = _MOST_NODES
        while waiting and len(seen) < _MOST_SITES and nodes > 0:
            site = waiting.pop()
            key = (id(site.unit), site.node.start_byte, site.node.end_byte)
            if key in seen:
                continue
            seen[key] = site
            for node in _names_in(site.node):
                nodes -= 1
                waiting += self._made_of(site.unit, node)
        return list(seen.values())

    def _made_of(self, unit: Unit, node: Node) -> Iterator[Site]:
        """What a name that is read somewhere was given, and what was put into it."""
        if node.type == "attribute":
            yield from self._given_to_attribute(unit, node)
            return
        name = unit.text(node)
        definitions = self._reaching.definitions(name, unit, node)
        for definition in definitions:
            if definition.kind == "parameter":
                yield from self._arguments(definition, name)
            elif definition.kind == "function":
                yield from (Site(definition.unit, result) for result in definition.unit.returns(definition.at))
            if definition.node is not None:
                yield Site(definition.unit, definition.node)
        yield from self._put_into(name, {id(definition) for definition in definitions})

    def _given_to_attribute(self, unit: Unit, node: Node) -> Iterator[Site]:
        """``self.Q`` where ``self.Q = …`` stands in the same class, ``job.tags`` where ``job.tags = …`` stands."""
        name = unit.dotted(node)
        if name.count(".") != 1:
            return
        own = name.startswith(("self.", "cls."))
        around = unit.class_around(node.start_byte) if own else None
        for other in self._reaching.units_with(name.rpartition(".")[2]):
            for key in (name, f"{name}[]"):
                for definition in definitions_of(other, key):
                    if definition.node is None or (
                        own and (other is not unit or other.class_around(definition.at) != around)
                    ):
                        continue
                    yield Site(other, definition.node)
                    if definition.key is not None:
                        yield Site(other, definition.key)

    def _arguments(self, parameter: Definition, name: str) -> Iterator[Site]:
        for unit in self._reaching.units_with(parameter.owner):
            for call in unit.calls.get(parameter.owner, ()):
                positional = unit.positional(call)
                if 0 <= parameter.steps[0] < len(positional):
                    yield Site(unit, positional[parameter.steps[0]])
                yield from (Site(unit, value) for key, value in unit.keywords(call) if key == name)
                for kind in ("dictionary_splat", "list_splat"):
                    yield from (Site(unit, splat) for splat in unit.splats(call, kind))

    def _put_into(self, name: str, definitions: set[int]) -> Iterator[Site]:
        """``Q["a", "b"] = 1``, ``bqm.add_linear("a", 1)``, ``model += x``: where the same object is meant."""
        for unit in self._reaching.units_with(name):
            for definition in definitions_of(unit, f"{name}[]"):
                if definition.node is not None and self._is_same(name, unit, definition.at, definitions):
                    yield Site(unit, definition.node)
                    if definition.key is not None:
                        yield Site(unit, definition.key)
            for call in _statements_on(unit, name):
                inert = unit.last_name(call.child_by_field_name("function") or call) in self._inert
                if not inert and self._is_same(name, unit, call.start_byte, definitions):
                    arguments = call.child_by_field_name("arguments")
                    if arguments is not None:
                        yield Site(unit, arguments)

    def _is_same(self, name: str, unit: Unit, at: int, definitions: set[int]) -> bool:
        node = unit.cell.tree.root_node.descendant_for_byte_range(at, at + 1)
        if node is None:
            return False
        here = {id(definition) for definition in self._reaching.definitions(name, unit, node)}
        return not (here or definitions) or not here.isdisjoint(definitions)


def _statements_on(unit: Unit, name: str) -> list[Node]:
    """The calls of an object's methods that stand by themselves: they are there for what they do to it."""
    table: dict[str, list[Node]] | None = unit.memory.get("method-statements")
    if table is None:
        table = unit.memory["method-statements"] = {}
        for call in unit.nodes("call"):
            function = call.child_by_field_name("function")
            if function is None or function.type != "attribute":
                continue
            if call.parent is not None and call.parent.type == "expression_statement":
                owner = unit.dotted(function.child_by_field_name("object"))
                table.setdefault(owner, []).append(call)
    return table.get(name, [])


def _names_in(node: Node) -> Iterator[Node]:
    """The names an expression reads: identifiers, and attributes of one. No keyword's name, no attribute's own."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current.type == "identifier":
            yield current
        elif current.type == "attribute":
            yield current
            owner = current.child_by_field_name("object")
            waiting += [owner] if owner is not None else []
        elif current.type == "keyword_argument":
            value = current.child_by_field_name("value")
            waiting += [value] if value is not None else []
        else:
            waiting += current.named_children
