"""Rules as custom patterns of GitHub's secret scanning and push protection, which match with Hyperscan.

GitHub takes patterns by its pages, one at a time: secret format, what is before it, what is after it. The file has
them in the form of https://github.com/advanced-security/secret-scanning-custom-patterns, which tools of GitHub's read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbguard.detect.catalogue.exports.portable import contexts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.providers.provider_rules import Rule


def export(rules: Sequence[Rule]) -> str:
    """The text of a ``patterns.yml``."""
    return "\n".join(_lines(rules)) + "\n"


def _lines(rules: Sequence[Rule]) -> Iterator[str]:
    yield "# Credentials of quantum providers; made by `nbguard rules --export github`."
    yield "name: nbguard"
    yield "patterns:"
    for rule in rules:
        grouped: dict[tuple[str, str], list[str]] = {}
        for context in contexts_of(rule):
            grouped.setdefault((context.value, context.behind), []).append(context.before)
        for number, ((value, behind), before) in enumerate(grouped.items(), 1):
            name = rule.name if len(grouped) == 1 else f"{rule.name} ({number} of {len(grouped)})"
            yield f"  - name: {json.dumps(name)}"
            yield f"    type: {json.dumps(rule.id if number == 1 else f'{rule.id}-{number}')}"
            yield "    regex:"
            yield "      version: 1"
            yield f"      pattern: {json.dumps(value)}"
            yield f"      start: {json.dumps('|'.join(before))}"
            yield f"      end: {json.dumps(behind)}"
