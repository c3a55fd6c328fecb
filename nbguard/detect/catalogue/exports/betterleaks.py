"""Rules as a configuration of betterleaks 2 (https://github.com/betterleaks/betterleaks): what isn't reported is an
expression there, not a list.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbguard.detect.catalogue.exports.gitleaks import (
    ENTROPY,
    PLACEHOLDERS,
    exact_placeholders,
    keywords_of,
    literal,
    needs_entropy,
)
from nbguard.detect.catalogue.exports.portable import contexts_of, regex_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.providers.provider_rules import Rule


def export(rules: Sequence[Rule]) -> str:
    """The text of a ``betterleaks.toml`` with these rules, and nothing of betterleaks' own."""
    return "\n".join(_lines(rules)) + "\n"


def _lines(rules: Sequence[Rule]) -> Iterator[str]:
    yield "# Credentials of quantum providers; made by `nbguard rules --export betterleaks`."
    yield 'title = "nbguard: credentials of quantum providers"'
    yield "filter = '''"
    yield 'matchesAny(finding["secret"], ['
    for pattern in (*PLACEHOLDERS, exact_placeholders()):
        yield f"  `{pattern}`,"
    yield "])"
    yield "'''"
    for rule in rules:
        yield ""
        yield "[[rules]]"
        yield f"id = {json.dumps(rule.id)}"
        yield f"description = {json.dumps(rule.name)}"
        yield f"regex = {literal('|'.join(map(regex_of, contexts_of(rule))))}"
        yield f"keywords = [{', '.join(json.dumps(word) for word in keywords_of(rule))}]"
        if needs_entropy(rule):
            condition = f'entropy(finding["secret"]) < {ENTROPY}'
            yield f"filter = {literal(condition)}"
