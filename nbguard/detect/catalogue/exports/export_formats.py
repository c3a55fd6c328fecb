"""The formats that rules are exported in, by name; each takes rules and gives the text of a file."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.providers.provider_rules import Rule

# Name: the module that has the format's ``export``.
FORMATS = {
    "github": "github_patterns",
    "gitlab": "gitlab_ruleset",
    "gitleaks": "gitleaks",
    "betterleaks": "betterleaks",
    "detect-secrets": "detect_secrets",
}


def export(name: str, rules: Sequence[Rule]) -> str:
    """The text of a file in one of FORMATS."""
    text: str = import_module(f"nbguard.detect.catalogue.exports.{FORMATS[name]}").export(rules)
    return text
