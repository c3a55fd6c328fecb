"""Looks up what a name, an attribute or an entry stands for: the expressions that a document's code gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tree_sitter import Node

    from nbguard.detect.credentials.units import Definition, Unit

_MAX_STEPS = 20_000
_MAX_ELEMENTS = 32
_ENVIRON = frozenset({"os.environ", "environ"})
_COPIES = frozenset({"dict", "copy", "deepcopy", "copy.copy", "copy.deepcopy", "OrderedDict", "SimpleNamespace"})


class Site(NamedTuple):
    """An expression and the unit it stands in."""

    unit: Unit
    node: Node


class Names:
    """The names of one document's units. Work on one question is bounded: what goes beyond is unknown.

    ``text`` evaluates the key of an entry. Depths count down to 0.
    """

    def __init__(self, units: Iterable[Unit], text: Callable[[Site, int], str]) -> None:
        self._units = list(units)
        self._text = text
        self._steps = _MAX_STEPS
        self._with_word: dict[str, list[Unit]] = {}

    def begin(self) -> None:
        """Starts a new question: the bound on work is set back."""
        self._steps = _MAX_STEPS

    def origins(self, site: Site, depth: int) -> Iterator[Site]:
        """The expressions an expression stands for, when names, attributes and subscripts are looked up."""
        self._steps -= 1
        if depth <= 0 or self._steps <= 0:
            return
        unit, node = site
        kind = node.type
        if kind in ("parenthesized_expression", "await", "as_pattern", "keyword_argument", "named_expression"):
            inner = node.child_by_field_name("value") or next(iter(node.named_children), None)
            if inner is not None:
                yield from self.origins(Site(unit, inner), depth - 1)
        elif kind == "boolean_operator":
            for child in (node.child_by_field_name("left"), node.child_by_field_name("right")):
                if child is not None:
                    yield from self.origins(Site(unit, child), depth - 1)
        elif kind == "conditional_expression":
            branches = node.named_children
            for child in (branches[0], branches[-1]) if len(branches) == 3 else ():
                yield from self.origins(Site(unit, child), depth - 1)
        elif kind == "identifier":
            yield from self._lookup(site, depth - 1)
        elif kind == "attribute":
            owner, attribute = node.child_by_field_name("object"), node.child_by_field_name("attribute")
            if owner is not None and attribute is not None:
                yield from self._members(Site(unit, owner), unit.text(attribute), depth - 1)
        elif kind == "subscript" and ":" not in unit.text(node.child_by_field_name("subscript") or node)[:40]:
            yield from self._elements_at(site, depth - 1)
        else:
            yield site

    def _lookup(self, site: Site, depth: int) -> Iterator[Site]:
        unit, node = site
        name = unit.text(node)
        for definition in self._reaching(name, unit, node):
            if definition.kind == "parameter":
                for argument in self._arguments(definition, name):
                    yield from self.origins(argument, depth)
            elif definition.node is not None:
                sites = [Site(definition.unit, definition.node)]
                for step in definition.steps:
                    sites = [element for site in sites for element in self._at(site, step, depth)]
                for found in sites:
                    yield from self.origins(found, depth)

    def _arguments(self, parameter: Definition, name: str) -> Iterator[Site]:
        """What a parameter of a local function gets: its default, and what the document's calls pass."""
        if parameter.node is not None:
            yield Site(parameter.unit, parameter.node)
        for unit in self._with(parameter.owner):
            for call in unit.calls.get(parameter.owner, ())[:_MAX_ELEMENTS]:
                positional = unit.positional(call)
                if 0 <= parameter.steps[0] < len(positional):
                    yield Site(unit, positional[parameter.steps[0]])
                for key, value in unit.keywords(call):
                    if key == name:
                        yield Site(unit, value)
                for splat in unit.splats(call):
                    for key, entry in self.entries(Site(unit, splat), 4):
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
        return []

    def _elements_at(self, site: Site, depth: int) -> Iterator[Site]:
        unit, node = site
        owner, key = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if owner is None or key is None or unit.dotted(owner) in _ENVIRON:
            return
        if key.type == "integer":
            elements = self.elements(Site(unit, owner), depth)
            number = int(unit.text(key)) if unit.text(key).isdigit() else -1
            if number < len(elements):
                yield from self.origins(elements[number], depth)
            return
        wanted = self._text(Site(unit, key), depth)
        for known, value in self.entries(Site(unit, owner), depth):
            if known == wanted:
                yield from self.origins(value, depth)

    def _members(self, owner: Site, attribute: str, depth: int) -> Iterator[Site]:
        """What ``owner.attribute`` stands for: set on the object, in its class, or given to its constructor."""
        unit, node = owner
        name = unit.dotted(node).rpartition(".")[2]
        own = name in ("self", "cls")
        found = False
        for other in self._with(name) if name else ():
            for definition in other.definitions(f"{name}.{attribute}"):
                if own and (
                    other is not unit or other.class_around(definition.at) != unit.class_around(node.start_byte)
                ):
                    continue
                if definition.node is not None:
                    found = True
                    yield from self.origins(Site(other, definition.node), depth)
        if found:
            return
        classes: list[tuple[Unit, int]] = []
        if own:
            around = unit.class_around(node.start_byte)
            classes += [(unit, around)] if around is not None else []
        elif node.type == "identifier":
            classes += self._classes(unit, node)
        for origin in self.origins(owner, depth):
            if origin.node.type == "call":
                for key, value in origin.unit.keywords(origin.node):
                    if key == attribute:
                        yield from self.origins(Site(origin.unit, value), depth)
                function = origin.node.child_by_field_name("function")
                if function is not None and function.type == "identifier":
                    classes += self._classes(origin.unit, function)
        for other, start in classes[:4]:
            for key in (attribute, f"self.{attribute}", f"cls.{attribute}"):
                for definition in other.definitions(key):
                    if definition.node is not None and other.class_around(definition.at) == start:
                        yield from self.origins(Site(other, definition.node), depth)

    def _classes(self, unit: Unit, name: Node) -> list[tuple[Unit, int]]:
        return [(d.unit, d.at) for d in self._reaching(unit.text(name), unit, name) if d.kind == "class"]

    def entries(self, site: Site, depth: int) -> list[tuple[str, Site]]:
        """The keys and values of a dictionary that an expression stands for, with what is added to it later."""
        found: list[tuple[str, Site]] = []
        if depth <= 0:
            return found
        for origin in self.origins(site, depth):
            unit, node = origin
            if node.type == "dictionary":
                for child in node.named_children:
                    if child.type == "pair":
                        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                        if key is not None and value is not None:
                            found.append((self._text(Site(unit, key), depth - 1), Site(unit, value)))
                    elif child.type == "dictionary_splat":
                        for inner in child.named_children[:1]:
                            found += self.entries(Site(unit, inner), depth - 1)
            elif node.type == "call":
                found += [(key, Site(unit, value)) for key, value in unit.keywords(node)]
                for splat in unit.splats(node):
                    found += self.entries(Site(unit, splat), depth - 1)
                if unit.dotted(node.child_by_field_name("function")) in _COPIES:
                    for argument in unit.positional(node)[:1]:
                        found += self.entries(Site(unit, argument), depth - 1)
                for result in self.returns(origin, depth - 1):
                    found += self.entries(result, depth - 1)
            elif node.type == "binary_operator":
                for side in (node.child_by_field_name("left"), node.child_by_field_name("right")):
                    if side is not None:
                        found += self.entries(Site(unit, side), depth - 1)
        if site.node.type == "identifier":
            name = site.unit.text(site.node)
            for other in self._with(name):
                for definition in other.definitions(name + "[]"):
                    if definition.key is not None and definition.node is not None:
                        key_text = self._text(Site(other, definition.key), depth - 1)
                        found.append((key_text, Site(other, definition.node)))
                    elif definition.node is not None:
                        found += self.entries(Site(other, definition.node), depth - 1)
        return found

    def returns(self, call: Site, depth: int) -> Iterator[Site]:
        """What a call of a function that the document defines returns."""
        function = call.node.child_by_field_name("function")
        if function is None or function.type not in ("identifier", "attribute"):
            return
        name = call.unit.last_name(function)
        for other in self._with(name):
            for definition in other.definitions(name):
                if definition.kind == "function" and depth > 0:
                    for result in other.returns(definition.at):
                        yield Site(other, result)

    def _reaching(self, name: str, unit: Unit, node: Node) -> list[Definition]:
        """The definitions of a name that can hold where it is read.

        In the nearest scope that defines it: going back from the reader, all up to the first that isn't under a
        condition; where none comes before, all that come after, for cells run in any order. Where those hold no
        literal the earlier ones count too: a token that is overwritten is in the file all the same.
        """
        everywhere = [definition for other in self._with(name) for definition in other.definitions(name)]
        if not everywhere:
            return []
        for scope in unit.scopes(node):
            here = [
                definition
                for definition in everywhere
                if definition.scope == scope and (scope < 0 or definition.unit is unit)
            ]
            if here:
                break
        else:
            here = [definition for definition in everywhere if definition.scope < 0]
        place = (unit.number, unit.base + node.start_byte)
        shadows = [definition for definition in here if definition.unit.shadow and definition.unit is not unit]
        real = [definition for definition in here if definition not in shadows]
        before = sorted((d for d in real if d.place < place and not _inside(d, unit, node)), key=lambda d: d.place)
        reaching: list[Definition] = []
        for definition in reversed(before):
            reaching.append(definition)
            if not definition.conditional:
                break
        after = [definition for definition in real if definition.place > place]
        if unit.scopes(node)[0] >= 0 and not (reaching and reaching[0].scope >= 0):
            reaching += after  # a function's body runs later than where it is written
        rest = [definition for definition in real if definition not in reaching and not _inside(definition, unit, node)]
        for group in (reaching, rest, shadows):
            if any(definition.has_literal for definition in group):
                return reaching + group if group is not reaching else reaching
        return reaching or rest

    def _with(self, name: str) -> Iterator[Unit]:
        units = self._with_word.get(name)
        if units is None:
            units = self._with_word[name] = [unit for unit in self._units if name in unit.words]
        yield from units


def _inside(definition: Definition, unit: Unit, node: Node) -> bool:
    """Whether the reader is a part of the definition itself, as in ``token = token or "…"``."""
    target = definition.node
    return (
        definition.unit is unit
        and target is not None
        and target.start_byte <= node.start_byte
        and node.end_byte <= target.end_byte
    )
