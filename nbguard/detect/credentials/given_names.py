"""Finds a credential that code gives to anybody's client by a name: ``Client(api_key=settings["key"])``.

What it is given to says credential: an argument, an entry of a dictionary or of the environment, a header, a variable.
The value is a literal that a name or a well-known call leads to, in this cell or another. Which service it is of,
nothing says. Literals that stand right there are found as any pair of name and value.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.finding import RANK_SINK
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from tree_sitter import Node

    from nbguard.detect.dataflow.evaluate import Flow
    from nbguard.detect.dataflow.literal_values import Value
    from nbguard.detect.dataflow.site import Site
    from nbguard.detect.dataflow.unit import Unit
    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.finding import Finding
    from nbguard.detect.raw_file import RawFile
    from nbguard.detect.values.attribution import Choice

_WORDS = tuple(load_knowledge("places")["given"])
# What code has that names values by their place.
_BY_PLACE = (*load_knowledge("places")["named_fields"], load_knowledge("places")["zipped_names"])
# What is given, behind the rest of the name and the sign: a name, what a name holds, a string with a name in it or
# behind it.
_NAME = (
    r"[\w-]{0,16}+\\{0,3}[\"']?\]?[ \t]{0,2}(?:[=:,]|\|=)(?!=)[ \t]{0,2}(?:"
    r"(?!(?:None|True|False|str|bool|int|Optional|input|getpass)\b)[A-Za-z_]"
    r"|\\{0,3}[\"'][A-Za-z]{3,8} (?:%s|\{\})?\\{0,3}[\"'])"
)
_GIVES = "gives a name"
# The value: long, of letters and digits; and what a header has in front of it.
_CHARACTERS = r"[A-Za-z0-9_+/.-]"
_VALUE = lazy_regex(rf"(?=[^0-9]{{0,80}}[0-9])(?=[^A-Za-z]{{0,80}}[A-Za-z]){_CHARACTERS}{{16,4096}}={{0,2}}")
_SCHEME = lazy_regex(r"(?:[Bb]earer|[Tt]oken|Basic|[aA]piKey|[Kk]ey)[ \t]")
# A run of it in one literal, which a file has to hold.
_RUN = rf"(?=[A-Za-z_+/.-]{{0,80}}[0-9])(?=[0-9_+/.-]{{0,80}}[A-Za-z]){_CHARACTERS}{{16}}"
_BEGINS = lazy_regex(rf"(?<!{_CHARACTERS}){_RUN}")
# Bytes that a search for one looks at.
_REACH = 128
_LITERAL = rf"(?<!{_CHARACTERS}){_RUN}".encode()
# What is no name and leads to none.
_LITERALS = ("string", "integer", "float", "none", "true", "false", "list", "dictionary", "tuple")


class GivenNameDetector(Detector):
    """Literals that a name brings to something whose name says credential."""

    def literals(self, _: Knowledge) -> Iterator[Literal]:
        """The words of such names, with a name behind them."""
        for word in _WORDS:
            yield Literal(word, confirm=f".{{{len(word)}}}{_NAME}")
        for word in _BY_PLACE:
            yield Literal(word, needs=_WORDS)

    def confirms(self, file: RawFile, _topics: Sequence[str], _start: int, _end: int, /) -> bool:
        """Whether the file holds any literal that could be the value."""
        if _LITERAL not in file.memory:
            file.memory[_LITERAL] = (int(_holds_literal(file)), 0)
        return bool(file.memory[_LITERAL][0])

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the literals, each where it stands."""
        document = candidates.document
        if document.language != "python":
            return
        from nbguard.detect.dataflow.evaluate import flow_of, spend
        from nbguard.detect.dataflow.flow_memory import FlowAnswers, ask_flow
        from nbguard.detect.dataflow.given_positions import names_by_position
        from nbguard.detect.dataflow.program import program_of

        program = program_of(document)
        answers: FlowAnswers = program.memory.setdefault(_GIVES, FlowAnswers())
        spend(program, answers.steps)
        for unit in program.units:
            if _GIVES not in unit.memory:
                unit.memory[_GIVES] = _given().search(unit.source) is not None
            if unit.memory[_GIVES]:
                if id(unit) not in answers:
                    flow = flow_of(program)
                    answers[id(unit)] = ask_flow(unit, flow, partial(_in_unit, unit, flow))
                yield from answers[id(unit)].found
        for name, site in names_by_position(program):
            yield from _known(name, site, flow_of(program))


