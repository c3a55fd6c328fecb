"""Proves that code with lookups is the program it was: its syntax tree is equal but for texts that lookups give now.

Both trees are brought into one form first. A lookup counts as the text that it gives, and texts that are joined count
as one, by ``+``, side by side or in an f-string; so do bytes. Statements that import what lookups need don't count.
"""

from __future__ import annotations

import ast
from functools import cached_property, lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

# A syntax tree as tuples: what kind of node, and what is in it.
Form = tuple[Any, ...]

# What the expression of a lookup is, in any style.
_LOOKUPS = ("Call", "Subscript")


class StandIn(NamedTuple):
    """What stands for a value in changed code: the expression of a lookup, and the reference where no code runs."""

    expression: str
    prose: str
    value: str

    def __repr__(self) -> str:
        """Shows no value."""
        return f"StandIn({self.expression})"


class OriginalCode:
    """Python code that is going to be changed. ``code`` has no lines but Python's."""

    def __init__(self, code: str) -> None:
        self._code = code

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree; None where the code doesn't parse, so that nothing can be proved of it."""
        return _parse(self._code)

    def stays_the_same(self, code: str, stand_ins: Iterable[StandIn], imports: Iterable[str] = ()) -> bool:
        """Whether changed code does what this one does, once each lookup gives its value.

        True of code that didn't parse before. Raises RecursionError for code that is nested too deep.
        """
        if self.tree is None:
            return True
        tree = _parse(code)
        if tree is None:
            return False
        known = list(stand_ins)
        added = {_Reader({}, {}).read(ast.parse(line).body[0]) for line in imports if line}
        reader = _Reader(
            {_form_of(one.expression): one.value for one in known}, {one.prose: one.value for one in known}
        )
        return self._read(reader, added) == reader.read_module(tree, added)

    def _read(self, reader: _Reader, without: Container[Form]) -> Form:
        """The code as a reader reads it: the same for all of them, where nothing in it stands for a value yet."""
        forms, seen = self._forms
        if reader.changes_nothing(self._code, seen):
            return tuple(form for form in forms if form not in without)
        return reader.read_module(self.tree, without)

    @cached_property
    def _forms(self) -> tuple[Form, set[Form]]:
        """The code as it is, and what in it could be a lookup."""
        reader = _Reader({}, {})
        return reader.read_module(self.tree, ()), reader.seen


def _parse(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=4096)
def _form_of(expression: str) -> Form:
    return _Reader({}, {}).read(ast.parse(expression, mode="eval").body)


class _Reader:
    """Brings syntax trees into one form."""

    def __init__(self, lookups: Mapping[Form, str], prose: Mapping[str, str]) -> None:
        self._lookups, self._prose = lookups, prose
        self.seen: set[Form] = set()
        # There may be thousands: where one stands is told by how all begin, and which by how long they are.
        self._beginning = _common_beginning(prose)
        self._lengths = sorted(set(map(len, prose)), reverse=True)

    def changes_nothing(self, code: str, seen: Container[Form]) -> bool:
        """Whether code has nothing that stands for a value; ``seen`` is all in it that could be a lookup."""
        return not any(form in seen for form in self._lookups) and not (self._prose and self._beginning in code)

    def read_module(self, tree: ast.Module | None, without: Container[Form]) -> Form:
        """A module without some of its statements."""
        body = [] if tree is None else tree.body
        return tuple(form for form in map(self.read, body) if form not in without)

    def read(self, node: Any) -> Form:
        """The form of a node, of a list of nodes, or of what a node holds."""
        if isinstance(node, list):
            return tuple(self.read(item) for item in node)
        if not isinstance(node, ast.AST):
            return type(node).__name__, repr(node)
        if isinstance(node, ast.Expr) and (bare := self._bare_text(node.value)) is not None:
            return "bare", bare
        if isinstance(node, ast.expr) and _is_joined(node):
            return _as_one(self._pieces(node))
        form = type(node).__name__, *(self.read(getattr(node, name, None)) for name in node._fields)
        if form[0] in _LOOKUPS:
            self.seen.add(form)
            if form in self._lookups:
                return "text", self._lookups[form]
        return _encoded(node, form) or form

    def _bare_text(self, node: ast.expr) -> str | None:
        """A string that is a statement, with values in the place of what stands for them."""
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return None
        pieces: list[str] = []
        behind = 0
        while self._prose and (at := node.value.find(self._beginning, behind)) >= 0:
            ends = (at + length for length in self._lengths)
            end = next((end for end in ends if node.value[at:end] in self._prose), at + 1)
            pieces += (node.value[behind:at], self._prose.get(node.value[at:end], node.value[at:end]))
            behind = end
        return "".join((*pieces, node.value[behind:]))

    def _pieces(self, node: ast.expr) -> list[Form]:
        """What is joined to one text, from left to right."""
        waiting, pieces = [node], []
        while waiting:
            part = waiting.pop()
            if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
                waiting += (part.right, part.left)
            elif isinstance(part, ast.JoinedStr):
                waiting += reversed(part.values)
            elif isinstance(part, ast.Constant) and isinstance(part.value, (str, bytes)):
                pieces.append(("text", part.value))
            elif isinstance(part, ast.FormattedValue):
                inner = self.read(part.value)
                plain = part.conversion == -1 and part.format_spec is None and inner[0] == "text"
                pieces.append(inner if plain else ("field", inner, part.conversion, self.read(part.format_spec)))
            else:
                inner = self.read(part)
                pieces += inner[1:] if inner[0] == "joined" else [inner]
        return pieces


def _common_beginning(texts: Iterable[str]) -> str:
    first, last = min(texts, default=""), max(texts, default="")
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(character for character, _ in same)


def _is_joined(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (str, bytes))
    return isinstance(node, (ast.JoinedStr, ast.FormattedValue)) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
    )


def _as_one(pieces: list[Form]) -> Form:
    """Pieces with texts that stand side by side as one; an empty text says nothing beside another piece."""
    joined: list[Form] = []
    for piece in pieces:
        last = joined[-1] if joined else ("", "")
        if piece[0] == last[0] == "text" and type(piece[1]) is type(last[1]):
            joined[-1] = ("text", last[1] + piece[1])
        else:
            joined.append(piece)
    return joined[0] if len(joined) == 1 and joined[0][0] == "text" else ("joined", *joined)


def _encoded(node: ast.AST, form: Form) -> Form | None:
    """The bytes that ``"…".encode()`` gives."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "encode":
        return None
    text = form[1][1]
    is_text = text[0] == "text" and isinstance(text[1], str)
    return ("text", text[1].encode("utf-8", "surrogatepass")) if is_text and not (node.args or node.keywords) else None
