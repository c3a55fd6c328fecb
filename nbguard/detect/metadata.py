"""Finds quantum metadata: no secrets, but the names of instances, jobs, devices and buckets tell who runs what."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.dataflow.program import program_of
from nbguard.detect.detector import Literal
from nbguard.detect.finding import RANK_GENERIC, RANK_SHAPE, Finding
from nbguard.detect.providers.provider_rules import describe, load_catalogue
from nbguard.detect.providers.sink_index import index_sinks
from nbguard.detect.values.placeholders import is_placeholder
from nbguard.documents.structure.markup import read_markup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from nbguard.detect.detector import Candidates, Knowledge
    from nbguard.detect.providers.provider_rules import Catalogue
    from nbguard.detect.scope import Scope
    from nbguard.documents.fields import Document, Field


class MetadataRule(NamedTuple):
    """A kind of metadata that isn't one provider's; those of the catalogue are in the provider files."""

    id: str
    name: str
    severity: str
    pattern: str
    literals: tuple[str, ...]
    explanation: str
    remedy: str


JOB_ID = MetadataRule(
    "quantum-job-id",
    "id of a quantum job",
    "low",
    r"(?i:\b(?:job|problem|task|session|reservation)[ _-]?id)\W{1,6}"
    r"(?P<value>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{24})(?![\w-])",
    tuple(f"{what}{sign}id" for what in ("job", "problem", "task", "session") for sign in ("_", "-", " ", "")),
    "A UUID (or 24 digits, as IBM's old platform gave them) behind the words job id, problem id, task id or session "
    "id, in a file that imports a package of a quantum provider.",
    "No secret, but it tells who runs what: clear the output, or take the id out.",
)
METADATA_RULES = (JOB_ID,)

# Not anybody's own: IBM's open hub, account numbers that documentation uses, ids that count up or repeat.
_PUBLIC = frozenset(("ibm-q", "ibm-q/open/main", "ibm-q/open"))
_EXAMPLE_ACCOUNTS = frozenset(
    "123456789012 012345678901 210987654321 111122223333 444455556666 777788889999 123456789123".split()  # noqa: SIM905
)
_EXAMPLE_WORDS = re.compile(
    r"(?:^|[/:.@_-])(?:your?|my-project|example|sample|placeholder|dummy|foo|bar)(?=$|[/:.@_-])"
)
# What is made by a machine in an identifier: UUIDs, hashes, account numbers.
_MADE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<![0-9a-z])(?:[0-9a-f]{24,32}|\d{12})(?![0-9a-z])")
_COUNTING = "0123456789abcdef 12345678901234567890"
_HTML = frozenset(("text/html", "image/svg+xml"))
# Packages that speak to a cloud, but not only to its quantum computers.
_PLAIN_MODULES = frozenset(("boto3", "azure.identity", "ibm_cloud_sdk_core", "covalent"))


class IdentifierDetector:
    """Identifiers of the catalogue's rules and ours; a topic is a rule's id."""

    def __init__(self, _: Scope) -> None:
        pass

    def literals(self, knowledge: Knowledge) -> Iterator[Literal]:
        """The literals of the catalogue's identifiers and of ours."""
        for text, rules in knowledge.catalogue.identifier_literals.items():
            yield from (Literal(text, rule) for rule in rules)
        for rule in METADATA_RULES:
            yield from (Literal(text, rule.id) for text in rule.literals)

    def find(self, candidates: Candidates) -> Iterator[Finding]:
        """Yields the identifiers in fields."""
        for field, topics in candidates.fields:
            yield from find_identifiers(field, topics, candidates.document, load_catalogue())


def find_identifiers(field: Field, ids: Collection[str], document: Document, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields a finding for each identifier of these rules in a field: placeholders and public names are left out.

    A string under a key in JSON (cell metadata, widgets) is read as ``"key": "value"``. Takes time linear in the text.
    """
    providers = _imported(document, catalogue) if JOB_ID.id in ids else ()
    found: set[tuple[int, int, str]] = set()
    for text, origin, origin_of_end in _readings(field):
        for rule_id in sorted(ids):
            if rule_id == JOB_ID.id and not providers:
                continue
            for start, end, value in _matches(text, rule_id, catalogue):
                first, last = origin(start), origin_of_end(end)
                if first < 0 or (first, last, rule_id) in found:
                    continue
                found.add((first, last, rule_id))
                yield _finding(rule_id, field, (first, last), value, catalogue, providers)


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


def _matches(text: str, rule_id: str, catalogue: Catalogue) -> Iterator[tuple[int, int, str]]:
    known = catalogue.identifiers.get(rule_id)
    pattern = _compile(known.pattern if known is not None else JOB_ID.pattern)
    group = "value" if "value" in pattern.groupindex else 0
    for match in pattern.finditer(text):
        value = match[group].rstrip("/.")
        if not _is_example(value):
            yield match.start(group), match.start(group) + len(value), value


def _finding(
    rule_id: str, field: Field, span: tuple[int, int], value: str, catalogue: Catalogue, providers: tuple[str, ...]
) -> Finding:
    known = catalogue.identifiers.get(rule_id)
    if known is None:
        provider = providers[0] if len(providers) == 1 else None
        return Finding(
            rule_id, "quantum-metadata", provider, JOB_ID.severity, field, *span, value, "a job id", JOB_ID.name,
            JOB_ID.remedy, 0, RANK_GENERIC,
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
    return lowered in _PUBLIC or _EXAMPLE_WORDS.search(lowered) is not None or is_placeholder(value)


def _is_made_up(number: str) -> bool:
    """Whether an account number, UUID or hash counts up, repeats itself or is one that documentation uses."""
    digits = number.replace("-", "")
    if len(digits) == 12:
        return digits in _EXAMPLE_ACCOUNTS or len(set(digits)) == 1
    blocks = number.split("-")
    if len(blocks) == 5 and all(block in _COUNTING or len(set(block)) == 1 for block in blocks):
        return True
    return is_placeholder(digits)


def _imported(document: Document, catalogue: Catalogue) -> tuple[str, ...]:
    """The ids of the quantum providers of whose packages a document's Python imports one."""
    index = index_sinks(catalogue)
    modules = program_of(document, index).modules
    return tuple(sorted({
        provider.id
        for name in modules
        for module, provider in index.modules.get(name.partition(".")[0], ())
        if module not in _PLAIN_MODULES and (name == module or name.startswith(module + "."))
    }))  # fmt: skip


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


if TYPE_CHECKING:
    from collections.abc import Callable

    Origin = Callable[[int], int]
