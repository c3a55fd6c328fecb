"""Puts the lookup of a secret that is in Vault already at a cursor, in the form that the place needs."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.imports import choose_name
from nbguard.vault.outside_python import change_outside_python, read_cell_magic
from nbguard.vault.python_code import CodeReplacement
from nbguard.vault.references import format_reference
from nbguard.vault.rewrite import add_imports, python_fields
from nbguard.vault.style import Lookup, expression, foreign_expression, reads_variable
from nbguard.vault.text_changes import CannotRewriteError, TextChange

if TYPE_CHECKING:
    from tree_sitter import Node

    from nbguard.documents.fields import Document, Field
    from nbguard.vault.python_code import PythonCode

_WORD = re.compile(r"\w")


class Inserted(NamedTuple):
    """The changes of each field, and the environment variable that the lookup reads (empty: none)."""

    changes: tuple[tuple[Field, tuple[TextChange, ...]], ...]
    variable: str


def insert_lookup(document: Document, field: Field, start: int, end: int, lookup: Lookup, style: str) -> Inserted:
    """Puts a lookup in the place of the characters from ``start`` to ``end`` of a source, which are what is selected.

    In Python an import comes with it, unless the name is there. Where nothing else stands in the line, the value gets
    a name: that of its key. Raises CannotRewriteError where a lookup can't run.
    """
    span = field.part.start, field.part.end
    codes = python_fields(document, {span})
    code = next((code for code in codes if (code.field.part.start, code.field.part.end) == span), None)
    if code is None:
        change = _outside_python(document, field, start, end, lookup, style)
        return _inserted([(field, (change,))], lookup)
    name = choose_name([other.source for other in codes if other.scope == 0]) if code.scope == 0 else "secret"
    _insert_in_python(code, start, end, lookup, style, name)
    add_imports(codes, name)
    return _inserted([(other.field, tuple(sorted(other.changes))) for other in codes if other.changes], lookup)


def _inserted(changes: list[tuple[Field, tuple[TextChange, ...]]], lookup: Lookup) -> Inserted:
    needs = any(reads_variable(change.text, lookup) for _, own in changes for change in own)
    return Inserted(tuple(changes), lookup.variable if needs else "")


def _insert_in_python(code: PythonCode, start: int, end: int, lookup: Lookup, style: str, name: str) -> None:
    text = code.field.text
    if start < code.start:
        raise CannotRewriteError("this line belongs to a cell magic; put the cursor below it")
    # At the end of a line it is in what the line is.
    magic = code.source.magic_at(start) or code.source.magic_at(_last_before(text, start))
    if magic is not None:
        quote = "'" if '"' in text[magic.start : magic.end] else '"'
        change = TextChange(start, end, f"{{{expression(lookup, style, quote, name)}}}")
        code.accept(CodeReplacement([change], needs=[(style, magic.start)]))
        return
    around = _text_around(code, start, end)
    if around is not None and around.type == "comment":
        code.accept(CodeReplacement([TextChange(start, end, format_reference(lookup.reference, marked=True))]))
        return
    if around is not None:
        start, end = _whole_literal(code, around, start, end)
    change = TextChange(start, end, expression(lookup, style, '"', name))
    if around is None:
        change = _as_line(text, change, lookup.reference.key)
    code.accept(CodeReplacement([change], needs=[(style, change.start)]))


def _text_around(code: PythonCode, start: int, end: int) -> Node | None:
    """The string or comment that a cursor or selection is in, not merely beside."""
    last = _last_before(code.field.text, start)
    before = code.source.smallest(last, last + 1)
    node: Node | None = before if before.type == "comment" else code.source.smallest(start, end)
    while node is not None and node.type not in ("string", "comment"):
        node = code.source.parent(node)
    if node is None:
        return None
    first, last = code.source.span(node)
    if node.type == "comment":
        return node if start > first else None
    return node if first < start and end < last else None


def _last_before(text: str, at: int) -> int:
    """The character before a place, or the place itself where it begins a line."""
    return at - (at > 0 and text[at - 1] != "\n")


def _whole_literal(code: PythonCode, node: Node, start: int, end: int) -> tuple[int, int]:
    """The string's span, where it is empty or all of its content is selected: then the lookup takes its place."""
    content = [child for child in node.children if child.type in ("string_content", "interpolation")]
    first, last = (content[0].start_byte, content[-1].end_byte) if content else (start, end)
    if (start, end) != (first, last):
        raise CannotRewriteError("the cursor is inside of a text in quotation marks: put it where a value goes")
    return code.source.span(node)


def _as_line(text: str, change: TextChange, key: str) -> TextChange:
    """A lookup with nothing else in its line, or before the line's first character, is given a name."""
    line = text.rfind("\n", 0, change.start) + 1
    stop = text.find("\n", change.end)
    before, after = text[line : change.start], text[change.end : stop if stop >= 0 else len(text)]
    if before.strip() or (after.strip() and change.end > change.start):
        if _WORD.match(before[-1:]) or _WORD.match(after[:1]):
            raise CannotRewriteError("the cursor is at a word: put it where a value goes, such as behind `token=`")
        return change
    name = re.sub(r"\W", "_", key)
    if not name.isidentifier() or keyword.iskeyword(name):
        name = f"secret_{name}"
    if not after.strip():
        return change._replace(text=f"{name} = {change.text}")
    indent = re.match(r"[ \t]*", before + after)
    spaces = indent.group() if indent else ""
    return TextChange(line, line, f"{spaces}{name} = {change.text}\n")


def _outside_python(document: Document, field: Field, start: int, end: int, lookup: Lookup, style: str) -> TextChange:
    cell = field.part.cell
    if cell is not None and cell.type == "code" and not read_cell_magic(field.text)[0]:
        code = foreign_expression(lookup, document.language)
        if code is None:
            raise CannotRewriteError(f"there is no lookup for the language {document.language or 'of this kernel'}")
        return TextChange(start, end, code)
    return change_outside_python(document, field, start, field.text[start:end], lookup, style)
