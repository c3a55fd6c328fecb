"""A credential in Python code: which characters have to change so that a lookup stands in its place."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from nbguard.vault.string_pieces import find_piece
from nbguard.vault.text_changes import CannotRewriteError, TextChange, check_alone, check_neighbours
from nbguard.vault.types_and_patterns import forbid_types_and_patterns

if TYPE_CHECKING:
    from tree_sitter import Node

    from nbguard.vault.python_source import Source

# Gives the expression of a lookup, written with the quotation mark it is given.
Write = Callable[[str], str]
_STRINGS = ("string", "concatenated_string", "binary_operator", "comment")


def changes_in_python(source: Source, start: int, end: int, value: str, write: Write, prose: str) -> list[TextChange]:
    """The changes after which the literal at ``start`` to ``end`` is a lookup.

    ``value`` is the credential as the program sees it; ``prose`` is what stands for it where no code runs: in
    comments and bare strings. Raises CannotRewriteError.
    """
    if start < source.start:
        raise CannotRewriteError("it is in the line of a cell magic")
    if source.is_too_deep:
        raise CannotRewriteError("the code around it is nested too deep")
    node: Node | None = source.smallest(start, end)
    while node is not None and node.type not in _STRINGS:
        node = source.parent(node)
    if node is None:
        raise CannotRewriteError("it isn't a whole string in this code; is a quotation mark missing?")
    if node.type == "comment":
        return [_within(source, start, end, value, prose)]
    forbid_types_and_patterns(source, node)
    write = _with_free_quote(source, node, write)
    while node is not None:
        changes = _changes(source, node, start, end, value, write, prose)
        if changes is not None:
            return changes
        node = _wider(source, node)
    raise CannotRewriteError("the value is put together in a way that can't be replaced in place")


def _changes(
    source: Source, node: Node, start: int, end: int, value: str, write: Write, prose: str
) -> list[TextChange] | None:
    parts = list(_flatten(node))
    texts = [_value_of(source, part) for part in parts]
    for first in range(len(parts)):
        for last in range(first, len(parts)):
            run = texts[first : last + 1]
            if any(text is None for text in run):
                break
            joined = _join(run)
            if joined == value and _covers(source, parts[first], parts[last], start, end):
                check_neighbours(*_around(source, parts[first], parts[last]))
                if _is_bare(source, node):
                    return [_within(source, start, end, value, prose)]
                is_bytes = isinstance(run[0], bytes)
                lookup = write('"') + ".encode()" * is_bytes
                return _replace_run(source, parts[first : last + 1], _apart(source, parts[first], parts[last], lookup))
    if len(parts) == 1:
        changes = _inside_one(source, parts[0], start, end, value, write, prose)
        if changes is not None or _wider(source, node) is not None:
            return changes
    return _inside_several(source, node, texts, value, write)


def _replace_run(source: Source, run: list[Node], lookup: str) -> list[TextChange]:
    """Puts a lookup in the place of literals that stand one after the other."""
    begin, end = source.span(run[0])[0], source.span(run[-1])[1]
    group, other = source.parent(run[0]), source.parent(run[-1])
    if group is None or group.type != "concatenated_string" or other != group:
        if other != group and _unbalanced(source.text[begin:end]):
            raise CannotRewriteError("the value is spread over brackets")
        return [TextChange(begin, end, lookup)]
    # Strings that merely stand side by side are joined by the parser; a call has to be added.
    members = [child for child in group.children if child.type == "string"]
    if members[0] == run[0] and members[-1] == run[-1]:
        return [TextChange(begin, end, lookup)]
    outer_start, outer_end = source.span(group)
    before = [member for member in members if source.span(member)[1] <= begin]
    after = [member for member in members if source.span(member)[0] >= end]
    changes = [TextChange(outer_start, outer_start, "(")] if before else []
    if before:
        joint = source.span(before[-1])[1]
        changes.append(TextChange(joint, joint, " +"))
    text = ("" if before else "(") + lookup + (" +" if after else ")")
    changes.append(TextChange(begin, end, text))
    if after:
        changes.append(TextChange(outer_end, outer_end, ")"))
    return changes


def _around(source: Source, first: Node, last: Node) -> tuple[str | bytes | None, str | bytes | None]:
    """What the literals say that are joined to a run of others, before and after it."""
    top = first
    while (wider := _wider(source, top)) is not None:
        top = wider
    parts = _flatten(top)
    if first not in parts or last not in parts:
        return None, None
    before, after = parts.index(first) - 1, parts.index(last) + 1
    return (
        _value_of(source, parts[before]) if before >= 0 else None,
        _value_of(source, parts[after]) if after < len(parts) else None,
    )


def _apart(source: Source, first: Node, last: Node, lookup: str) -> str:
    """A lookup with a space where a word stands right beside the literals: ``return"…"`` is no call."""
    begin, end = source.span(first)[0], source.span(last)[1]
    before, after = source.text[begin - 1 : begin], source.text[end : end + 1]
    return " " * _is_wordy(before) + lookup + " " * _is_wordy(after)


def _is_wordy(character: str) -> bool:
    return character.isalnum() or character == "_"


def _inside_one(
    source: Source, part: Node, start: int, end: int, value: str, write: Write, prose: str
) -> list[TextChange] | None:
    """The value is a piece of one literal, which becomes an f-string."""
    if part.type != "string":
        return None
    piece = find_piece(source, part, start, end, value)
    if piece is None:
        return None
    in_prose = TextChange(piece.start, piece.end, prose)
    if _is_bare(source, part):
        return [in_prose]
    if _in_format_spec(part, source, piece.start):
        raise CannotRewriteError("it is inside a format specification")
    if "b" in piece.prefix:
        check_alone(source.text, [in_prose])
        return [piece.in_bytes(source, write('"'))]
    if "f" in piece.prefix:
        if piece.is_whole:
            return _replace_run(source, [part], _apart(source, part, part, write('"')))
        if piece.touches_a_field(source):
            raise CannotRewriteError("a field of the f-string stands right beside it, which may be a piece of it")
    in_braces = TextChange(piece.start, piece.end, "{" + write("'" if piece.mark[-1] == '"' else '"') + "}")
    return [in_braces] if "f" in piece.prefix else [in_braces, *piece.into_f_string(source)]


def _inside_several(
    source: Source, node: Node, texts: list[str | bytes | None], value: str, write: Write
) -> list[TextChange] | None:
    """The value's ends are in the middle of joined literals: one f-string takes their place."""
    if not all(isinstance(text, str) for text in texts):
        return None
    joined = "".join(str(text) for text in texts)
    if joined.count(value) != 1:
        return None
    begin, end = source.span(node)
    if "#" in source.text[begin:end] and any(child.type == "comment" for child in node.children):
        raise CannotRewriteError("the value is spread over literals with comments between them")
    before, after = joined.split(value)
    check_neighbours(before, after)
    lookup = write("'")
    return [TextChange(begin, end, f'f"{_quoted(before)}{{{lookup}}}{_quoted(after)}"')]


