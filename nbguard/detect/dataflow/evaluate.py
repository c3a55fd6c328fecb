"""Follows values through a document's code: from an expression back to the literals it is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.dataflow.calls import CallSite, handler_of, read_call
from nbguard.detect.dataflow.flow_steps import MAX_STEPS
from nbguard.detect.dataflow.literal_values import (
    MAX_VALUES,
    Piece,
    Value,
    part,
    piece_between,
    product,
    reversed_value,
    text_of,
)
from nbguard.detect.dataflow.name_lookup import Names
from nbguard.detect.dataflow.site import Site
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.dataflow.program import Program
    from nbguard.detect.dataflow.unit import Unit

_MAX_DEPTH = 24
_MAX_OPERANDS = 10_000
_STEPS_FOR_NAME = 50
_SPLITS = frozenset(("split", "rsplit"))
_NUMBER = lazy_regex(r"-?\d{1,3}")


class Flow:
    """Evaluates expressions of one document. Work on one expression is bounded: what goes beyond is unknown."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._names = Names(units, self.text)
        self.steps = self._names.steps
        # How many questions were asked so far whose answers depend on more than one expression.
        self.asked = 0

    def names(self) -> frozenset[str]:
        """The names that were looked up since this was asked for last."""
        return self._names.take_asked()

    def values(self, site: Site, steps: int = MAX_STEPS) -> list[Value]:
        """The values an expression can have, as far as they are made of literals and so many steps lead to them; empty
        where none is.
        """
        self.asked += 1
        self.steps.begin(steps)
        return self._values(site, _MAX_DEPTH)

    def entries(self, site: Site) -> list[tuple[str, Site]]:
        """The keys and values of a dictionary that an expression stands for, with what is added to it later."""
        self.asked += 1
        self.steps.begin()
        return self._names.entries(site, _MAX_DEPTH)

    def items(self, site: Site) -> list[Site]:
        """The elements of a list or tuple that an expression stands for, or is made of."""
        self.asked += 1
        self.steps.begin()
        return self._names.members(site, _MAX_DEPTH)

    def constant(self, site: Site) -> str:
        """The text of a key or name: a literal's, or a variable's; empty where it isn't known soon."""
        unit, node = site
        if node.type == "string":
            return unit.plain(node)
        if node.type not in ("identifier", "attribute"):
            return ""
        self.asked += 1
        self.steps.begin(_STEPS_FOR_NAME)
        for value in self._values(site, _MAX_DEPTH):
            if all(piece.text is not None for piece in value):
                return text_of(value)
        return ""

    def constructor(self, site: Site) -> Site | None:
        """The call that made the object an expression stands for."""
        self.asked += 1
        self.steps.begin()
        return next((origin for origin in self._names.origins(site, _MAX_DEPTH) if origin.node.type == "call"), None)

    def _values(self, site: Site, depth: int) -> list[Value]:
        found: list[Value] = []
        for origin in self._names.origins(site, depth):
            found += self._values_of_origin(origin, depth - 1)
            if len(found) >= MAX_VALUES:
                break
        return found[:MAX_VALUES]

    def _values_of_origin(self, site: Site, depth: int) -> list[Value]:
        unit, node = site
        if depth <= 0:
            return []
        kind = node.type
        if kind == "string":
            return self._string(site, depth)
        if kind == "concatenated_string":
            return self.joined([Site(unit, child) for child in node.named_children if child.type == "string"], depth)
        if kind == "binary_operator":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            operator = node.child_by_field_name("operator")
            if left is None or right is None or operator is None:
                return []
            if operator.type == "+":
                return self.joined([Site(unit, left), Site(unit, right)], depth)
            if operator.type == "%":
                holes = [right]
                if right.type == "tuple":
                    holes = right.named_children
                return self.filled(Site(unit, left), [Site(unit, hole) for hole in holes], r"%[sr]", depth)
            return []
        if kind == "call":
            return self._call(site, depth)
        if kind == "subscript":
            return self._subscripted(site, depth)
        return []

    def _string(self, site: Site, depth: int) -> list[Value]:
        unit, node = site
        parts: list[list[Value]] = []
        for text, start, end in unit.parts_of(node):
            verbatim = unit.source[start:end] == text
            parts.append([(Piece(text, unit, unit.base + start, unit.base + end, verbatim),)])
        holes = [child for child in node.named_children if child.type == "interpolation"]
        if not holes:
            return [parts[0][0]] if parts else []
        alternatives: list[tuple[int, list[Value]]] = [(alternative[0][0].start, alternative) for alternative in parts]
        for hole in holes:
            expression = hole.child_by_field_name("expression")
            values = self._values(Site(unit, expression), depth) if expression is not None else []
            alternatives.append((unit.base + hole.start_byte, values or [_unknown(Site(unit, hole))]))
        alternatives.sort(key=lambda alternative: alternative[0])
        return product([values for _, values in alternatives])

    def joined(self, sites: list[Site], depth: int) -> list[Value]:
        """The values of some expressions one behind the other."""
        alternatives = [self._values(site, depth) or [_unknown(site)] for site in _flat_sum(sites)]
        return [value for value in product(alternatives) if any(piece.text for piece in value)]

    def filled(self, template: Site, holes: list[Site], hole: str, depth: int) -> list[Value]:
        """A template such as ``"apiKey %s" % token`` or ``"apiKey {}".format(token)`` with its holes filled."""
        results: list[Value] = []
        for value in self._values(template, depth):
            if len(value) != 1 or value[0].text is None:
                continue
            piece, at, number = value[0], 0, 0
            alternatives: list[list[Value]] = []
            for found in re.finditer(hole, piece.text or ""):
                alternatives.append([part(piece, at, found.start())])
                site = holes[number] if number < len(holes) else None
                alternatives.append((self._values(site, depth) if site else []) or [(piece._replace(text=None),)])
                number, at = number + 1, found.end()
            alternatives.append([part(piece, at, len(piece.text or ""))])
            results += product(alternatives)
        return results[:MAX_VALUES]

    def _call(self, site: Site, depth: int) -> list[Value]:
        call = read_call(site)
        if call is None:
            return []
        handler = handler_of(call)
        return handler(self, call, depth) if handler is not None else self.returned(call, depth)

    def values_of(self, sites: Iterable[Site], depth: int) -> list[Value]:
        """The values that some expressions can have, together."""
        return [value for site in sites for value in self._values(site, depth)]

    def returned(self, call: CallSite, depth: int) -> list[Value]:
        """What a call of a function of the document gives back."""
        return self.values_of(self._names.returns(call.site, depth), depth)

    def members(self, site: Site, depth: int) -> list[Site]:
        """The elements of a list that an expression stands for, or the values of its entries."""
        return self._names.members(site, depth)

    def entries_of(self, site: Site, depth: int) -> list[tuple[str, Site]]:
        """As ``entries``, as a step of a question that was asked before."""
        return self._names.entries(site, depth)

    def _subscripted(self, site: Site, depth: int) -> list[Value]:
        """``"…"[::-1]``, ``"user:…".split(":")[1]``."""
        unit, node = site
        subscript, owner = node.child_by_field_name("subscript"), node.child_by_field_name("value")
        if subscript is None or owner is None:
            return []
        if unit.text(subscript).replace(" ", "") == "::-1":
            return [reversed_value(value) for value in self._values(Site(unit, owner), depth)]
        return self._piece_of(Site(unit, owner), unit.text(subscript), depth)

    def _piece_of(self, split: Site, number: str, depth: int) -> list[Value]:
        for origin in self._names.origins(split, depth):
            call = read_call(origin) if origin.node.type == "call" else None
            if call is None or call.owner is None or call.last not in _SPLITS or not _NUMBER.fullmatch(number):
                continue
            separator = self.text(call.arguments[0], depth) if call.arguments else ""
            most = call.arguments[1].unit.text(call.arguments[1].node) if call.arguments[1:] else "-1"
            if separator and _NUMBER.fullmatch(most):
                return [
                    piece_between(value, separator, int(number), int(most), backwards=call.last == "rsplit")
                    for value in self._values(call.owner, depth)
                ]
        return []

    def text(self, site: Site, depth: int) -> str:
        """The first text that an expression can have; empty where none is known."""
        if site.node.type == "string":
            return site.unit.plain(site.node)
        for value in self._values(site, depth):
            return text_of(value)
        return ""


