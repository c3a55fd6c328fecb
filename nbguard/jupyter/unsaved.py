"""A notebook that isn't saved yet as a document: the cells of a request, laid out as a file would have them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.fields import Document
from nbguard.documents.notebook import notebook_parts, read_notebook
from nbguard.errors import UnreadableError
from nbguard.jupyter.errors import malformed

if TYPE_CHECKING:
    from nbguard.documents.fields import Field
    from nbguard.jupyter.request_records import NotebookRequest, RequestCell

_BEGINNINGS = {"source": b'"', "outputs": b"[", "metadata": b"{", "attachments": b"{"}
_NAMES = {"source": "a string", "outputs": "a list", "metadata": "an object", "attachments": "an object"}


class Span(NamedTuple):
    """Part of a cell's source in UTF-16 units, as CodeMirror and JavaScript count; the end exclusive."""

    start: int
    end: int


def make_document(request: NotebookRequest, name: str) -> Document:
    """The document of a request's notebook; ``name`` is its path as policies know it.

    The same bytes for the same request. Raises RequestError (400) where a field isn't of the kind it must be.
    """
    cells = b",\n".join([_write_cell(cell, number) for number, cell in enumerate(request.cells)])
    metadata = bytes(request.metadata)
    if metadata:
        _check("metadata", metadata, "")
    else:
        language = json.dumps(request.language or "python").encode()
        metadata = b'{"language_info":{"name":' + language + b"}}"
    raw = b'{"cells":[\n' + cells + b'\n],"metadata":' + metadata + b',"nbformat":4,"nbformat_minor":5}\n'
    try:
        notebook = read_notebook(raw)
        return Document(name, raw, "notebook", notebook.language, notebook_parts(notebook))
    except UnreadableError:
        raise malformed("the cells make no notebook: something in them isn't JSON") from None


def span_in_units(field: Field, start: int, end: int) -> Span:
    """Where the characters from ``start`` to ``end`` of a field stand, in UTF-16 units."""
    first = _units(field.text[:start])
    return Span(first, first + _units(field.text[start:end]))


def character_at(text: str, units: int) -> int:
    """The index of the character that begins ``units`` UTF-16 units into a text; behind its end, the end."""
    if text.isascii():
        return min(units, len(text))
    whole = text.encode("utf-16-le", "surrogatepass")
    return len(whole[: 2 * units].decode("utf-16-le", "surrogatepass"))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _write_cell(cell: RequestCell, number: int) -> bytes:
    pieces = [b'{"cell_type":"', cell.cell_type.encode(), b'"']
    if cell.id:
        pieces += (b',"id":', json.dumps(cell.id).encode())
    for name in ("metadata", "source", "outputs", "attachments"):
        value = bytes(getattr(cell, name))
        if value:
            _check(name, value, f"cells[{number}].")
            pieces += (b',"', name.encode(), b'":', value)
    return b"".join((*pieces, b"}"))


def _check(name: str, value: bytes, place: str) -> None:
    if not value.startswith(_BEGINNINGS[name]):
        raise malformed(f"Expected {_NAMES[name]}, at {place}{name}")
