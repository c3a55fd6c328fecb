"""Credentials that code puts into a text by a name: ``f"{url}?key={k}"``, ``"password=%s" % p``, ``%env TOKEN=$t``.

The text is put together from its literals as far as they are known, and other detectors look at it as if it were
written so. Findings in what was put into it count; each sits where that is written.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.generic.decoded_search import DecodedSearch
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.values.classifier import is_random_password
from nbguard.documents.file_kinds import language_of
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tree_sitter import Node

    from nbguard.detect.dataflow.evaluate import Flow
    from nbguard.detect.dataflow.literal_values import Piece, Value
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile

# The detectors that look at a filled text.
_INSIDE = ("sinks", "named-pairs", "address-passwords")
_FILLED = load_knowledge("places")["filled"]
_LITERALS = (
    *(word + hole for word in _FILLED["words"] for hole in _FILLED["holes"]),
    *_FILLED["addresses"],
)
_HOLES, _MADE, _NAMES_READ = "has holes", "holds a random literal", "names in lines"
_MOST_TEXTS, _MOST_VALUES, _LONGEST, _HIGHEST = 200, 4, 8_000, 64
# What is put together for a text, in steps of the data flow, and in all for a document, in characters.
_STEPS, _MOST_WRITTEN = 100, 40_000
# What can be a credential at all.
_VALUE = lazy_regex(r"(?=\S{0,80}?[0-9!@#^*~$%&])(?=\S{0,80}?[A-Za-z])\S{6,4096}")
# A literal of letters and digits, as a random one is.
_LITERAL = lazy_regex(r"([\"'])(?=[^\"'\\\s]{0,200}?[0-9])(?P<value>[^\"'\\\s]{8,4096})\1")
# What a magic or a shell line puts in: `$name`, `{name}`.
_IN_LINE = lazy_regex(r"\$\{?([A-Za-z_]\w{0,60})\}?|\{([A-Za-z_]\w{0,60})\}")
_UNKNOWN = "{}"
_PARTS_OF_TEXT = ("string", "binary_operator", "parenthesized_expression")


class FilledTextDetector(Detector):
    """What other detectors find in a text that code fills."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The words of names with a hole behind them, and holes in addresses; in the raw bytes of JSON, too."""
        for text in _LITERALS:
            for written in dict.fromkeys((text, text.replace('"', '\\"'))):
                yield Literal(written)

    def confirms(self, file: RawFile, _topics: Sequence[str], _start: int, _end: int, /) -> bool:
        """Whether the file may hold Python."""
        return file.notebook or language_of(file.path) == "python"

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields what was put in, where it is written."""
        document = candidates.document
        if document.language != "python":
            return
        from nbguard.detect.dataflow.evaluate import flow_of
        from nbguard.detect.dataflow.program import program_of

        program = program_of(document)
        if not any(_holds_made(unit) for unit in program.units):
            return
        search = DecodedSearch(self.scope, _INSIDE)
        room = _MOST_WRITTEN
        for unit, value, line in _texts_in(filter(_has_holes, program.units), flow_of(program)):
            written, before = _written(value, line=line)
            room -= len(written)
            if room < 0:
                break
            field = unit.field._replace(text=written)
            for finding in search.find(document, field):
                if finding.field is field:
                    yield from _placed(finding, value, before)


def _holds_made(unit: Unit) -> bool:
    """Whether one of a unit's literals can be a credential: where none is, no text has to be put together."""
    if _MADE not in unit.memory:
        literals = {found["value"] for found in _LITERAL.finditer(unit.source)}
        unit.memory[_MADE] = any(is_random_password(literal) for literal in literals)
    made: bool = unit.memory[_MADE]
    return made


def _has_holes(unit: Unit) -> bool:
    """Whether one of a unit's texts is filled behind a word that matters."""
    if _HOLES not in unit.memory:
        lowered = unit.source.lower()
        unit.memory[_HOLES] = any(text in lowered for text in _LITERALS)
    has: bool = unit.memory[_HOLES]
    return has


def _written(value: Value, *, line: bool) -> tuple[str, int]:
    """A text as code has it, and how many characters stand before it."""
    text = "".join(piece.text or "" for piece in value)
    if line:
        return text, 0
    quote = next((mark for mark in "\"'" if mark not in text and "\n" not in text), '"""')
    return quote + text + quote, len(quote)


