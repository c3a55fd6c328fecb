"""Python code as it stands in a cell or a script: parsed with tolerance, IPython's own lines put aside.

Offsets are characters of the whole text, so that what is found can be edited in place.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.dataflow.syntax import parse_python

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_MARIMO_CELL = re.compile(r"@\w+\.cell\b")
_MAGIC_LINE = re.compile(r"^[ \t]*(?:[%!]|\w[\w, ]*=\s*[%!](?!=))", re.MULTILINE)
# Text in which each string that begins ends; of those over lines with holes, only a parser tells.
_CLOSED = re.compile(
    r"(?:[^\"'#]++|#[^\n]*+|(?<![fFtT])(?<![fFtT][rR])(?:\"{3}(?:[^\"\\]|\"(?!\"\")|\\[\s\S])*+\"{3}|'{3}(?:[^'\\]|'(?!'')|\\[\s\S])*+'{3})"
    r"|\"(?!\"\")(?:[^\"\n\\]|\\[^\n])*+\"|'(?!'')(?:[^'\n\\]|\\[^\n])*+')*+"
)
_CODE_AFTER = re.compile(r"([ \t]*%(?:time|timeit|prun|memit|mprun|lprun)\b(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+)(?=\S)")


class MagicLine(NamedTuple):
    """A line that IPython, not Python, understands."""

    start: int
    end: int


# Levels of a syntax tree.
_DEEPEST = 400


class Source:
    """Python text with its syntax tree. ``start`` is where the code begins, after a ``%%`` line.

    ``code`` is the text with nothing but Python in it, each character in its place.
    """

    def __init__(self, text: str, start: int = 0) -> None:
        self.text = text
        self.start = start
        self.code, self.magics = _mask_magics(text, start)
        self.tree = parse_python(self.code)
        # What literals say, by their nodes.
        self.said: dict[int, str | bytes | None] = {}

    @cached_property
    def is_too_deep(self) -> bool:
        """Whether the code is nested deeper than anybody writes: to ask for all that is around a node is slow then."""
        cursor, depth = self.tree.walk(), 0
        while depth <= _DEEPEST:
            if cursor.goto_first_child():
                depth += 1
                continue
            while not cursor.goto_next_sibling():
                if not cursor.goto_parent():
                    return False
                depth -= 1
        return True

    def span(self, node: Node) -> tuple[int, int]:
        """A node's first character and the one after its last."""
        return node.start_byte, node.end_byte

    def slice(self, node: Node) -> str:
        """A node's text."""
        return self.text[node.start_byte : node.end_byte]

    def smallest(self, start: int, end: int) -> Node:
        """The smallest named node that covers the characters from ``start`` to ``end``."""
        root = self.tree.root_node
        return root.named_descendant_for_byte_range(start, end) or root

    def parent(self, node: Node) -> Node | None:
        """What a node stands in; its own ``parent`` is searched for from the root, which takes long in long lines."""
        return self._parents.get(node.id)

    @cached_property
    def _parents(self) -> dict[int, Node]:
        return {child.id: node for node in walk(self.tree.root_node) for child in node.children}

    def magic_at(self, start: int) -> MagicLine | None:
        """The IPython line that holds a character."""
        number = bisect_right(self.magics, MagicLine(start, len(self.text)))
        return self.magics[number - 1] if number and start < self.magics[number - 1].end else None

    def names(self) -> set[str]:
        """Every name that the code binds: assigned, imported (but from nbguard), defined, or a parameter."""
        return {
            self.slice(node) for node in walk(self.tree.root_node) if node.type == "identifier" and self._binds(node)
        }

    def uses(self, name: str) -> bool:
        """Whether the code reads a name; where nothing binds it, it comes from a ``*`` import or from elsewhere."""
        return name in self.text and any(
            node.type == "identifier" and self.slice(node) == name and not _is_only_a_label(node, self.parent(node))
            for node in walk(self.tree.root_node)
        )

    def _binds(self, node: Node) -> bool:
        parent = self.parent(node)
        return parent is not None and _binds(node, parent, self.parent(parent))

    def imported(self, module: str, name: str | None) -> list[tuple[int, str]]:
        """Where the top level imports ``module`` (or ``name`` from it), and what it is called there.

        What a cell of marimo imports all cells have, wherever they stand: it is told as imported at the start.
        """
        found = self._imported_by(self.tree.root_node, module, name)
        for cell in self.marimo_cells():
            body = cell.children[-1].child_by_field_name("body")
            found += [(0, called) for _, called in (self._imported_by(body, module, name) if body else ())]
        return found

    def _imported_by(self, block: Node, module: str, name: str | None) -> list[tuple[int, str]]:
        return [
            (node.start_byte, bound[2])
            for node in block.children
            if node.type in ("import_statement", "import_from_statement")
            for bound in _imports(self.slice(node))
            if bound[:2] == (module, name)
        ]

    def marimo_cells(self) -> list[Node]:
        """The functions that are cells, where this is a notebook of marimo: nothing outside of them is seen by them.

        Source: https://docs.marimo.io/guides/coming_from/jupyter/, "marimo file format".
        """
        if "marimo" not in self.text or not self._imported_by(self.tree.root_node, "marimo", None):
            return []
        return [
            node
            for node in self.tree.root_node.children
            if node.type == "decorated_definition" and _MARIMO_CELL.match(self.slice(node))
        ]


