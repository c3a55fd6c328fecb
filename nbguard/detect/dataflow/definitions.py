"""Where the names of a piece of Python get their values: assignments, loops, parameters, functions, entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.text_places import Occurrences, places_of
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from nbguard.detect.dataflow.unit import Unit

# So many names of a unit are looked for one by one.
_FEW = 24
_WORD = lazy_regex(r"[A-Za-z_]\w*")
_WORD_OF_NAME = lazy_regex(r"\w+")
_STRING = lazy_regex(r"\"[^\"\n]*\"|'[^'\n]*'")
# What takes a value from elsewhere: no literal in it is a credential.
_READ = lazy_regex(
    r"(?:os\.)?environ\s*\[[^\]]*\]|(?:os\.)?(?:getenv|environ\.get)\(\s*[\"'][^\"']*[\"']\s*\)"
    r"|\b(?:getpass|input|secret|get_password|open|read_text|get_secret)\([^()]*\)|\b(?:None|True|False|os|str)\b"
)


class Definition(NamedTuple):
    """A place where a name gets a value.

    ``kind`` is ``value``, ``parameter``, ``function`` or ``class``. ``node`` is the value's expression (a
    parameter's default), None where there is none. ``steps`` lead to the part of it that the name is bound to: the
    index in a tuple, -1 for any element. ``scope`` is where the function or class around begins, for a comprehension's
    variable the comprehension, -1 for none. ``key`` is the subscript of ``name[key] = …``. ``owner`` is the function of
    a parameter, ``steps`` its position then.
    """

    kind: str
    unit: Unit
    at: int
    scope: int
    conditional: bool
    node: Node | None
    steps: tuple[int, ...] = ()
    key: Node | None = None
    owner: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the document, for ordering."""
        return self.unit.number, self.unit.base + self.at

    @property
    def has_literal(self) -> bool:
        """Whether the value may lead to a literal: it isn't only read from elsewhere."""
        if self.node is None or self.kind != "value":
            return self.kind != "value"
        text = _READ.sub(
            "", self.unit.source[self.node.start_byte : min(self.node.end_byte, self.node.start_byte + 2000)]
        )
        return any(len(quoted) > 7 for quoted in _STRING.findall(text)) or bool(_WORD.search(_STRING.sub("", text)))


def definitions_of(unit: Unit, name: str) -> list[Definition]:
    """The definitions of a name, of ``name.attribute`` or of the entries ``name[]``, in order; kept with the unit."""
    table: dict[str, list[Definition]] = unit.memory.setdefault("definitions", {})
    found = table.get(name)
    if found is None and len(table) < _FEW:
        # Only the nodes that have its last word are read for a name: nothing else of what it is called may be there.
        word = name.removesuffix("[]").rpartition(".")[2]
        found = table[name] = [definition for defined, definition in define(unit, word) if defined == name]
        found.sort(key=lambda definition: definition.at)
    return _all_definitions(unit).get(name, []) if found is None else found


def _all_definitions(unit: Unit) -> dict[str, list[Definition]]:
    """Every definition of a unit, by name: where many names are asked for, each would read all nodes."""
    table: dict[str, list[Definition]] | None = unit.memory.get("all definitions")
    if table is None:
        table = unit.memory["all definitions"] = {}
        for name, definition in define(unit):
            table.setdefault(name, []).append(definition)
        for found in table.values():
            found.sort(key=lambda definition: definition.at)
    return table


def told_by(unit: Unit) -> frozenset[str]:
    """The words of all that a unit defines for others or calls; not of a function's own variables."""
    told: frozenset[str] | None = unit.memory.get("told")
    if told is not None:
        return told
    names = {
        name
        for name, definition in define(unit)
        if definition.scope < 0 or definition.kind in ("function", "class") or not name.isidentifier()
    }
    told = unit.memory["told"] = frozenset(_WORD_OF_NAME.findall(" ".join(names))) | unit.calls.keys()
    return told