def _placed(finding: Finding, value: Value, before: int) -> Iterator[Finding]:
    """A finding in a filled text, where the piece is written that it is the whole of; none where it is no piece."""
    from nbguard.detect.dataflow.literal_values import place_of

    at = before
    for piece in value:
        text = piece.text or ""
        first, last = finding.start - at, finding.end - at
        at += len(text)
        if first >= 0 and last <= len(text) and text != _UNKNOWN and text[first:last] == text.strip():
            place = place_of((piece,), first, last)
            if place is not None:
                field, start, end = place
                yield finding._replace(field=field, start=start, end=end)


def _texts_in(units: Iterable[Unit], flow: Flow) -> Iterator[tuple[Unit, Value, bool]]:
    """The texts of a document that are filled, as far as they are known, and whether each is a line of another
    language.
    """
    from nbguard.detect.dataflow.site import Site

    room = _MOST_TEXTS
    for unit in units:
        for node in islice(_nodes_of(unit), room):
            room -= 1
            for value in flow.values(Site(unit, node), _STEPS)[:_MOST_VALUES]:
                yield from ((unit, known, False) for known in _known(value))
        for magic in unit.cell.magics[:room]:
            room -= 1
            yield from ((unit, value, True) for value in _line_filled(unit, magic.start, magic.end, flow))


def _nodes_of(unit: Unit) -> Iterator[Node]:
    """The expressions of a unit that a hole is in, each once."""
    end = 0
    for found in _in_source().finditer(unit.source):
        if found.start() >= end and (node := _text_around(unit, found.start())) is not None:
            end = node.end_byte
            yield node


def _known(value: Value) -> Iterator[Value]:
    """A value of more than one piece, of which one can be a credential; what is unknown stands as empty braces."""
    if len(value) > 1 and any(piece.text and _VALUE.fullmatch(piece.text.strip()) for piece in value):
        known = tuple(
            piece if piece.text is not None else piece._replace(text=_UNKNOWN, verbatim=False) for piece in value
        )
        if sum(len(piece.text or "") for piece in known) <= _LONGEST:
            yield known


def _text_around(unit: Unit, at: int) -> Node | None:
    """The whole expression that the text at an offset is a part of."""
    node = unit.cell.tree.root_node.descendant_for_byte_range(at, at)
    whole = None
    # To ask for a node's parent takes the tree's depth, and a sum of many terms is as deep as they are.
    for _ in range(_HIGHEST):
        if node is None:
            break
        if node.type.endswith(_PARTS_OF_TEXT):
            whole = node
        elif node.type in ("call", "attribute") and whole is not None:
            function = node if node.type == "attribute" else node.child_by_field_name("function")
            if function is None or unit.last_name(function) != "format":
                break
            whole = node
        elif whole is not None and node.type not in ("string_content", "interpolation"):
            break
        node = node.parent
    return whole


def _line_filled(unit: Unit, start: int, end: int, flow: Flow) -> Iterator[Value]:
    """A magic or shell line with the values of the names in it."""
    from nbguard.detect.dataflow.site import Site
    from nbguard.detect.dataflow.unit import Unit as PieceOfCode

    pieces: list[Piece] = []
    at = start
    for found in _IN_LINE.finditer(unit.source, start, end):
        name = found[1] or found[2]
        base = unit.base + found.start(found.lastindex or 0)
        read = PieceOfCode(unit.number, unit.field, name, base)
        unit.memory.setdefault(_NAMES_READ, []).append(read)  # what flow remembers of it goes by its identity
        identifier = read.cell.tree.root_node.descendant_for_byte_range(0, len(name))
        values = flow.values(Site(read, identifier), _STEPS) if identifier is not None else []
        if len(values) and len(values[0]) == 1 and values[0][0].text:
            pieces += (_literal(unit, at, found.start()), values[0][0])
            at = found.end()
    if pieces:
        yield from _known((*pieces, _literal(unit, at, end)))


def _literal(unit: Unit, start: int, end: int) -> Piece:
    from nbguard.detect.dataflow.literal_values import Piece

    return Piece(unit.source[start:end], unit, unit.base + start, unit.base + end, True)


@cache
def _in_source() -> re.Pattern[str]:
    words, holes, addresses = ("|".join(map(re.escape, _FILLED[name])) for name in ("words", "holes", "addresses"))
    return kept_regex(rf"(?i:(?:{words})(?:{holes})|{addresses})")
