"""Parses Python that people type into cells: magics and half-typed lines included, positions kept in characters."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbguard.detect.dataflow.magics import Magic, blank_magics, find_magics
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node, Parser, Query, Tree

_NOT_ASCII = lazy_regex(r"[^\x00-\x7f]")
_ESCAPE = lazy_regex(
    r"\\(?:(\r?\n)|([\\'\"abfnrtv])|([0-7]{1,3})|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|N\{([^}]*)\})"
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_QUOTED = lazy_regex(
    r"""(?P<prefix>\b[rRbBuUfF]{1,2})?(?P<quote>"|')(?P<body>(?:\\.|(?!(?P=quote))[^\\\n])*)(?P=quote)"""
)


class ParsedCell(NamedTuple):
    """A parsed piece of Python. Offsets in ``tree`` (bytes there) are characters of ``source``."""

    source: str
    tree: Tree
    magics: list[Magic]


class StringLiteral(NamedTuple):
    """A string literal, by characters of the cell's source.

    ``start`` to ``end`` includes prefix and quotes, ``content`` to ``content_end`` is between the quotes, ``prefix``
    is ``""``, ``"f"``, ``"rb"``, … in lower case, ``quote`` is empty for a bare word of a magic or comment.
    ``value`` is the text with escapes undone; for an f-string with holes, of its constant parts. ``holes``: it is an
    f-string with a ``{…}`` in it. ``expression`` to ``expression_end`` is the implicit concatenation, ``+`` or ``%``
    expression the literal is a part of, or the literal itself. ``place`` is ``code``, ``comment`` or ``magic``.
    """

    start: int
    end: int
    content: int
    content_end: int
    prefix: str
    quote: str
    value: str
    holes: bool
    expression: int
    expression_end: int
    place: str

    @property
    def joined(self) -> bool:
        """Whether the literal is only a part of a concatenation."""
        return (self.start, self.end) != (self.expression, self.expression_end)

    def __repr__(self) -> str:
        """Shows the place only: a literal may be a secret."""
        return f"StringLiteral({self.place}, {self.start}-{self.end})"


def parse_cell(source: str) -> ParsedCell:
    """Parses a cell's source, or a file's. Never fails: what isn't Python becomes ERROR nodes in the tree.

    Takes about 0.4 µs a character, however deep or broken the source is.
    """
    magics = find_magics(source)
    return ParsedCell(source, parse_python(blank_magics(source, magics)), magics)


def parse_python(code: str) -> Tree:
    """The syntax tree of Python without magics. Its byte offsets are characters of the code."""
    # One ASCII letter stands for each other character.
    return _parser().parse((code if code.isascii() else _NOT_ASCII.sub("x", code)).encode("ascii"))


def literal_at(cell: ParsedCell, start: int, end: int) -> StringLiteral | None:
    """The string literal that the characters from ``start`` to ``end`` of a cell's source stand in.

    In comments and magics a quoted word counts as a literal, and a bare one (up to white space) as a literal without
    quotes. None where the characters are code outside of strings.
    """
    source = cell.source
    for magic in cell.magics:
        if magic.start <= start < magic.end:
            return _literal_in_text(source, start, end, magic.start, magic.end, "magic")
    node = cell.tree.root_node.descendant_for_byte_range(start, max(start, end - 1))
    while node is not None and node.type not in ("string", "comment"):
        node = node.parent
    if node is None:
        return None
    if node.type == "comment":
        return _literal_in_text(source, start, end, node.start_byte + 1, node.end_byte, "comment")
    return read_literal(source, node)


def read_literal(source: str, node: Node) -> StringLiteral:
    """The record of a ``string`` node."""
    start, end = node.start_byte, node.end_byte
    content, content_end, holes = start, end, False
    for child in node.children:
        if child.type == "string_start":
            content = child.end_byte
        elif child.type == "string_end":
            content_end = child.start_byte
        elif child.type == "interpolation":
            holes = True
    opening = source[start:content]
    prefix = opening.rstrip("\"'").lower()
    if holes:
        value = "".join(text for text, _, _ in constant_parts(source, node))
    else:
        value = unescape(source[content:content_end], prefix)
    whole = _whole_expression(node)
    return StringLiteral(
        start, end, content, content_end, prefix, opening[len(prefix) :], value, holes,
        whole.start_byte, whole.end_byte, "code",
    )  # fmt: skip


