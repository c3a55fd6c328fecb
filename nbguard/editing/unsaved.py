"""A notebook that isn't saved yet as a document: the cells of a request, laid out as a file would have them.

While somebody types, one cell of a notebook changes and the others come again as they were. Those are left where they
are, so that only the changed one is read. Blanks behind each cell
leave it room to grow: those behind it stay where they are, and all that is known by their places stays true.
"""

from __future__ import annotations

from hashlib import blake2b
from operator import eq
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from nbguard.documents.fields import Cell, Document, Part
from nbguard.documents.notebook import read_notebook
from nbguard.documents.notebook_parts import notebook_parts
from nbguard.editing.request_errors import malformed
from nbguard.editing.request_records import RequestCell, explain_invalid
from nbguard.errors import UnreadableError

if TYPE_CHECKING:
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
    """A cell in a document: it begins at ``base``, the next one at ``end``, and ``parts`` of the document's parts stand
    before it.
    """

    digest: bytes
    base: int
    end: int
    parts: int


class _Kept(NamedTuple):
    """What is kept of a notebook: its document, the JSON of its cells and how they were placed in it, and all that was
    read of cells, by the digest of their JSON.
    """

    head: bytes
    cells: list[msgspec.Raw]
    placed: list[_Placed]
    parts: tuple[Part, ...]
    raw: bytes
    read: dict[bytes, _Read]


class Unsaved:
    """Reads the notebooks of requests. Used on one thread."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Unsaved({len(self._kept)} notebooks)"

    def forget(self) -> None:
        """Lets go of all texts."""
        self._kept.clear()

    def make_document(self, request: NotebookRequest, name: str) -> Document:
        """The document of a request's notebook; ``name`` is its path as policies know it.

        Raises RequestError (400) for what makes no notebook.
        """
        head, language, parts = _read_head(request)
        before = self._kept.pop((name, language), _Kept(b"", [], [], (), b"", {}))
        if before.head != head:
            before = _Kept(head, [], [], (), b"", before.read)
        now = _laid_out(list(request.cells), language, tuple(parts), before)
        self._kept[name, language] = now
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return Document(name, now.raw, "notebook", language, now.parts)


def _laid_out(cells: list[msgspec.Raw], language: str, head_parts: tuple[Part, ...], before: _Kept) -> _Kept:
    """The cells behind each other: first those that are as they were, then what changed, then those behind it that can
    stay where they are.
    """
    first, last = _unchanged(cells, before.cells)
    read, placed = before.read, before.placed[:first]
    at = before.placed[first].base if first else len(before.head)
    pieces = [before.raw[:at] if first else before.head]
    parts = list(before.parts[: before.placed[first].parts] if first else head_parts)
    for number in range(first, len(cells)):
        old = before.placed[number] if number < len(before.placed) else None
        if old is not None and number == last and old.base == at:
            rest, more = before.placed[last:], len(parts) - old.parts
            placed += [place._replace(parts=place.parts + more) for place in rest] if more else rest
            parts += before.parts[old.parts :]
            return _Kept(before.head, cells, placed, tuple(parts), b"".join([*pieces, before.raw[at:]]), read)
        piece = bytes(cells[number])
        digest = blake2b(piece, digest_size=16).digest()
        if digest not in read:
            read[digest] = _read_cell(piece, language, number)
        end = _end_of(piece, at, old)
        placed.append(_Placed(digest, at, end, len(parts)))
        parts += _place(read[digest], number, at)
        pieces += (piece, _BLANKS[: end - at - len(piece) - len(_BETWEEN)], _BETWEEN)
        at = end
    if cells:
        pieces.pop()
    pieces.append(_AFTER)
    if len(read) > 2 * len(cells) + _KEPT:
        read = {place.digest: read[place.digest] for place in placed}
    return _Kept(before.head, cells, placed, tuple(parts), b"".join(pieces), read)


def _unchanged(cells: list[msgspec.Raw], before: list[msgspec.Raw]) -> tuple[int, int]:
    """Up to which cell, and from which one on, cells are what they were. What is behind the last one is no other's."""
    same = [*map(eq, cells, before), False]
    first = min(same.index(False), max(0, min(len(cells), len(before)) - 1))
    if len(cells) != len(before) or not cells:
        return first, len(cells)
    return first, len(cells) - same[-2::-1].index(False) if False in same[:-1] else first


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
