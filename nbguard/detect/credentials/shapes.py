"""Finds credentials by their shape: small windows around a rule's literals are searched with linear regexes."""

from __future__ import annotations

from heapq import merge
from typing import TYPE_CHECKING

from nbguard.detect.detector import Detector, Literal
from nbguard.detect.finding import RANK_SHAPE, Finding
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.providers.token_patterns import compile_shape, is_by_chance
from nbguard.detect.values.placeholders import is_placeholder
from nbguard.documents.ascii_case import lower_ascii
from nbguard.documents.occurrences import occurrences
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.providers.provider_rules import Provider, Rule
    from nbguard.detect.raw_file import RawFile
    from nbguard.documents.fields import Field

# The border between two lines of a cell in JSON.
_BETWEEN_LINES = lazy_regex(rb'",\s{1,200}"')
# Bytes beside the reach of a shape: what must not stand beside it, and letters of several bytes.
_SPARE = 64


class ShapeDetector(Detector):
    """Credentials of the catalogue's rules that have a shape; a topic is a rule's id."""

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The catalogue's literals of shapes."""
        for text, rules in knowledge.catalogue.shape_literals.items():
            yield from (Literal(text, rule, exact=True) for rule in rules)

    def confirms(self, file: RawFile, topics: Sequence[str], start: int, _: int, /) -> bool:
        """Whether the shape of one of the rules stands around a literal."""
        by_rule = load_catalogue().by_rule
        return any(_stands_around(file, by_rule[topic][1], start) for topic in topics)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the credentials that fields show by their shape."""
        for field, topics in candidates.fields:
            yield from find_shapes(field, sorted(topics))


def _stands_around(file: RawFile, rule: Rule, place: int) -> bool:
    """Whether a rule's shape stands around a place. Places may be there by the thousand, and a shape span some
    thousand bytes: of each block, which is as wide, the surroundings are searched once.
    """
    answers = file.memory.setdefault(ShapeDetector, {})
    block = rule.id, place // max(rule.reach, 1)
    if block not in answers:
        first = block[1] * max(rule.reach, 1)
        last = first + rule.reach + max(map(len, rule.literals))
        answers[block] = _stands_between(file, rule, first, last)
    stands: bool = answers[block]
    return stands


def _stands_between(file: RawFile, rule: Rule, first: int, last: int) -> bool:
    """Whether a rule's shape stands around one of its literals that lies between two bytes."""
    raw, reach = file.raw, rule.reach
    window = raw[max(0, first - reach - _SPARE) : last + reach + _SPARE]
    if _has_shape(rule, window.decode("utf-8", "replace")):
        return True
    if not file.notebook or _BETWEEN_LINES.search(raw, max(0, first - reach - 4), last + reach + 4) is None:
        return False
    # What goes over several lines stands in several strings.
    wide = raw[max(0, first - 3 * reach) : last + 3 * reach]
    return _has_shape(rule, _undo_json(_BETWEEN_LINES.sub(b"", wide).decode("utf-8", "replace")))


def _has_shape(rule: Rule, text: str) -> bool:
    return any(compile_shape(shape).search(text) is not None for shape in rule.shapes)


def _undo_json(text: str) -> str:
    """A piece of a notebook as the text it stands for, as far as shapes depend on it."""
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def find_shapes(field: Field, rule_ids: Collection[str]) -> Iterator[Finding]:
    """The credentials of these rules that a field's text shows by their shape, rule by rule in the text's order.

    Takes time linear in the text. Placeholders are left out, and matches by chance inside of long base64 data.
    """
    text = field.text
    lowered = lower_ascii(text)
    for rule_id in rule_ids:
        provider, rule = load_catalogue().by_rule[rule_id]
        for start, end in _windows(lowered, rule):
            for found in _find_in(text, start, end, provider, rule):
                yield _finding(field, provider, rule, *found)


def _find_in(text: str, start: int, end: int, provider: Provider, rule: Rule) -> Iterator[tuple[int, int]]:
    for shape in rule.shapes:
        pattern = compile_shape(shape)
        group = "secret" if "secret" in pattern.groupindex else 0
        for match in pattern.finditer(text, start, end):
            span = match.span(group)
            if is_by_chance(text, *span) or is_placeholder(match[group], provider):
                continue
            yield span


def _windows(lowered: str, rule: Rule) -> Iterator[tuple[int, int]]:
    """Spans of the text in which a shape can match: those around its literals, joined where they overlap."""
    start = end = -1
    longest = max(map(len, rule.literals), default=0)
    here = [literal for literal in rule.literals if literal in lowered]
    for place in merge(*(occurrences(lowered, literal, overlapping=True) for literal in here)) if here else ():
        # A literal may begin with what stands before the token. One character more on the right, for what must not
        # follow; what stands on the left is seen anyway.
        first, last = max(0, place - rule.reach), place + longest + rule.reach + 1
        if first > end:
            if end >= 0:
                yield start, end
            start = first
        end = last
    if end >= 0:
        yield start, end


def _finding(field: Field, provider: Provider, rule: Rule, start: int, end: int) -> Finding:
    value = field.text[start:end]
    prefix = len(rule.prefix) if rule.prefix and value.startswith(rule.prefix) else 0
    return Finding(
        rule.id, "credential", rule.provider, rule.severity, field, start, end, value, "shape", rule.name,
        provider.rotation, prefix, RANK_SHAPE,
    )  # fmt: skip
