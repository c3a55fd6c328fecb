"""Lists the rules of every detector, for people: what each is called, and where its own text stands."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

# Detectors with rules of their own: kind of finding, module, and the name of a collection (or a dict's values) of
# records with `id`, `name`, `severity`, and at will `provider`, `explanation` and `remedy`.
_COLLECTIONS = (
    ("credential", "nbguard.detect.generic.generic_rules", "GENERIC_RULES"),
    ("credential", "nbguard.detect.generic.service_keys", "SERVICE_RULES"),
    ("sample-data", "nbguard.detect.samples.sample_rules", "SAMPLE_RULES"),
    ("hygiene", "nbguard.detect.hygiene", "HYGIENE_RULES"),
    ("quantum-metadata", "nbguard.detect.metadata", "METADATA_RULES"),
)


class RuleSummary(NamedTuple):
    """A rule as it is listed. ``provider`` is an id of the catalogue or a name, empty where a rule has none.

    ``explanation`` is empty for rules of the catalogue: their provider files say more.
    """

    id: str
    provider: str
    kind: str
    severity: str
    name: str
    explanation: str
    remedy: str


def all_rules() -> list[RuleSummary]:
    """Every rule, the catalogue's first, each group in the order of its own list."""
    return [*_catalogue_rules(), *_collected_rules()]


def find_rule(rule_id: str) -> RuleSummary | None:
    """The rule of this id; None where there is none."""
    return next((rule for rule in all_rules() if rule.id == rule_id), None)


def nearest_rule(rule_id: str) -> str:
    """The id that is spelled most like this one; empty where none is."""
    from difflib import get_close_matches

    ids = [rule.id for rule in all_rules()]
    near = get_close_matches(rule_id.lower(), ids, 1) or [known for known in ids if rule_id.lower() in known]
    return near[0] if near else ""


def _catalogue_rules() -> Iterator[RuleSummary]:
    from nbguard.detect.providers.provider_rules import describe, load_catalogue

    for provider in load_catalogue().providers:
        for rule in provider.rules:
            yield RuleSummary(rule.id, provider.id, "credential", rule.severity, rule.name, "", describe(rule.id)[1])
        for known in provider.identifiers:
            yield RuleSummary(
                known.id, provider.id, "quantum-metadata", known.severity, known.name, "", describe(known.id)[1]
            )


def _collected_rules() -> Iterator[RuleSummary]:
    for kind, module, name in _COLLECTIONS:
        try:
            rules: Any = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            continue  # a detector that this version doesn't have
        for rule in rules.values() if isinstance(rules, dict) else rules:
            yield RuleSummary(
                rule.id,
                getattr(rule, "provider", None) or "",
                kind,
                rule.severity,
                rule.name,
                getattr(rule, "explanation", ""),
                getattr(rule, "remedy", ""),
            )
