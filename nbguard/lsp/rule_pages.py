"""The page of the documentation on which a rule is told about."""

from __future__ import annotations

from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.rule_list import find_rule

_DOCS = "https://github.com/nbguard/nbguard/blob/main/docs/"
_BY_KIND = {
    "credential": "generic-secrets.md",
    "sample-data": "sample-data.md",
    "quantum-metadata": "metadata-and-hygiene.md",
    "hygiene": "metadata-and-hygiene.md",
}


def page_of(rule: str) -> str | None:
    """The page's address; None for a rule of somebody else's pack."""
    if rule in load_catalogue().by_rule:
        return f"{_DOCS}rules.md"
    known = find_rule(rule)
    return f"{_DOCS}{_BY_KIND[known.kind]}" if known is not None else None