def _holds_literal(file: RawFile) -> bool:
    if file.edits is None:
        return _literal().search(file.raw) is not None
    return any(found for _, found in file.edits.answers(_LITERAL, _REACH, _begins_between))


def _begins_between(raw: bytes, start: int, end: int) -> bool:
    # What is before the first byte isn't seen.
    return _literal().search(raw, start + 1 if start else 0, end) is not None


def _in_unit(unit: Unit, flow: Flow) -> Iterator[Finding]:
    from nbguard.detect.dataflow.site import Site

    for name, value in _given_names(unit):
        if not _is_literal(value):
            yield from _known(name, Site(unit, value), flow)


def _known(name: str, given: Site, flow: Flow) -> Iterator[Finding]:
    """The literals that a name whose words say credential is given."""
    from nbguard.detect.credentials.name_meaning import meaning_of

    if name.lower().endswith(_WORDS) and meaning_of(name):
        for value in flow.values(given):
            yield from _judge(name, value)


def _is_literal(value: Node) -> bool:
    return value.type in _LITERALS and all(child.type != "interpolation" for child in value.named_children)


def _given_names(unit: Unit) -> Iterator[tuple[str, Node]]:
    """The names that are given something, and what."""
    for call in unit.nodes("call"):
        yield from unit.keywords(call)
        positional = unit.positional(call)[:4]
        for before, value in pairwise(positional):
            if before.type == "string":
                yield unit.plain(before), value
    for node in unit.nodes("dictionary"):
        for pair in node.named_children:
            key, given = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and given is not None and key.type == "string":
                yield unit.plain(key), given
    for node in unit.nodes("assignment"):
        left, given = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or given is None:
            continue
        key = left.child_by_field_name("subscript") if left.type == "subscript" else None
        if key is not None and key.type == "string":
            yield unit.plain(key), given
        elif left.type in ("identifier", "attribute"):
            yield unit.last_name(left), given


def _judge(name: str, value: Value) -> Iterator[Finding]:
    from nbguard.detect.dataflow.literal_values import place_of, text_of
    from nbguard.detect.generic.assigned_secrets import judge_assigned, make_assigned_finding
    from nbguard.detect.values.attribution import make_finding

    text = text_of(value)
    scheme = _SCHEME.match(text)
    start = scheme.end() if scheme is not None else 0
    if not _VALUE.fullmatch(text, start) or any(piece.text is None or not piece.verbatim for piece in value):
        return
    if not any(_BEGINS.search(piece.text or "") for piece in value):
        return
    place = place_of(value, start, len(text))
    assigned = judge_assigned(name, text)
    if place is not None and assigned is not None:
        field, first, last = place
        choice = _choice_of(name, text[start:])
        if choice is not None:
            yield make_finding(choice, field, first, last, text[start:], f"{name} = …", RANK_SINK - 2)
            return
        finding = make_assigned_finding(field, first, assigned._replace(start=0, end=last - first))
        yield finding._replace(value=text[start:])


def _choice_of(name: str, value: str) -> Choice | None:
    """The provider's rule for a value whose name is called after a provider."""
    from nbguard.detect.credentials.named_for_provider import choose_for_provider, provider_called
    from nbguard.documents.structure.pair import Pair

    called = provider_called(Pair(name, value, 0, len(value), quoted=True))
    return choose_for_provider(called, value) if called is not None else None


@cache
def _literal() -> re.Pattern[bytes]:
    return kept_regex(_LITERAL)


@cache
def _given() -> re.Pattern[str]:
    return kept_regex(rf"(?i:{'|'.join(_WORDS)}){_NAME}")