def _quoted(text: str) -> str:
    table = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "{": "{{", "}": "}}"}
    return "".join(table.get(character) or _printable(character) for character in text)


def _printable(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def _within(source: Source, start: int, end: int, value: str, prose: str) -> TextChange:
    at = start if source.text[start:end] == value else source.text.find(value, start, end)
    if at < 0:
        raise CannotRewriteError("the value isn't written out here")
    return TextChange(at, at + len(value), prose)


def _value_of(source: Source, part: Node) -> str | bytes | None:
    """What a literal says; worked out once, for many credentials may stand in it."""
    if part.id not in source.said:
        source.said[part.id] = _read_literal(source, part)
    return source.said[part.id]


def _read_literal(source: Source, part: Node) -> str | bytes | None:
    if part.type != "string":
        return None
    text = source.slice(part)
    if any(child.type == "interpolation" for child in part.children):
        return None
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(piece.value) for piece in node.values if isinstance(piece, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) else None


def _join(run: list[str | bytes | None]) -> str | None:
    """What literals side by side come to; None where text and bytes are mixed."""
    if all(isinstance(text, str) for text in run):
        return "".join(str(text) for text in run)
    if not all(isinstance(text, bytes) for text in run):
        return None
    return b"".join(text for text in run if isinstance(text, bytes)).decode("utf-8", "replace")


def _flatten(node: Node) -> list[Node]:
    """The operands of a chain of ``+`` and of strings side by side, from left to right."""
    if node.type == "binary_operator" and node.children[1].type == "+":
        return _flatten(node.children[0]) + _flatten(node.children[2])
    if node.type == "parenthesized_expression":
        inner = [child for child in node.named_children if child.type != "comment"]
        return _flatten(inner[0]) if len(inner) == 1 else [node]
    if node.type == "concatenated_string":
        return [child for child in node.named_children if child.type == "string"]
    return [node]


def _wider(source: Source, node: Node) -> Node | None:
    """The chain that ``node`` is an operand of, if it is one."""
    parent = source.parent(node)
    while parent is not None and parent.type == "parenthesized_expression":
        parent = source.parent(parent)
    if parent is None or parent.type not in ("concatenated_string", "binary_operator"):
        return None
    return parent


def _covers(source: Source, first: Node, last: Node, start: int, end: int) -> bool:
    return source.span(first)[0] <= start and end <= source.span(last)[1]


def _is_bare(source: Source, node: Node) -> bool:
    """Whether a string stands by itself as a statement: a docstring, or text that a cell shows. F-strings run."""
    parent = source.parent(node)
    while parent is not None and parent.type in ("concatenated_string", "parenthesized_expression"):
        node, parent = parent, source.parent(parent)
    if parent is None or parent.type != "expression_statement" or parent.child_count != 1:
        return False
    strings = [part for part in _flatten(node) if part.type == "string"]
    return not any("f" in source.slice(part.children[0]).rstrip("'\"").lower() for part in strings)


def _in_format_spec(part: Node, source: Source, at: int) -> bool:
    node: Node | None = source.smallest(at, at + 1)
    while node is not None and node != part:
        if node.type == "format_specifier":
            return True
        node = source.parent(node)
    return False


def _with_free_quote(source: Source, node: Node, write: Write) -> Write:
    """``write``, but inside an f-string's braces with a quotation mark that the f-string doesn't use."""
    used = set()
    current = source.parent(node)
    while current is not None:
        if current.type == "string":
            used.add(source.slice(current.children[0])[-1])
        current = source.parent(current)
    if len(used) == 2:
        raise CannotRewriteError("the f-strings around it use both quotation marks")
    if not used:
        return write
    free = "'" if '"' in used else '"'
    return lambda _: write(free)


def _unbalanced(text: str) -> bool:
    return text.count("(") != text.count(")")
