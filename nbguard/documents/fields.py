"""The records a document is made of: parts (undecoded, with their byte span) and fields (decoded text)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.documents.spans import Member

# A shorter key, id or name holds no token.
SHORTEST_NAME = 16
# The ends of the names of files whose text is torn apart by marks, as highlighted code is.
MARKED_UP = (".html", ".htm", ".xhtml", ".tex")


class Cell(NamedTuple):
    """A cell of a notebook. ``number`` counts from 0 over all cells; ``id`` is None before nbformat 4.5."""

    number: int
    id: str | None
    type: str


class Part(NamedTuple):
    """A value in a document that holds text, not decoded yet.

    ``where`` is the place as reports name it: source, output, traceback, metadata, attachment, widget or file.
    ``path`` is the way to the value inside its cell or document, such as ``outputs[0].data.text/html``.
    ``form`` says how the text is written down: ``text`` (a file, or a stretch
    of a binary one), ``string`` (a JSON string), ``lines`` (a
    JSON list of strings, joined as they are), ``frames`` (a JSON list of strings, joined by line feeds), ``json`` (any
    JSON value), ``damaged`` (a stretch of JSON that isn't whole: its escapes are undone), or the encoding of a stretch
    of a file that has several. ``start`` and ``end`` are byte offsets in the document.
    """

    where: str
    cell: Cell | None
    path: str
    mime: str
    form: str
    start: int
    end: int


class Output(NamedTuple):
    """An output of a code cell; ``data`` holds the members by MIME type, ``span`` the whole object."""

    type: str
    name: str
    members: tuple[Member, ...]
    data: tuple[Member, ...]
    span: Member


class CellNode(NamedTuple):
    """A cell with the spans of its members; ``outputs`` are walked one level deeper."""

    cell: Cell
    members: tuple[Member, ...]
    outputs: tuple[Output, ...]
    span: Member

    def spans(self, *keys: str) -> list[Member]:
        """The members of these names (duplicates included), in file order."""
        return [member for member in self.members if member.key in keys]


class Notebook(NamedTuple):
    """A notebook's structure. ``text`` is the file as Latin-1: offsets in it are byte offsets.

    ``problem`` says what isn't JSON in it, though it could be read; empty when all is well. ``worksheets`` are what the
    worksheets of old formats have beside their cells.
    """

    text: str
    members: tuple[Member, ...]
    cells: tuple[CellNode, ...]
    nbformat: int
    language: str
    problem: str = ""
    worksheets: tuple[Member, ...] = ()


class Field(NamedTuple):
    """The decoded text of a part, or of one string inside a part of form ``json``.

    ``key`` is the nearest object key above a string inside JSON, else empty.
    """

    text: str
    part: Part
    key: str = ""

    def __repr__(self) -> str:
        """Shows the place only: a field's text may hold a secret."""
        return f"Field({self.part.where}, {self.part.cell}, {self.part.path!r}, {len(self.text)} characters)"


class Document(NamedTuple):
    """A file's bytes and the parts in it that hold text, in file order.

    ``kind`` is ``notebook`` or ``text``; ``language`` is the kernel's or the file's language in lower case
    (``python``, ``julia``, ``json``, …), empty where unknown. ``problem`` says why a file that calls itself a
    notebook had to be read as plain text, or what in it isn't JSON; empty when all is well.
    """

    path: str
    raw: bytes
    kind: str
    language: str
    parts: tuple[Part, ...]
    problem: str = ""

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Document({self.path!r}, {self.kind}, {len(self.raw)} bytes, {len(self.parts)} parts)"


class Edit(NamedTuple):
    """Replaces the bytes from ``start`` to ``end`` of a document."""

    start: int
    end: int
    replacement: bytes

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Edit({self.start}, {self.end}, {len(self.replacement)} bytes)"
