"""Looks up what a name, an attribute or an entry stands for: the expressions that a document's code gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.definitions import definitions_of
from nbguard.detect.dataflow.flow_steps import FlowSteps
from nbguard.detect.dataflow.loops import values_in_loop, zipped_entries
from nbguard.detect.dataflow.outside_values import (
    defaults_of_arguments,
    field_by_position,
    given_by_decorators,
    parse_text,
)
from nbguard.detect.dataflow.reaching_definitions import Reaching
from nbguard.detect.dataflow.site import Site, branches_of
from nbguard.detect.knowledge.loading import load_knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node

    from nbguard.detect.dataflow.definitions import Definition
    from nbguard.detect.dataflow.unit import Unit

_MAX_ELEMENTS = 32
_OBJECTS = load_knowledge("python")["objects"]
_PARSES, _COPIES, _LISTS, _APPLIED, _ENVIRON = (
    frozenset(_OBJECTS[name]) for name in ("parses", "copies", "lists", "applied", "environ")
)


class Names:
    """The names of one document's units. Work on one question is bounded: what goes beyond is unknown.

    ``text`` evaluates the key of an entry. Depths count down to 0.
    """

    def __init__(self, units: Iterable[Unit], text: Callable[[Site, int], str]) -> None:
        self._reaching = Reaching(units)
        self.text = text
        self.steps = FlowSteps()

    def take_asked(self) -> frozenset[str]:
        """The names that were looked up in the document's units since this was asked for last."""
        asked = frozenset(self._reaching.asked)
        self._reaching.asked.clear()
        return asked

    def origins(self, site: Site, depth: int) -> Iterator[Site]:
        """The expressions an expression stands for, when names, attributes and subscripts are looked up."""
        self.steps.now -= 1
        if depth <= 0 or self.steps.now <= 0:
            return
        unit, node = site
        kind = node.type
        if (branches := branches_of(node)) is not None:
            for branch in branches:
                yield from self.origins(Site(unit, branch), depth - 1)
        elif kind == "identifier":
            yield from self._lookup(site, depth - 1)
        elif kind == "attribute":
            owner, attribute = node.child_by_field_name("object"), node.child_by_field_name("attribute")
            if owner is not None and attribute is not None:
                yield from self._members(Site(unit, owner), unit.text(attribute), depth - 1)
        elif kind == "subscript" and ":" not in unit.text(node.child_by_field_name("subscript") or node)[:40]:
            yield from self._elements_at(site, depth - 1)
        elif kind == "call" and (parsed := self._parsed(site, depth - 1)) is not None:
            yield parsed
        else:
            yield site

    def _parsed(self, site: Site, depth: int) -> Site | None:
        """What ``json.loads("…")`` and its like make of a text that stands in the code."""
        unit, node = site
        function = node.child_by_field_name("function")
        if function is None or unit.dotted(function) not in _PARSES:
            return None
        for argument in unit.positional(node)[:1]:
            for origin in self.origins(Site(unit, argument), depth):
                if origin.node.type == "string":
                    return parse_text(origin)
        return None

    def _lookup(self, site: Site, depth: int) -> Iterator[Site]:
        unit, node = site
        name = unit.text(node)
        for definition in self._reaching.definitions(name, unit, node):
            if definition.kind == "parameter":
                for argument in self._arguments(definition, name, depth):
                    yield from self.origins(argument, depth)
            elif definition.node is not None:
                sites = [Site(definition.unit, definition.node)]
                steps = definition.steps
                if len(steps) > 1 and steps[0] == -1:
                    sites, steps = values_in_loop(self, sites[0], steps, depth)
                for step in steps:
                    sites = [element for site in sites for element in self._at(site, step, depth)]
                for found in sites:
                    yield from self.origins(found, depth)

    def members(self, site: Site, depth: int) -> list[Site]:
        """The elements of a list or tuple, or of what is made of one, or the values of a dictionary's entries."""
        unit, node = site
        if node.type == "call" and depth > 0:
            function = node.child_by_field_name("function")
            last = unit.last_name(function) if function is not None else ""
            owner = function.child_by_field_name("object") if function is not None else None
            if last == "values" and owner is not None:
                return [value for _, value in self.entries(Site(unit, owner), depth)]
            inner = unit.positional(node)[:1] if last in _LISTS else []
            inner = unit.positional(node)[1:2] if last in _APPLIED else inner
            return [element for argument in inner for element in self.members(Site(unit, argument), depth - 1)]
        return self.elements(site, depth)

    def _arguments(self, parameter: Definition, name: str, depth: int) -> Iterator[Site]:
        """What a parameter of a local function gets: its default, and what the document's calls pass."""
        if parameter.node is not None:
            yield Site(parameter.unit, parameter.node)
        yield from given_by_decorators(parameter, name, self._reaching)
        for unit in self._reaching.units_with(parameter.owner):
            for call in unit.calls.get(parameter.owner, ())[:_MAX_ELEMENTS]:
                positional = unit.positional(call)
                if 0 <= parameter.steps[0] < len(positional):
                    yield Site(unit, positional[parameter.steps[0]])
                for key, value in unit.keywords(call):
                    if key == name:
                        yield Site(unit, value)
                for splat in unit.splats(call):
                    for key, entry in self.entries(Site(unit, splat), depth - 1):
                        if key == name:
                            yield entry

    def _at(self, site: Site, step: int, depth: int) -> list[Site]:
        elements = self.elements(site, depth)
        if step < 0:
            return elements[:_MAX_ELEMENTS] or [value for _, value in self.entries(site, depth)][:_MAX_ELEMENTS]
        return elements[step : step + 1]

    def elements(self, site: Site, depth: int) -> list[Site]:
        """The elements of a list or tuple that an expression stands for."""
        for origin in self.origins(site, depth):
            if origin.node.type in ("list", "tuple", "expression_list", "set"):
                return [Site(origin.unit, child) for child in origin.node.named_children if child.type != "comment"]
            if origin.node.type in ("list_comprehension", "generator_expression", "set_comprehension"):
                body = origin.node.child_by_field_name("body")
                return [Site(origin.unit, body)] if body is not None else []
            if origin.node.type == "call" and origin.node.id != site.node.id:
                return self.members(origin, depth - 1)
        return []

    def _elements_at(self, site: Site, depth: int) -> Iterator[Site]:
        unit, node = site
        owner, key = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if owner is None or key is None or unit.dotted(owner) in _ENVIRON:
            return
        if key.type in ("integer", "unary_operator"):
            elements = self.elements(Site(unit, owner), depth)
            number = int(unit.text(key)) if unit.text(key).isdigit() else -1
            if elements and number < len(elements):
                yield from self.origins(elements[number], depth)
            elif not elements:
                yield site  # of a text that is split
            return
        wanted = self.text(Site(unit, key), depth)
        for known, value in self.entries(Site(unit, owner), depth):
            if known == wanted:
                yield from self.origins(value, depth)

    def _members(self, owner: Site, attribute: str, depth: int) -> Iterator[Site]:
        """What ``owner.attribute`` stands for: set on the object, in its class, or given to its constructor."""
        unit, node = owner
        name = unit.dotted(node).rpartition(".")[2]
        own = name in ("self", "cls")
        around = unit.class_around(node.start_byte) if own else None
        found = False
        for other in self._reaching.units_with(name) if name else ():
            for definition in definitions_of(other, f"{name}.{attribute}"):
                elsewhere = own and (other is not unit or other.class_around(definition.at) != around)
                if definition.node is not None and not elsewhere:
                    found = True
                    yield from self.origins(Site(other, definition.node), depth)
        if found:
            return
        classes = [(unit, around)] if around is not None else []
        if node.type == "identifier" and not own:
            classes += self._classes(unit, node)
        for origin in self.origins(owner, depth):
            if origin.node.type == "string" and attribute == "value":
                yield origin  # a member of an enumeration
            if origin.node.type == "call":
                for site in self._given_to_constructor(origin, attribute):
                    yield from self.origins(site, depth)
                function = origin.node.child_by_field_name("function")
                if function is not None and function.type == "identifier":
                    classes += self._classes(origin.unit, function)
        yield from self._class_members(classes, attribute, depth)

    def _given_to_constructor(self, call: Site, attribute: str) -> Iterator[Site]:
        """The arguments that become an attribute of the object which a call makes."""
        yield from defaults_of_arguments(call, attribute, self._reaching)
        yield from field_by_position(call, attribute, self._reaching)
        yield from (Site(call.unit, value) for key, value in call.unit.keywords(call.node) if key == attribute)

    def _class_members(self, classes: list[tuple[Unit, int]], attribute: str, depth: int) -> Iterator[Site]:
        for unit, start in classes[:4]:
            for key in (attribute, f"self.{attribute}", f"cls.{attribute}"):
                for definition in definitions_of(unit, key):
                    if unit.class_around(definition.at) != start:
                        continue
                    if definition.node is not None:
                        yield from self.origins(Site(unit, definition.node), depth)
                    for result in unit.returns(definition.at) if definition.kind == "function" else ():  # @property
                        yield from self.origins(Site(unit, result), depth)

    def _classes(self, unit: Unit, name: Node) -> list[tuple[Unit, int]]:
        return [(d.unit, d.at) for d in self._reaching.definitions(unit.text(name), unit, name) if d.kind == "class"]

    def entries(self, site: Site, depth: int) -> list[tuple[str, Site]]:
        """The keys and values of a dictionary that an expression stands for, with what is added to it later."""
        found: list[tuple[str, Site]] = []
        for origin in self.origins(site, depth):
            unit, node = origin
            if node.type == "dictionary":
                found += self._entries_of_literal(origin, depth - 1)
            elif node.type == "call":
                found += [(key, Site(unit, value)) for key, value in unit.keywords(node)]
                inner = [Site(unit, splat) for splat in unit.splats(node)]
                if unit.dotted(node.child_by_field_name("function")) in _COPIES:
                    inner += [Site(unit, argument) for argument in unit.positional(node)]
                inner += self.returns(origin, depth - 1)
                for result in inner:
                    found += self.entries(result, depth - 1)
                found += zipped_entries(self, origin, depth - 1)
            elif node.type == "dictionary_comprehension":
                pair = node.child_by_field_name("body")
                key, value = (pair.child_by_field_name(name) if pair is not None else None for name in ("key", "value"))
                if key is not None and value is not None:
                    found.append((self.text(Site(unit, key), depth - 1), Site(unit, value)))
            elif node.type == "binary_operator":
                for side in (node.child_by_field_name("left"), node.child_by_field_name("right")):
                    if side is not None:
                        found += self.entries(Site(unit, side), depth - 1)
        if site.node.type == "identifier" and depth > 0:
            found += self._entries_added(site, depth - 1)
        return found

    def _entries_of_literal(self, site: Site, depth: int) -> Iterator[tuple[str, Site]]:
        unit, node = site
        for child in node.named_children:
            self.steps.now -= 1
            if self.steps.now <= 0:
                return
            if child.type == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                if key is not None and value is not None:
                    yield self.text(Site(unit, key), depth), Site(unit, value)
            elif child.type == "dictionary_splat":
                for inner in child.named_children[:1]:
                    yield from self.entries(Site(unit, inner), depth)

    def _entries_added(self, site: Site, depth: int) -> Iterator[tuple[str, Site]]:
        """``name[key] = …`` and ``name.update(…)``."""
        name = site.unit.text(site.node)
        for unit in self._reaching.units_with(name):
            for definition in definitions_of(unit, f"{name}[]"):
                self.steps.now -= 1
                if self.steps.now <= 0 or definition.node is None:
                    return
                value = Site(unit, definition.node)
                if definition.key is not None:
                    yield self.text(Site(unit, definition.key), depth), value
                else:
                    yield from self.entries(value, depth)

    def returns(self, call: Site, depth: int) -> Iterator[Site]:
        """What a call of a function that the document defines returns."""
        function = call.node.child_by_field_name("function")
        if function is None or function.type not in ("identifier", "attribute"):
            return
        name = call.unit.dotted(function)
        for definition in self._reaching.definitions(name, call.unit, function)[:_MAX_ELEMENTS] if name else ():
            body = definition.node.child_by_field_name("body") if definition.node is not None else None
            if definition.node is not None and definition.node.type == "lambda" and body is not None:
                yield Site(definition.unit, body)
        for definition in self._reaching.functions(call.unit.last_name(function))[:_MAX_ELEMENTS]:
            if depth > 0 and self.steps.now > 0:
                self.steps.now -= 1
                for result in definition.unit.returns(definition.at)[:_MAX_ELEMENTS]:
                    yield Site(definition.unit, result)
