"""Finds a credential that code gives to anybody's client by a name: ``Client(api_key=settings["key"])``.

The argument's name says credential, and the value is a literal that the name leads to, in this cell or another. Which
service it is of, nothing says. Literals that are the argument themselves are found as any pair of name and value.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from nbguard.detect.dataflow.evaluate import Flow
    from nbguard.detect.dataflow.literal_values import Value
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile

_WORDS = tuple(load_knowledge("places")["given"])
# What the argument is, right behind the sign: a name, what a name holds, a string with a name in it.
_NAME = r"=(?:[A-Za-z_][\w.]{0,80}[ \t]{0,2}[\[(),]|f\\{0,3}[\"']\{)"
_GIVES = "gives a name"
# The value: long, of letters and digits.
_VALUE = lazy_regex(r"(?=[^0-9]{0,80}[0-9])(?=[^A-Za-z]{0,80}[A-Za-z])[A-Za-z0-9_+/.-]{16,4096}")
_LITERAL = rb"[\"'](?=[A-Za-z_+/.-]{0,80}[0-9])(?=[0-9_+/.-]{0,80}[A-Za-z])[A-Za-z0-9_+/.-]{16,4096}+\\{0,3}[\"']"


class GivenNameDetector(Detector):
    """Literals that a name brings to an argument whose name says credential."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The words of such arguments, with a name behind them."""
        return (Literal(word, confirm=f".{{{len(word)}}}{_NAME}") for word in _WORDS)

    def confirms(self, file: RawFile, _topics: Sequence[str], _start: int, _end: int, /) -> bool:
        """Whether the file holds any literal that could be the value."""
        if _LITERAL not in file.memory:
            file.memory[_LITERAL] = (int(_literal().search(file.raw) is not None), 0)
        return bool(file.memory[_LITERAL][0])

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the literals, each where it stands."""
        document = candidates.document
        if document.language != "python" or not candidates.fields:
            return
        from nbguard.detect.dataflow.evaluate import flow_of
        from nbguard.detect.dataflow.program import program_of

        program = program_of(document)
        flow = flow_of(program)
        for unit in program.units:
            if _GIVES not in unit.memory:
                unit.memory[_GIVES] = _given().search(unit.source) is not None
            if unit.memory[_GIVES]:
                yield from _in_unit(unit, flow)


def _in_unit(unit: Unit, flow: Flow) -> Iterator[Finding]:
    from nbguard.detect.credentials.name_meaning import meaning_of
    from nbguard.detect.dataflow.site import Site

    for call in unit.nodes("call"):
        for name, value in unit.keywords(call):
            sign = value.start_byte - 1
            tight = unit.source[max(0, sign - len(name)) : sign] == name and name.lower().endswith(_WORDS)
            if tight and meaning_of(name) and _given_at().match(unit.source, sign):
                for known in flow.values(Site(unit, value)):
                    yield from _judge(name, known)


def _judge(name: str, value: Value) -> Iterator[Finding]:
    from nbguard.detect.generic.assigned_secrets import judge_assigned, make_assigned_finding

    if len(value) != 1 or not value[0].verbatim or value[0].text is None or not _VALUE.fullmatch(value[0].text):
        return
    piece, text = value[0], value[0].text
    around = (
        piece.unit.field.text[max(0, piece.start - 1) : piece.start],
        piece.unit.field.text[piece.end : piece.end + 1],
    )
    if not {*around} <= {'"', "'"}:
        return  # a piece of a longer string
    assigned = judge_assigned(name, text)
    if assigned is not None:
        yield make_assigned_finding(piece.unit.field, piece.start, assigned)


@cache
def _literal() -> re.Pattern[bytes]:
    return kept_regex(_LITERAL)


@cache
def _given_at() -> re.Pattern[str]:
    return kept_regex(_NAME)


@cache
def _given() -> re.Pattern[str]:
    return kept_regex(rf"(?i:{'|'.join(_WORDS)}){_NAME}")
