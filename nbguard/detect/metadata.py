"""Finds quantum metadata: no secrets, but the names of instances, jobs, devices and buckets tell who runs what."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.dataflow.program import program_of
from nbguard.detect.detector import Detector, Literal
from nbguard.detect.finding import RANK_GENERIC, RANK_SHAPE, Finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import describe, load_catalogue
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.detect.values.placeholders import is_placeholder
from nbguard.documents.structure.markup import read_markup
from nbguard.lazy_regex import kept_regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.documents.fields import Document, Field


class MetadataRule(NamedTuple):
    """A kind of metadata that isn't one provider's; those of the catalogue are in the provider files.

    ``needs_import``: it counts only in a file that imports a package of a quantum provider.
    """

    id: str
    name: str
    severity: str
    cause: str
    pattern: str
    literals: list[str]
    needs_import: bool
    explanation: str
    remedy: str


METADATA_RULES = {
    rule_id: MetadataRule(rule_id, *(said[name] for name in MetadataRule._fields[1:]))
    for rule_id, said in load_knowledge("metadata")["rules"].items()
}
_EXAMPLES = load_knowledge("metadata")["examples"]
_EXAMPLE_WORDS, _MADE = re.compile(_EXAMPLES["words"]), re.compile(_EXAMPLES["made"])
_HTML = frozenset(("text/html", "image/svg+xml"))


class IdentifierDetector(Detector):
    """Identifiers of the catalogue's rules and ours; a topic is a rule's id."""

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The literals of the catalogue's identifiers and of ours."""
        for text, rules in knowledge.catalogue.identifier_literals.items():
            yield from (Literal(text, rule) for rule in rules)
        for rule in METADATA_RULES.values():
            yield from (Literal(text, rule.id) for text in rule.literals)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the identifiers in fields."""
        for field, topics in candidates.fields:
            yield from find_identifiers(field, topics, candidates.document)


def find_identifiers(field: Field, ids: Collection[str], document: Document) -> Iterator[Finding]:
    """Yields a finding for each identifier of these rules in a field: placeholders and public names are left out.

    A string under a key in JSON (cell metadata, widgets) is read as ``"key": "value"``. Takes time linear in the text.
    """
    needing = {rule.id for rule in METADATA_RULES.values() if rule.needs_import}.intersection(ids)
    providers = _imported(document) if needing else ()
    found: set[tuple[int, int, str]] = set()
    for text, origin, origin_of_end in _readings(field):
        for rule_id in sorted(ids if providers else set(ids) - needing):
            for start, end, value in _matches(text, rule_id):
                first, last = origin(start), origin_of_end(end)
                if first < 0 or (first, last, rule_id) in found:
                    continue
                found.add((first, last, rule_id))
                yield _finding(rule_id, field, (first, last), value, providers)


def _readings(field: Field) -> Iterator[tuple[str, Origin, Origin]]:
    """The texts of a field that are looked through, with the ways back to its characters."""
    if field.key and field.part.where != "source":
        shift = len(field.key) + 5
        yield f'"{field.key}": "{field.text}"', lambda at: at - shift, lambda at: min(at - shift, len(field.text))
    plain = read_markup(field.text, traceback=field.part.where == "traceback")
    yield plain.text, plain.origin, plain.origin_of_end
    if field.part.mime in _HTML:
        seen = read_markup(field.text, html=True)
        yield seen.text, seen.origin, seen.origin_of_end


def _matches(text: str, rule_id: str) -> Iterator[tuple[int, int, str]]:
    pattern = _compile((load_catalogue().identifiers.get(rule_id) or METADATA_RULES[rule_id]).pattern)
    group = "value" if "value" in pattern.groupindex else 0
    for match in pattern.finditer(text):
        value = match[group].rstrip("/.")
        if not _is_example(value):
            yield match.start(group), match.start(group) + len(value), value


def _finding(rule_id: str, field: Field, span: tuple[int, int], value: str, providers: tuple[str, ...]) -> Finding:
    known = load_catalogue().identifiers.get(rule_id)
    if known is None:
        provider, rule = providers[0] if len(providers) == 1 else None, METADATA_RULES[rule_id]
        return Finding(
            rule_id, "quantum-metadata", provider, rule.severity, field, *span, value, rule.cause, rule.name,
            rule.remedy, 0, RANK_GENERIC,
        )  # fmt: skip
    message, remedy = describe(rule_id)
    return Finding(
        rule_id, "quantum-metadata", known.provider, known.severity, field, *span, value, "shape", message, remedy, 0,
        RANK_SHAPE,
    )  # fmt: skip


def _is_example(value: str) -> bool:
    """Whether an identifier only shows what one looks like, or is everybody's."""
    lowered = value.lower()
    made = _MADE.findall(lowered)
    if made:
        return any(_is_made_up(number) for number in made)
    return lowered in _EXAMPLES["public"] or _EXAMPLE_WORDS.search(lowered) is not None or is_placeholder(value)


def _is_made_up(number: str) -> bool:
    """Whether an account number, UUID or hash counts up, repeats itself or is one that documentation uses."""
    digits = number.replace("-", "")
    if len(digits) == 12:
        return digits in _EXAMPLES["accounts"] or len(set(digits)) == 1
    blocks = number.split("-")
    if len(blocks) == 5 and all(block in _EXAMPLES["counting"] or len(set(block)) == 1 for block in blocks):
        return True
    return is_placeholder(digits)


def _imported(document: Document) -> tuple[str, ...]:
    """The ids of the quantum providers of whose packages a document's Python imports one."""
    modules = program_of(document).modules
    return tuple(sorted({
        provider.id
        for name in modules
        for module, provider in known_sinks().modules.get(name.partition(".")[0], ())
        if module not in load_knowledge("sdks")["plain_modules"] and (name == module or name.startswith(module + "."))
    }))  # fmt: skip


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return kept_regex(pattern)


if TYPE_CHECKING:
    from collections.abc import Callable

    Origin = Callable[[int], int]
