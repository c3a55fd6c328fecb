"""A piece of Python in a document: its words, its tree, and the names that it defines."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbguard.detect.dataflow.nested_spans import NestedSpans
from nbguard.detect.dataflow.syntax import ParsedCell, captures, constant_parts, parse_cell
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

    from nbguard.documents.fields import Field

_DOTTED = lazy_regex(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
_LAST_NAME = lazy_regex(r"[^\W\d]\w*$")
_LONGEST_NAME = 300
_QUERY = """
(assignment) @assignment (augmented_assignment) @assignment (named_expression) @named (call) @call
(function_definition) @function (class_definition) @class (return_statement) @return (dictionary) @dictionary
(for_statement) @for (for_in_clause) @for (boolean_operator) @either (conditional_expression) @either
(if_statement) @condition (for_statement) @condition (while_statement) @condition (try_statement) @condition
(match_statement) @condition (list_comprehension) @comprehension (dictionary_comprehension) @comprehension
(set_comprehension) @comprehension (generator_expression) @comprehension (global_statement) @global
"""


class Verdict(NamedTuple):
    """What became of a unit in a program's context: whether it can hold a sink, and whether its text alone says that
    there is none.
    """

    context: object
    wanted: bool
    silent: bool = False


class Unit:
    """Python source in a field of a document: a cell, a file, a fenced block, commented-out lines.

    ``number`` orders the units of a document, ``base`` is where the source begins in the field, in characters.
    A ``shadow`` isn't run: what it defines counts only where nothing else defines it.
    """

    def __init__(self, number: int, field: Field, source: str, base: int = 0, shadow: bool = False) -> None:
        self._number, self.field, self.source, self.base, self.shadow = number, field, source, base, shadow
        # Its statements as units of their own, where it isn't valid Python; empty where it is.
        self.statements: list[Unit] | None = None
        # What it came to, and the program's context in which it did so.
        self.verdict: Verdict | None = None
        # What others made of it, by their names.
        self.memory: dict[str, Any] = {}

    @property
    def number(self) -> int:
        """Where the unit comes among those of its document."""
        return self._number

    @number.setter
    def number(self, number: int) -> None:
        self._number = number
        for unit in self.statements or ():
            unit.number = number

    def move(self, field: Field) -> None:
        """Gives the unit another field of the same text."""
        self.field = field
        for unit in self.statements or ():
            unit.move(field)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the source, without parsing it."""
        return frozenset(re.findall(r"[^\W\d]\w*", self.source))

    @cached_property
    def cell(self) -> ParsedCell:
        """The parsed source."""
        return parse_cell(self.source)

    @cached_property
    def _nodes(self) -> dict[str, list[Node]]:
        found = captures(self.cell.tree, _QUERY)
        if self.cell.tree.root_node.has_error:
            for kind in ("call", "assignment"):
                found[kind] = [node for node in found.get(kind, ()) if not _is_guessed(node, self.source)]
        return found

    def nodes(self, kind: str) -> list[Node]:
        """The nodes of a kind (``assignment``, ``call``, ``dictionary``, …), in order."""
        return self._nodes.get(kind, [])

    def text(self, node: Node | None) -> str:
        """The source of a node."""
        return "" if node is None else self.source[node.start_byte : node.end_byte]

    def plain(self, node: Node) -> str:
        """The text of a ``string`` node without escapes and holes; empty for any other string."""
        text = self.text(node)
        if len(text) < 2 or text[0] not in "\"'" or "\\" in text:
            return ""
        return text[3:-3] if text[:3] in ('"""', "'''") and len(text) > 5 else text[1:-1]

    def dotted(self, node: Node | None) -> str:
        """A name such as ``os.environ.get`` without white space; empty where the node is no such name."""
        if node is None or node.type not in ("identifier", "attribute"):
            return ""
        if node.end_byte - node.start_byte > _LONGEST_NAME:
            return ""
        text = self.text(node)
        return re.sub(r"\s+", "", text) if _DOTTED.fullmatch(text) else ""

    def last_name(self, node: Node) -> str:
        """The last part of a callee: ``strip`` of ``f(x).strip``."""
        start = max(node.start_byte, node.end_byte - _LONGEST_NAME)
        found = _LAST_NAME.search(self.source[start : node.end_byte])
        return found.group() if found else ""

    def positional(self, call: Node) -> list[Node]:
        """The positional arguments of a call before the first ``*``."""
        arguments: list[Node] = []
        for child in _arguments(call):
            if child.type == "list_splat":
                break
            if child.type not in ("keyword_argument", "dictionary_splat", "comment"):
                arguments.append(child)
        return arguments

    def keywords(self, call: Node) -> list[tuple[str, Node]]:
        """The keyword arguments of a call."""
        pairs = []
        for child in _arguments(call):
            if child.type == "keyword_argument":
                name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                if name is not None and value is not None:
                    pairs.append((self.text(name), value))
        return pairs

    def splats(self, call: Node, kind: str = "dictionary_splat") -> list[Node]:
        """What stands behind ``**`` (or, for ``list_splat``, behind ``*``) in a call."""
        return [child.named_children[0] for child in _arguments(call) if child.type == kind and child.named_children]

    def parts_of(self, node: Node) -> list[tuple[str, int, int]]:
        """The constant parts of a string with their spans in the source."""
        return list(constant_parts(self.source, node))

    def scopes(self, node: Node) -> list[int]:
        """Where the functions and classes around a node begin, from the inside out; -1, the module, comes last."""
        return [*self.scopes_around(node.start_byte), -1]

    def scopes_around(self, offset: int) -> list[int]:
        """Where the functions and classes around an offset begin, from the inside out."""
        return self._scopes.around(offset)

    def conditions_around(self, offset: int) -> list[int]:
        """Where the statements around an offset begin whose bodies may not run, from the inside out."""
        return self._conditions.around(offset)

    def comprehensions(self, node: Node) -> list[int]:
        """Where the comprehensions around a node begin, from the inside out: each is a scope for its variables."""
        return self._comprehensions.around(node.start_byte)

    def is_global(self, name: str, offset: int) -> bool:
        """Whether the function around an offset says that a name is the module's (``global name``)."""
        if "global" not in self.words:
            return False
        scope = self.scopes_around(offset)[:1]
        return any(
            self.scopes_around(node.start_byte)[:1] == scope
            and name in [self.text(child) for child in node.named_children]
            for node in self.nodes("global")
        )

    def class_around(self, offset: int) -> int | None:
        """Where the nearest class around an offset begins."""
        return next(iter(self._classes.around(offset)), None)

    @cached_property
    def calls(self) -> dict[str, list[Node]]:
        """The calls by the last part of the callee's name."""
        table: dict[str, list[Node]] = {}
        for call in self.nodes("call"):
            function = call.child_by_field_name("function")
            if function is not None:
                table.setdefault(self.last_name(function), []).append(call)
        return table

    def returns(self, function: int) -> list[Node]:
        """The expressions that the function which begins at an offset returns."""
        return self._returns.get(function, [])

    @cached_property
    def _returns(self) -> dict[int, list[Node]]:
        table: dict[int, list[Node]] = {}
        for node in self.nodes("return"):
            function = next(iter(self._functions.around(node.start_byte)), -1)
            table.setdefault(function, []).extend(node.named_children[:1])
        return table

    @cached_property
    def _functions(self) -> NestedSpans:
        return NestedSpans(self.nodes("function"))

    @cached_property
    def _classes(self) -> NestedSpans:
        return NestedSpans(self.nodes("class"))

    @cached_property
    def _scopes(self) -> NestedSpans:
        return NestedSpans(self.nodes("function") + self.nodes("class"))

    @cached_property
    def _comprehensions(self) -> NestedSpans:
        return NestedSpans(self.nodes("comprehension"))

    @cached_property
    def _conditions(self) -> NestedSpans:
        return NestedSpans(self.nodes("condition"))


def _is_guessed(node: Node, source: str) -> bool:
    """Whether the parser left something out for a call or an assignment: ``login}("…")``, ``x =; "…"``.

    What is wrong inside of the arguments doesn't count: such a line is only half typed.
    """
    left = node.child_by_field_name("left")
    if left is not None and left.type == "subscript" and _is_guessed(left, source):
        return True
    glued = node.start_byte > 0 and source[node.start_byte - 1].isalnum()
    return glued or any(child.type == "ERROR" for child in node.children)


def _arguments(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    if arguments is None:
        return []
    return arguments.named_children if arguments.type == "argument_list" else [arguments]
