"""Collects the Python of a document: its units, what they import, and which providers it speaks of."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from threading import local
from typing import TYPE_CHECKING, Any

from nbguard.detect.dataflow.earlier_pieces import EarlierPieces, KnownPiece
from nbguard.detect.dataflow.unit import Unit
from nbguard.detect.prefilter import Prefilter
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.documents.decode import decode
from nbguard.documents.fields import Field
from nbguard.documents.stretches import text_stretches
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.providers.sink_index import SinkIndex
    from nbguard.documents.fields import Document, Part

# Longer sources aren't parsed: they are read as text, where a value has to stand at its sink.
LONGEST_SOURCE = 500_000
_MOST_CHUNKS = 2_000
_WIDEST_LINE = 1_000
_FROM = lazy_regex(r"^[ \t#>.]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]{0,2000}\)|[^\n#;]*)", re.MULTILINE)
_IMPORT = lazy_regex(r"^[ \t#>.]*import[ \t]+([^\n#;]*)", re.MULTILINE)
_RENAMED = lazy_regex(r"^[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*([^\W\d][\w.]*)[ \t]*$", re.MULTILINE)
_COMMENTED = lazy_regex(r"^[ \t]*#[^\n]*(?:\n[ \t]*#[^\n]*)*\n?", re.MULTILINE)
_COMMENT = lazy_regex(r"#+(?P<text>[^\n]*)")
_HASHES = lazy_regex(r"^[ \t]*#+:?", re.MULTILINE)
_FENCE = lazy_regex(r"^[ \t>]*(`{3,}|~{3,})[^\n]*\n(?P<body>.*?)(?:^[ \t>]*\1|\Z)", re.MULTILINE | re.DOTALL)
_STATEMENT = lazy_regex(r"^(?=[^\s)\]}#])(?!(?:else|elif|except|finally)\b)", re.MULTILINE)
_BRACKET_OR_STRING = lazy_regex(r"[()\[\]{}]|#[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Program:
    """The Python of one document.

    ``units`` run: code cells, or the file. ``shadows`` don't: commented-out lines, fenced blocks of Markdown. A unit
    that isn't valid Python as a whole is cut into its statements, so that one half-typed line spoils no other.

    What an ``earlier`` version of the document has parsed is taken over from it, which is of no use any more then.
    """

    def __init__(self, document: Document, earlier: Program | None = None) -> None:
        self.document, self._index = document, known_sinks()
        self.units: list[Unit] = []
        self.shadows: list[Unit] = []
        # See evaluate.flow_of.
        self.flow: Any = None
        # What was read, for the next version: one for each part, None where nothing is kept of it.
        self.read: list[KnownPiece[_Piece] | None] = []
        speaking: list[_Piece] = []
        for number, piece in enumerate(self._read(EarlierPieces(earlier.read if earlier is not None else []))):
            for unit in piece.units:
                if unit.number != number:
                    unit.number = number
                (self.shadows if unit.shadow else self.units).append(unit)
            if piece.imports or piece.renamed:
                speaking.append(piece)
        self._read_imports(speaking)
        # What a unit comes to depends on its own text and on this.
        self.context: object = (self.aliases, self.imported, self.named)
        if earlier is not None and earlier.context == self.context:
            self.context = earlier.context

    def _read(self, earlier: EarlierPieces[_Piece]) -> Iterator[_Piece]:
        """The document's pieces in order: those that are known already, and new ones."""
        raw = self.document.raw
        for index, (part, kind) in enumerate(_parts(self.document)):
            known = earlier.take(index, part, kind, raw)
            if known is not None:
                if known.part != part:
                    known = known._replace(part=part)
                    field = Field(known.piece.text, part)
                    for unit in known.piece.units:
                        unit.move(field)
                self.read.append(known)
                yield known.piece
                continue
            self.read.append(None)
            for field in decode(self.document, part):
                if len(field.text) <= LONGEST_SOURCE:
                    units = list(_units_of(field, kind))
                    piece = _Piece(field.text, units, _imports_in(units), _renamed_in(units, self._index))
                    if field.part is part:
                        self.read[-1] = KnownPiece(part, kind, raw[part.start : part.end], piece)
                    yield piece

    def _read_imports(self, pieces: list[_Piece]) -> None:
        self.modules: set[str] = set()
        self.aliases: dict[str, str] = {}
        for shadow in (True, False):
            for piece in pieces:
                for imports in piece.imports:
                    if imports.shadow is shadow:
                        self.modules |= imports.modules
                        self.aliases |= imports.aliases
        for piece in pieces:
            for name, target in piece.renamed:
                self.aliases[name] = self.resolve(target)

    def resolve(self, name: str) -> str:
        """A dotted name with the import behind its first part put in its place."""
        first, dot, rest = name.partition(".")
        return self.aliases.get(first, first) + dot + rest

    @cached_property
    def imported(self) -> frozenset[str]:
        """The ids of the providers of whose modules one is imported."""
        return frozenset(
            provider.id
            for name in self.modules
            for module, provider in self._index.modules.get(name.partition(".")[0], ())
            if name == module or name.startswith(module + ".")
        )

    @cached_property
    def named(self) -> frozenset[str]:
        """The ids of the providers that are imported, or whose host stands anywhere in the document."""
        search = _prefilter_of(tuple(self._index.hosts))
        raw = self.document.raw
        texts = (raw[start:end] for start, end in text_stretches(self.document))
        hosts = {search.literals[hit.literal] for text in texts for hit in search.search(text)}
        return self.imported | {provider.id for host in hosts for provider in self._index.hosts[host]}


class _Latest(local):
    """The program that a thread has asked for last."""

    program: Program | None = None


_latest = _Latest()