def constant_parts(source: str, node: Node) -> Iterator[tuple[str, int, int]]:
    """The constant parts of a ``string`` node: decoded text and its span; what stands in ``{…}`` is left out."""
    prefix, start = "", -1
    for child in node.children:
        if child.type == "string_start":
            prefix = source[child.start_byte : child.end_byte].rstrip("\"'").lower()
            start = child.end_byte
        elif child.type in ("interpolation", "string_end"):
            if child.start_byte > start >= 0:
                yield unescape(source[start : child.start_byte], prefix), start, child.start_byte
            start = child.end_byte


def unescape(text: str, prefix: str = "") -> str:
    """A literal's text with Python's escapes undone; ``prefix`` in lower case."""
    if "f" in prefix:
        text = text.replace("{{", "{").replace("}}", "}")
    if "\\" not in text or "r" in prefix:
        return text
    return _ESCAPE.sub(_plain_character, text)


@cache
def compile_query(text: str) -> Query:
    """A tree-sitter query on Python, compiled once."""
    from tree_sitter import Query

    return Query(_parser().language, text)  # type: ignore[arg-type]


def captures(tree: Tree, query: str) -> dict[str, list[Node]]:
    """The nodes of a tree that a query names, each list in the order of the source."""
    from tree_sitter import QueryCursor

    found = QueryCursor(compile_query(query)).captures(tree.root_node)
    for nodes in found.values():
        nodes.sort(key=lambda node: node.start_byte)
    return found


@cache
def _parser() -> Parser:
    from tree_sitter import Language, Parser

    return Parser(Language(_grammar().language()))


def _grammar() -> Any:
    """The compiled part of ``tree_sitter_python``. The package around it imports a hundred modules to read queries."""
    from importlib.machinery import PathFinder
    from importlib.util import find_spec, module_from_spec

    package = find_spec("tree_sitter_python")
    places = package.submodule_search_locations if package is not None else None
    found = PathFinder.find_spec("tree_sitter_python._binding", places)
    if found is None or found.loader is None:
        return import_module("tree_sitter_python")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def _plain_character(found: re.Match[str]) -> str:
    newline, plain, octal, *code, name = found.groups()
    if newline:
        return ""
    if plain:
        return _PLAIN.get(plain, plain)
    if octal:
        return chr(int(octal, 8))
    if name is not None:
        import unicodedata

        return unicodedata.lookup(name) if _is_character_name(name) else found.group()
    number = int(next(digits for digits in code if digits), 16)
    return chr(number) if number < 0x110000 else found.group()


def _is_character_name(name: str) -> bool:
    import unicodedata

    try:
        unicodedata.lookup(name)
    except (KeyError, ValueError):
        return False  # ValueError: half of a character, which no name has
    return True


def _whole_expression(node: Node) -> Node:
    whole, above = node, node.parent
    while above is not None:
        if above.type in ("binary_operator", "concatenated_string"):
            whole = above
        elif above.type != "parenthesized_expression":
            break
        above = above.parent
    return whole


def _literal_in_text(source: str, start: int, end: int, first: int, last: int, place: str) -> StringLiteral | None:
    line = max(first, source.rfind("\n", 0, start) + 1)
    line_end = source.find("\n", start)
    line_end = last if line_end < 0 else min(last, line_end)
    for found in _QUOTED.finditer(source, line, line_end):
        if found.start("body") <= start and end <= found.end("body"):
            prefix = (found.group("prefix") or "").lower()
            return StringLiteral(
                found.start(), found.end(), found.start("body"), found.end("body"), prefix, found.group("quote"),
                unescape(found.group("body"), prefix), False, found.start(), found.end(), place,
            )  # fmt: skip
    if not source[start:end].strip() or re.search(r"\s", source[start:end]):
        return None
    return StringLiteral(start, end, start, end, "", "", source[start:end], False, start, end, place)
