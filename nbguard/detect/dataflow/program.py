"""Collects the Python of a document: its units, what they import, and which providers it speaks of."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from threading import local
from typing import TYPE_CHECKING, Any

from nbguard.detect.dataflow.earlier_pieces import Change, EarlierPieces, KnownPiece
from nbguard.detect.dataflow.imported_names import CodePiece, join_imports, read_piece, resolve
from nbguard.detect.dataflow.unit import Unit
from nbguard.detect.edit_memory import edits_of
from nbguard.detect.prefilter import Prefilter
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.documents.decode import decode
from nbguard.documents.fields import Field
from nbguard.documents.stretches import text_stretches
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.documents.fields import Document, Part

# Longer sources aren't parsed: they are read as text, where a value has to stand at its sink.
LONGEST_SOURCE = 500_000
_MOST_CHUNKS = 2_000
_WIDEST_LINE = 1_000
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
        # See evaluate.flow_of; and, by detector, what was found by it (see flow_memory).
        self.flow: Any = None
        self.spent = 0
        self.memory: dict[str, Any] = {}
        self._edits = edits_of(document.path, document.raw) if earlier is not None else None
        # What was read, for the next version: one for each part, None where nothing is kept of it.
        self.read: list[KnownPiece[CodePiece] | None] = []
        # Those of the pieces that import or rename something, with their numbers.
        self._speaking: list[tuple[int, CodePiece]] = []
        change = self._take_over(earlier) if earlier is not None else None
        if change is None:
            self._take(self._read(document.parts, EarlierPieces(earlier.read if earlier is not None else [])), 0)
        self.modules, self.aliases = join_imports(piece for _, piece in self._speaking)
        # What a unit comes to depends on its own text and on this.
        self.context: object = (self.aliases, self.imported, self.named)
        if earlier is not None and earlier.context == self.context:
            self.context = earlier.context
            if change is not None:
                self.memory = {name: known.after(change) for name, known in earlier.memory.items()}

    def _take(self, pieces: Iterable[CodePiece], number: int) -> None:
        """Puts pieces behind those that are there already; ``number`` is that of the first."""
        for at, piece in enumerate(pieces, number):
            for unit in piece.units:
                if unit.number != at:
                    unit.number = at
                (self.shadows if unit.shadow else self.units).append(unit)
            if piece.imports or piece.renamed:
                self._speaking.append((at, piece))

    def _take_over(self, earlier: Program) -> Change | None:
        """Takes over what lies before and behind the parts that have changed; None where that can't be told."""
        changed = self._changed_parts(earlier)
        if changed is None:
            return None
        first, last = changed
        old, parts = earlier.document, self.document.parts
        known = [piece for piece in earlier.read if piece is not None]
        begin, end = (
            bisect_left(known, old.parts[at].start if at < len(parts) else len(old.raw), key=_start_of_piece)
            for at in (first, last)
        )
        between = list(self._read(parts[first:last], EarlierPieces(list(earlier.read[begin:end]))))
        if len(self.read) != end - begin or None in self.read or len(between) != len(self.read):
            self.read = []
            return None
        self.read = [*earlier.read[:begin], *self.read, *earlier.read[end:]]
        rows = (earlier.units, self.units), (earlier.shadows, self.shadows)
        gone: list[Unit] = []
        for before, now in rows:
            now += before[: _at(before, begin)]
            gone += before[_at(before, begin) : _at(before, end)]
        self._speaking = [(number, piece) for number, piece in earlier._speaking if number < begin]
        self._take(between, begin)
        for before, now in rows:
            now += before[_at(before, end) :]
        self._speaking += [(number, piece) for number, piece in earlier._speaking if number >= end]
        return Change([unit for piece in between for unit in piece.units], gone)

    def _changed_parts(self, earlier: Program) -> tuple[int, int] | None:
        """From which part of the document to which something has changed; None where others aren't where they were."""
        old, new, edits = earlier.document, self.document, self._edits
        if edits is None or edits.before is not old.raw or edits.grown or None in earlier.read:
            return None
        if (old.language, len(old.parts)) != (new.language, len(new.parts)):
            return None
        first = bisect_left(new.parts, edits.head, key=_start_of)
        while first and new.parts[first - 1].end > edits.head:
            first -= 1
        last = bisect_left(new.parts, len(new.raw) - edits.tail, first, key=_start_of)
        same = old.parts[:first] == new.parts[:first] and old.parts[last:] == new.parts[last:]
        return (first, last) if same else None

    def _read(self, parts: Iterable[Part], earlier: EarlierPieces[CodePiece]) -> Iterator[CodePiece]:
        """The pieces of some parts in order: those that are known already, and new ones."""
        raw = self.document.raw
        for index, (part, kind) in enumerate(_python_in(self.document, parts)):
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
                    piece = read_piece(field.text, list(_units_of(field, kind)), self._index)
                    if field.part is part:
                        self.read[-1] = KnownPiece(part, kind, raw[part.start : part.end], piece)
                    yield piece

    def resolve(self, name: str) -> str:
        """A dotted name with the import behind its first part put in its place."""
        return resolve(name, self.aliases)

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
        raw, stretches = self.document.raw, text_stretches(self.document)
        if self._edits is not None and len(stretches) == 1:
            longest = max(map(len, search.literals), default=0)
            said = self._edits.answers(search, longest, lambda raw, start, end: search.search(raw[start:end]))
            found = [hits for _, hits in said]
        else:
            found = [search.search(raw[start:end]) for start, end in stretches]
        hosts = {search.literals[hit.literal] for hits in found for hit in hits}
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


def _python_in(document: Document, parts: Iterable[Part]) -> Iterator[tuple[Part, str]]:
    """Those of some parts that hold Python: code cells and Python files as ``code``, Markdown as ``text``."""
    for part in parts:
        if part.where == "source" and part.cell is not None:
            yield part, "code" if part.cell.type == "code" and document.language in ("python", "") else "text"
        elif part.where == "file" and document.language in ("python", "markdown"):
            yield part, "code" if document.language == "python" else "text"


def _start_of(part: Part) -> int:
    return part.start


def _start_of_piece(piece: KnownPiece[CodePiece]) -> int:
    return piece.part.start


def _at(units: list[Unit], number: int) -> int:
    """Where among some units, which are in order, those of a number begin."""
    return bisect_left(units, number, key=_number_of)


def _number_of(unit: Unit) -> int:
    return unit.number