def program_of(document: Document) -> Program:
    """The program of a document; the latest one is kept, since a document's fields are asked for one by one.

    Where the latest was of the same path, only the cells that have changed since are parsed.
    """
    latest = _latest.program
    if latest is None or latest.document is not document:
        earlier = latest if latest is not None and latest.document.path == document.path else None
        latest = Program(document, earlier)
        _latest.program = latest
    return latest


def forget_program() -> None:
    """Lets go of the program that this thread has asked for last, and so of its text."""
    _latest.program = None


@lru_cache(maxsize=1)
def _prefilter_of(literals: tuple[str, ...]) -> Prefilter:
    return Prefilter(literals)


class _Imports(NamedTuple):
    """The modules that a unit imports from, and the names it gives to what it imports."""

    shadow: bool
    modules: frozenset[str]
    aliases: dict[str, str]


class _Piece(NamedTuple):
    """A field's text and its units, what they import, and names that they give to calls the catalogue knows."""

    text: str
    units: list[Unit]
    imports: list[_Imports]
    renamed: list[tuple[str, str]]


def _imports_in(units: list[Unit]) -> list[_Imports]:
    return [_read_imports_of(unit) for unit in units if "import" in unit.words]


def _read_imports_of(unit: Unit) -> _Imports:
    modules: set[str] = set()
    aliases: dict[str, str] = {}
    for found in _FROM.finditer(unit.source):
        module = found.group(1)
        modules.add(module)
        for name, alias in _names(found.group(2)):
            modules.add(f"{module}.{name}")
            aliases[alias or name] = f"{module}.{name}"
    for found in _IMPORT.finditer(unit.source):
        for name, alias in _names(found.group(1)):
            modules.add(name)
            if alias:
                aliases[alias] = name
    return _Imports(unit.shadow, frozenset(modules), aliases)


def _renamed_in(units: list[Unit], index: SinkIndex) -> list[tuple[str, str]]:
    return [
        (found.group(1), found.group(2))
        for unit in units
        if not unit.shadow and unit.words & index.calls.keys()
        for found in _RENAMED.finditer(unit.source)
        if found.group(2).rpartition(".")[2] in index.calls
    ]


def _units_of(field: Field, kind: str) -> Iterator[Unit]:
    if kind != "code":
        yield from fenced_units(0, field)
        return
    yield Unit(0, field, field.text)
    if "#" in field.text:
        yield from commented_units(0, field)


def split_broken(unit: Unit) -> list[Unit]:
    """The statements of a unit that isn't valid Python, each with its brackets closed; else the unit itself."""
    if unit.statements is None:
        unit.statements = _split(unit) if unit.cell.tree.root_node.has_error else []
    return unit.statements or [unit]


def _split(unit: Unit) -> list[Unit]:
    starts = [found.start() for found in _STATEMENT.finditer(unit.source)][:_MOST_CHUNKS]
    if not starts:
        return []
    chunks = []
    for start, end in zip(starts, [*starts[1:], len(unit.source)], strict=True):
        chunk = unit.source[start:end]
        if chunk.strip():
            chunks.append(Unit(unit.number, unit.field, close_brackets(chunk), unit.base + start, unit.shadow))
    return chunks


def close_brackets(source: str) -> str:
    """Half-typed source with what is missing at its end: closing brackets, and the quote of its last string."""
    waiting: list[str] = []
    end = 0
    for found in _BRACKET_OR_STRING.finditer(source):
        token, end = found.group(), found.end()
        if token in _CLOSING:
            waiting.append(_CLOSING[token])
        elif waiting and token == waiting[-1]:
            waiting.pop()
    rest = source[end:]
    quote = next((mark for mark in rest if mark in "\"'"), "")
    if not waiting and not quote:
        return source
    return source.rstrip() + quote + "".join(reversed(waiting)) + "\n"


def commented_units(number: int, field: Field) -> Iterator[Unit]:
    """Commented-out lines as code: hashes are blanked, so that offsets stay."""
    text = field.text
    for block in _COMMENTED.finditer(text):
        if "=" in block.group() or "(" in block.group() or "%" in block.group() or "!" in block.group():
            source = _HASHES.sub(lambda found: " " * len(found.group()), block.group())
            yield Unit(number, field, source, block.start(), shadow=True)
    for found in _COMMENT.finditer(text):
        comment = found.group("text")
        if ("=" in comment or "(" in comment) and text[found.start() - 1 : found.start()] not in ("", "\n"):
            line = text.rfind("\n", max(0, found.start() - _WIDEST_LINE), found.start()) + 1
            if text[line : found.start()].strip():
                yield Unit(number, field, comment, found.start("text"), shadow=True)


def fenced_units(number: int, field: Field) -> Iterator[Unit]:
    """The fenced blocks of Markdown as code."""
    for found in _FENCE.finditer(field.text):
        yield Unit(number, field, found.group("body"), found.start("body"), shadow=True)


def _parts(document: Document) -> Iterator[tuple[Part, str]]:
    """The parts that hold Python: code cells and Python files as ``code``, Markdown as ``text``."""
    for part in document.parts:
        if part.where == "source" and part.cell is not None:
            yield part, "code" if part.cell.type == "code" and document.language in ("python", "") else "text"
        elif part.where == "file" and document.language in ("python", "markdown"):
            yield part, "code" if document.language == "python" else "text"


def _names(text: str) -> Iterator[tuple[str, str]]:
    """The names of an import and their aliases: ``(a as b, c)`` gives ``a``, ``b`` and ``c``, empty."""
    for name in text.strip("() \t\r\n").split(","):
        words = name.split("#")[0].split()
        if len(words) == 3 and words[1] == "as":
            yield words[0], words[2]
        elif len(words) == 1:
            yield words[0], ""