def define(unit: Unit, word: str = "") -> Iterator[tuple[str, Definition]]:
    """Yields what a unit defines: a name, ``name.attribute``, or ``name[]`` for an entry of what it stands for.

    With a ``word``, what stands where the word doesn't may be left out.
    """
    asked = Occurrences(places_of(unit.source, (word,))) if word else None

    def holds(node: Node) -> bool:
        return asked is None or asked.within(node.start_byte, node.end_byte)

    def nodes(kind: str) -> Iterator[Node]:
        return filter(holds, unit.nodes(kind))

    yield from _define_assigned(unit, nodes("assignment"))
    for node in nodes("named"):
        left, right = node.child_by_field_name("name"), node.child_by_field_name("value")
        if left is not None and right is not None:
            yield from _bind(unit, left, right, ())
    for node in nodes("for"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is not None and right is not None and holds(left):
            around = unit.comprehensions(node) if node.type == "for_in_clause" else []
            for target, definition in _bind(unit, left, right, (-1,)):
                yield target, definition._replace(scope=around[0]) if around else definition
    for node in nodes("class"):
        name = node.child_by_field_name("name")
        if name is not None:
            yield unit.text(name), _definition(unit, "class", node.start_byte, None)
    for node in nodes("function"):
        yield from _define_function(unit, node)
    for node in nodes("call"):
        yield from _define_entries(unit, node)


def _define_assigned(unit: Unit, assignments: Iterable[Node]) -> Iterator[tuple[str, Definition]]:
    # By the end of a chain, a = b = "…", which all its links have: what it gives to each.
    given: dict[int, Node | None] = {}
    for node in assignments:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is not None and right.type == "assignment":
            if node.end_byte not in given:
                given[node.end_byte] = _end_of_chain(right)
            right = given[node.end_byte]
        if left is not None and right is not None:
            yield from _bind(unit, left, right, (), node.type == "augmented_assignment")


def _end_of_chain(right: Node | None) -> Node | None:
    while right is not None and right.type == "assignment":
        right = right.child_by_field_name("right")
    return right


def _define_function(unit: Unit, node: Node) -> Iterator[tuple[str, Definition]]:
    name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
    if name is None or parameters is None:
        return
    owner, start = unit.text(name), node.start_byte
    yield owner, _definition(unit, "function", start, None)
    position = 0
    around = unit.class_around(start)
    if around is not None and unit.scopes_around(start)[1:2] == [around]:
        position = -1  # self
        if owner == "__init__":
            kind = next((c for c in unit.nodes("class") if c.start_byte == around), None)
            owner = unit.text(kind.child_by_field_name("name")) if kind is not None else owner
    for child in parameters.named_children:
        if child.type == "comment":
            continue
        target = child.child_by_field_name("name") or (
            child if child.type == "identifier" else next(iter(child.named_children), None)
        )
        if target is not None:
            default = child.child_by_field_name("value")
            yield (
                unit.text(target),
                Definition("parameter", unit, start, start, False, default, (position,), None, owner),
            )
        position += 1


def _define_entries(unit: Unit, call: Node) -> Iterator[tuple[str, Definition]]:
    """``name.update({…})`` and ``name.setdefault(key, value)``."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "attribute":
        return
    method, owner = unit.last_name(function), unit.dotted(function.child_by_field_name("object"))
    if method not in ("update", "setdefault") or not owner:
        return
    arguments = unit.positional(call)
    if method == "setdefault" and len(arguments) == 2:
        yield owner + "[]", _definition(unit, "value", call.start_byte, arguments[1], key=arguments[0])
    if method == "update":
        # The call itself: its keyword arguments are entries, as dict(…)'s are.
        yield owner + "[]", _definition(unit, "value", call.start_byte, call)
        for argument in arguments[:1]:
            yield owner + "[]", _definition(unit, "value", call.start_byte, argument)


def _bind(
    unit: Unit, left: Node, right: Node, steps: tuple[int, ...], more: bool = False
) -> Iterator[tuple[str, Definition]]:
    if left.type in ("identifier", "attribute"):
        name = unit.dotted(left)
        if name:
            if name.count(".") > 1:
                name = ".".join(name.split(".")[-2:])
            definition = _definition(unit, "value", left.start_byte, right, steps)
            if unit.is_global(name, left.start_byte):
                definition = definition._replace(scope=-1, conditional=True)
            yield name, definition._replace(conditional=definition.conditional or more)
            if more:
                yield name + "[]", definition  # name |= {…}
    elif left.type == "subscript":
        owner, key = left.child_by_field_name("value"), left.child_by_field_name("subscript")
        if owner is not None and key is not None and unit.dotted(owner):
            yield unit.dotted(owner) + "[]", _definition(unit, "value", left.start_byte, right, steps, key)
    elif left.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        for number, child in enumerate(child for child in left.named_children if child.type != "comment"):
            yield from _bind(unit, child, right, (*steps, number))


def _definition(
    unit: Unit, kind: str, at: int, node: Node | None, steps: tuple[int, ...] = (), key: Node | None = None
) -> Definition:
    inside = [start for start in unit.scopes_around(at) if start != at]
    scope = inside[0] if inside else -1
    conditional = any(start > scope for start in unit.conditions_around(at))
    return Definition(kind, unit, at, scope, conditional, node, steps, key)
