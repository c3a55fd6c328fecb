"""A notebook that isn't saved yet as a document: the cells of a request, laid out as a file would have them.

While somebody types, one cell of a notebook changes and the others come again as they were. What was read of those is
kept (where their texts begin and end, not the texts), so that only the changed one is read. Blanks behind each cell
leave it room to grow: those behind it stay where they are, and all that is known by their places stays true.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from nbguard.documents.fields import Cell, Document, Part
from nbguard.documents.notebook import read_notebook
from nbguard.documents.notebook_parts import notebook_parts
from nbguard.editing.request_errors import malformed
from nbguard.editing.request_records import RequestCell, explain_invalid
from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.editing.request_records import NotebookRequest

_BEGINNINGS = {"source": b'"', "outputs": b"[", "metadata": b"{", "attachments": b"{"}
_NAMES = {"source": "a string", "outputs": "a list", "metadata": "an object", "attachments": "an object"}
_BEFORE, _BETWEEN, _AFTER = b'{"cells":[\n', b",\n", b"\n]}\n"
# Of half the cost of Part(…), and called a thousand times for an edit.
_make_part = Part._make
_BLANKS = b" " * 8_192
# Bytes that a cell may grow by before those behind it move: at first, and once it has outgrown that.
_ROOM, _MORE_ROOM = 256, 2_048
# Notebooks of which something is kept.
_KEPT = 16


class _Read(NamedTuple):
    """What is known of a cell's JSON: its cell, and its parts as if it were the first bytes of a document."""

    id: str | None
    type: str
    parts: tuple[Part, ...]


class _Placed(NamedTuple):
    """A cell's parts in a document: there, they begin at ``base``, and the next cell's at ``end``."""

    digest: bytes
    number: int
    base: int
    end: int
    parts: tuple[Part, ...]


class _Kept(NamedTuple):
    """What is kept of a notebook: cells by the digest of their JSON, and how they were placed the last time."""

    read: dict[bytes, _Read]
    placed: list[_Placed]


class Unsaved:
    """Reads the notebooks of requests. Used on one thread."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}

    def make_document(self, request: NotebookRequest, name: str) -> Document:
        """The document of a request's notebook; ``name`` is its path as policies know it.

        Raises RequestError (400) for what makes no notebook.
        """
        head, language, parts = _read_head(request)
        before = self._kept.pop((name, language), _Kept({}, []))
        now = _Kept({}, [])
        pieces, at = [head], len(head)
        old: Iterator[_Placed] = iter(before.placed)
        for number, cell in enumerate(request.cells):
            piece = bytes(cell)
            digest = blake2b(piece, digest_size=16).digest()
            read = now.read.get(digest) or before.read.get(digest) or _read_cell(piece, language, number)
            same = next(old, None)
            if same is None or same.base != at or same.digest != digest or same.number != number:
                end = _end_of(piece, at, same)
                same = _Placed(digest, number, at, end, _place(read, number, at))
            now.read[digest] = read
            now.placed.append(same)
            parts += same.parts
            pieces += (piece, _BLANKS[: same.end - at - len(piece) - len(_BETWEEN)], _BETWEEN)
            at = same.end
        if request.cells:
            pieces.pop()
        pieces.append(_AFTER)
        self._kept[name, language] = now
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return Document(name, b"".join(pieces), "notebook", language, tuple(parts))


def _read_head(request: NotebookRequest) -> tuple[bytes, str, list[Part]]:
    """Everything before the first cell, the notebook's language, and the parts of its metadata."""
    metadata = bytes(request.metadata)
    if not metadata:
        metadata = b'{"language_info":{"name":' + msgspec.json.encode(request.language or "python") + b"}}"
    _check("metadata", metadata, "")
    head = b'{"nbformat":4,"nbformat_minor":5,"metadata":' + metadata + b',"cells":[\n'
    try:
        notebook = read_notebook(head + _AFTER)
    except UnreadableError as error:
        raise malformed(f"metadata: {_reason(error)}") from None
    return head, notebook.language, list(notebook_parts(notebook))


def _read_cell(piece: bytes, language: str, number: int) -> _Read:
    """Checks a cell that wasn't seen before and reads where its texts are."""
    place = f"cells[{number}]"
    try:
        cell = msgspec.json.decode(piece, type=RequestCell)
    except msgspec.ValidationError as error:
        raise malformed(explain_invalid(error, place)) from None
    except RecursionError:
        raise malformed(f"{place} is nested too deep") from None
    for name in _BEGINNINGS:
        value = bytes(getattr(cell, name))
        if value:
            _check(name, value, f"{place}.")
    try:
        notebook = read_notebook(_BEFORE + piece + _AFTER)._replace(language=language)
        parts = notebook_parts(notebook)
    except UnreadableError as error:
        raise malformed(f"{place}: {_reason(error)}") from None
    (node,) = notebook.cells
    start = len(_BEFORE)
    return _Read(
        node.cell.id,
        node.cell.type,
        tuple(part._replace(start=part.start - start, end=part.end - start) for part in parts),
    )


def _place(read: _Read, number: int, base: int) -> tuple[Part, ...]:
    """A cell's parts where the cell is number ``number`` and begins at the byte ``base``."""
    cell = Cell(number, read.id, read.type)
    return tuple(
        [
            _make_part((where, cell, path, mime, form, start + base, end + base))
            for where, _, path, mime, form, start, end in read.parts
        ]
    )


def _end_of(piece: bytes, base: int, before: _Placed | None) -> int:
    """Where the next cell begins behind one that begins at ``base``, given what had its place before."""
    least = base + len(piece) + len(_BETWEEN)
    if before is None or before.base != base:
        return least + _ROOM
    return before.end if least <= before.end <= least + 2 * _MORE_ROOM else least + _MORE_ROOM


def _check(name: str, value: bytes, place: str) -> None:
    if not value.startswith(_BEGINNINGS[name]):
        raise malformed(f"Expected {_NAMES[name]}, at {place}{name}")


def _reason(error: UnreadableError) -> str:
    """What the reader says, without the line: that would be a line of ours."""
    return str(error).partition(" (line")[0]