def only_python(text: str, start: int = 0) -> str:
    """Python text with a statement of the same length in the place of each line of IPython."""
    return _mask_magics(text, start)[0]


def count_errors(text: str, start: int = 0) -> int:
    """How many places of Python text don't parse."""
    return errors_of(parse_python(_mask_magics(text, start)[0]).root_node)


def errors_of(root: Node) -> int:
    """How many places below a node don't parse."""
    waiting, count = [root], 0
    while waiting:
        node = waiting.pop()
        count += node.is_error or node.is_missing
        waiting.extend(child for child in node.children if child.has_error or child.is_error or child.is_missing)
    return count


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in order, without recursion."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _mask_magics(text: str, start: int) -> tuple[str, list[MagicLine]]:
    """The text with each IPython line replaced by a statement of the same length, and those lines."""
    masked = _blank(text, 0, start)
    magics: list[MagicLine] = []
    # Up to here it is known that no string is open: the text is parsed only where one may be since.
    outside, tree = start, None
    for found in _MAGIC_LINE.finditer(text, start):
        at = found.end() - 1
        if magics and magics[-1].end > at:
            continue
        if _is_closed(masked, outside, at):
            outside = at
        else:
            # The parser must see everything before as it is, to tell a line inside a string from a magic.
            tree = tree or parse_python(masked)
            if _inside_string(tree.root_node.descendant_for_byte_range(at, at)):
                continue
        end = _end_of_magic(text, found.start())
        code = _CODE_AFTER.match(text, found.start())
        if code is not None:
            # What follows %time is Python: only the magic's name is put aside.
            masked = masked[: found.start()] + _filler(text[found.start() : code.end()]) + masked[code.end() :]
            tree = None
            continue
        magics.append(MagicLine(found.start(), end))
        masked, tree = masked[: found.start()] + _statement(text[found.start() : end]) + masked[end:], None
    return masked, magics


def _is_closed(text: str, start: int, end: int) -> bool:
    """Whether no string that begins in a part of a text goes on behind it; False where that isn't plain."""
    return _CLOSED.fullmatch(text, start, end) is not None


def _inside_string(node: Node | None) -> bool:
    while node is not None:
        if node.type in ("string", "string_content", "comment"):
            return True
        if node.type == "interpolation":
            return False
        node = node.parent
    return False


def _end_of_magic(text: str, start: int) -> int:
    """The end of an IPython line; a backslash at its end joins the next one."""
    end = start
    while True:
        line_end = text.find("\n", end)
        if line_end < 0:
            return len(text)
        if text[line_end - 1 : line_end] != "\\":
            return line_end
        end = line_end + 1


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _statement(line: str) -> str:
    indent = len(line) - len(line.lstrip(" \t"))
    rest = re.sub(r"[^\n]", " ", line[indent:])
    first = rest.split("\n", 1)[0]
    return line[:indent] + ("pass" + rest[4:] if len(first) >= 4 else "0" + rest[1:])


def _filler(head: str) -> str:
    """A beginning of the same length after which an expression may follow: ``_ = ``."""
    indent = len(head) - len(head.lstrip(" \t"))
    return head[:indent] + "_" + " " * (len(head) - indent - 3) + "= "


def _binds(node: Node, parent: Node, grand: Node | None) -> bool:
    kind = parent.type
    if kind in ("parameters", "lambda_parameters", "as_pattern_target", "global_statement"):
        return True
    if kind in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"):
        return True
    if kind in (
        "function_definition",
        "class_definition",
        "default_parameter",
        "typed_default_parameter",
        "typed_parameter",
    ):
        return parent.child_by_field_name("name") == node or kind == "typed_parameter"
    if kind in ("assignment", "augmented_assignment", "for_statement", "for_in_clause"):
        return parent.child_by_field_name("left") == node
    if kind == "named_expression":
        return parent.child_by_field_name("name") == node
    return kind in ("dotted_name", "aliased_import") and grand is not None and _is_foreign_import(grand)


def _is_only_a_label(node: Node, parent: Node | None) -> bool:
    """Whether an identifier is an attribute's, a keyword's or an import's, not a name that is looked up."""
    if parent is None:
        return False
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") == node
    return parent.type in ("dotted_name", "aliased_import") or (
        parent.type == "keyword_argument" and parent.child_by_field_name("name") == node
    )


def _is_foreign_import(node: Node) -> bool:
    if node.type == "import_from_statement":
        module = node.child_by_field_name("module_name")
        return module is None or module.text != b"nbguard"
    return node.type == "import_statement"


def _imports(statement: str) -> list[tuple[str, str | None, str]]:
    try:
        body = ast.parse(statement).body
    except (SyntaxError, ValueError):
        return []
    bound: list[tuple[str, str | None, str]] = []
    for node in body:
        if isinstance(node, ast.Import):
            bound += [(alias.name, None, alias.asname or alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            bound += [(node.module or "", alias.name, alias.asname or alias.name) for alias in node.names]
    return bound