def _unknown(site: Site) -> Value:
    unit, node = site
    return (Piece(None, unit, unit.base + node.start_byte, unit.base + node.end_byte, False),)


def _flat_sum(sites: list[Site]) -> list[Site]:
    """The operands of a chain of ``+``, however long, from left to right."""
    flat: list[Site] = []
    waiting = sites[::-1]
    while waiting and len(flat) < _MAX_OPERANDS:
        unit, node = waiting.pop()
        operator = node.child_by_field_name("operator") if node.type == "binary_operator" else None
        if operator is not None and operator.type == "+":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            waiting += [Site(unit, side) for side in (right, left) if side is not None]
        elif node.type == "parenthesized_expression" and node.named_child_count == 1:
            waiting.append(Site(unit, node.named_children[0]))
        else:
            flat.append(Site(unit, node))
    return flat


def flow_of(program: Program) -> Flow:
    """The flow through all units of a program and its shadows, which detectors share: what one asked is known."""
    if program.flow is None:
        program.flow = Flow([*program.units, *program.shadows])
        program.flow.steps.spend(program.spent)
    flow: Flow = program.flow
    return flow


def spend(program: Program, steps: int) -> None:
    """Counts steps in a program's flow that answers took which still hold."""
    if program.flow is None:
        program.spent += steps
    else:
        program.flow.steps.spend(steps)
