"""Rules as a configuration of gitleaks (https://github.com/gitleaks/gitleaks#configuration)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from nbguard.detect.catalogue.exports.portable import contexts_of, regex_of
from nbguard.detect.providers.provider_rules import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.providers.provider_rules import Rule

# Bits a character that a value has at least which only its place tells: words have less.
ENTROPY = 3.0
PLACEHOLDERS = (
    r"(?i)^(?:your|my|the|an?|insert|enter|paste|example|dummy|fake|test|some|xxx|put|add|replace|to_?be)[_ -]",
    r"(?i)(?:your|my|insert|paste|example)[_-]?(?:api|access|secret)?[_-]?(?:key|token|secret|password)",
    r"^[<$%{*.]",
    r"(?i)^(?:os\.|env|getenv|secret\()",
)


def export(rules: Sequence[Rule], extended: str = "") -> str:
    """The text of a ``gitleaks.toml`` with these rules; of others only those of the file that is ``extended``."""
    return "\n".join(_lines(rules, extended)) + "\n"


def _lines(rules: Sequence[Rule], extended: str) -> Iterator[str]:
    yield "# Credentials of quantum providers; made by `nbguard rules --export gitleaks`. Beside gitleaks' own rules:"
    yield "# put [extend] with useDefault = true behind the title."
    yield 'title = "nbguard: credentials of quantum providers"'
    if extended:
        yield "[extend]"
        yield f"path = {_text(extended)}"
    for rule in rules:
        contexts = contexts_of(rule)
        yield ""
        yield "[[rules]]"
        yield f"id = {_text(rule.id)}"
        yield f"description = {_text(rule.name)}"
        yield f"regex = {literal('|'.join(map(regex_of, contexts)))}"
        yield f"keywords = [{', '.join(_text(word) for word in keywords_of(rule))}]"
        if needs_entropy(rule):
            yield f"entropy = {ENTROPY}"
    yield ""
    yield "[allowlist]"
    yield 'description = "Placeholders of documentation, and references"'
    yield 'regexTarget = "secret"'
    yield f"regexes = [{', '.join(map(literal, PLACEHOLDERS))}, {literal(exact_placeholders())}]"


def needs_entropy(rule: Rule) -> bool:
    """Whether a value that looks like a word is none: where neither a shape nor a person made it."""
    return not rule.shapes and not rule.is_password


def keywords_of(rule: Rule) -> list[str]:
    """Texts in lower case of which one stands in every match."""
    return sorted({word for context in contexts_of(rule) for word in context.words})


def literal(text: str) -> str:
    """A TOML string in which a regex stands as it is (https://toml.io/en/v1.0.0#string)."""
    return f"'''{text}'''"


def _text(text: str) -> str:
    return json.dumps(text)


def exact_placeholders() -> str:
    """A regex for the values that documentation shows."""
    known = sorted(text for text in load_catalogue().placeholders if len(text) > 3 and text.isascii())
    return f"(?i)^(?:{'|'.join(map(re.escape, known))})$"
