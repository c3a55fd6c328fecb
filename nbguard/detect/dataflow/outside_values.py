"""Values that reach a name from outside the code around it: command lines, decorators, notebooks of marimo, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.dataflow.reaching_definitions import ANY_SCOPE
from nbguard.detect.dataflow.site import Site
from nbguard.detect.dataflow.unit import Unit
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.dataflow.definitions import Definition
    from nbguard.detect.dataflow.reaching_definitions import Reaching

_QUOTED_NAME = lazy_regex(r"[\"'](\w+)[\"']")
_MOST = 64
_LONGEST_TEXT = 20_000
# What reads a command line, and what says which arguments there are.
_PARSERS = frozenset(("parse_args", "parse_known_args", "parse_intermixed_args"))
_OPTIONS = ("add_argument", "option", "argument")


def parse_text(string: Site) -> Site | None:
    """The text of a literal, read as an expression: JSON is one of Python's. None where it isn't a whole one."""
    unit, node = string
    parts = list(unit.parts_of(node))
    if len(parts) != 1:
        return None
    text, start, end = parts[0]
    if len(text) > _LONGEST_TEXT or unit.source[start:end] != text:
        return None  # with escapes in it, places inside it wouldn't be those of the code
    inner = Unit(unit.number, unit.field, text, unit.base + start, True)
    statement = next(iter(inner.cell.tree.root_node.named_children), None)
    expression = next(iter(statement.named_children), None) if statement is not None else None
    return Site(inner, expression) if expression is not None else None


def defaults_of_arguments(call: Site, name: str, reaching: Reaching) -> Iterator[Site]:
    """The defaults of ``--name`` where ``call`` is ``parser.parse_args()``."""
    function = call.node.child_by_field_name("function")
    if function is not None and call.unit.last_name(function) in _PARSERS:
        yield from _defaults(name, reaching, _OPTIONS[:1])


def given_by_decorators(parameter: Definition, name: str, reaching: Reaching) -> Iterator[Site]:
    """What ``@click.option("--name", default=…)`` or a fixture gives a parameter, and other cells of marimo."""
    yield from _defaults(name, reaching, _OPTIONS[1:])
    for function in reaching.functions(name)[:_MOST]:
        if "fixture" in function.unit.source[max(0, function.at - 200) : function.at]:
            yield from (Site(function.unit, result) for result in function.unit.returns(function.at))
    if (
        "marimo" in parameter.unit.words
        or "app.cell" in parameter.unit.source[max(0, parameter.at - 200) : parameter.at]
    ):
        reaching.asked.add(ANY_SCOPE)
        for definition in reaching.everywhere(name)[:_MOST]:
            if definition.kind == "value" and definition.node is not None and definition.scope != parameter.scope:
                yield Site(definition.unit, definition.node)


def _defaults(name: str, reaching: Reaching, calls: tuple[str, ...]) -> Iterator[Site]:
    for word in calls:
        for unit in reaching.units_with(word):
            for call in unit.calls.get(word, ())[:_MOST]:
                flags = {
                    unit.plain(node).lstrip("-").replace("-", "_")
                    for node in unit.positional(call)
                    if node.type == "string"
                }
                keywords = dict(unit.keywords(call))
                if name in flags or ("dest" in keywords and unit.plain(keywords["dest"]) == name):
                    yield from (Site(unit, value) for key, value in keywords.items() if key in ("default", "const"))


def field_by_position(call: Site, attribute: str, reaching: Reaching) -> Iterator[Site]:
    """The argument that becomes ``attribute`` of a dataclass or a named tuple, given by its position."""
    unit, node = call
    function = node.child_by_field_name("function")
    if function is None or function.type != "identifier":
        return
    positional = unit.positional(node)
    for definition in reaching.definitions(unit.text(function), unit, function)[:_MOST] if positional else ():
        fields = list(fields_of(definition))
        if attribute in fields[: len(positional)]:
            yield Site(unit, positional[fields.index(attribute)])


def fields_of(definition: Definition) -> Iterator[str]:
    """The fields of a class or of a named tuple, in order."""
    unit, node = definition.unit, definition.node
    if definition.kind == "class":
        for assignment in unit.nodes("assignment"):
            left = assignment.child_by_field_name("left")
            inside = unit.scopes_around(assignment.start_byte)[:1] == [definition.at]
            if left is not None and left.type == "identifier" and inside:
                yield unit.text(left)
    elif node is not None and node.type == "call":
        function = node.child_by_field_name("function")
        if function is not None and unit.last_name(function) in ("namedtuple", "NamedTuple"):
            for names in unit.positional(node)[1:2]:
                yield from (
                    _QUOTED_NAME.findall(unit.text(names))
                    if names.type == "list"
                    else unit.plain(names).replace(",", " ").split()
                )
