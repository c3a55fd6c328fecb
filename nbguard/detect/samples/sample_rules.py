"""The rules for sample data, each with its data class, and what a person should do about a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

# Data classes, from the one that decides first to the one that decides last.
CLASSES = ("health", "government-id", "payment", "personal", "bulk", "synthetic")


class SampleRule(NamedTuple):
    """A kind of sample data. ``explanation`` says what is found and what isn't, ``remedy`` what to do.

    What the others mean stands above the table, in ``knowledge/sample_rules.toml``.
    """

    id: str
    name: str
    severity: str
    data_class: str
    explanation: str
    remedy: str
    category: str = ""
    replaced: bool = True
    many: str = ""
    rows: str = ""
    least: str = ""
    by_size: bool = False
    weak: bool = False
    yields: bool = False
    dpv: tuple[str, ...] = ()


def _rule(rule_id: str, known: Mapping[str, Any]) -> SampleRule:
    about, remedy = (
        known[text].replace("{table}", _KNOWN["table"]).replace("{load}", _KNOWN["load"])
        for text in ("about", "remedy")
    )
    more = {field: known[field] for field in SampleRule._field_defaults if field in known}
    more["dpv"] = tuple(known.get("dpv") or _KNOWN["dpv"][known["class"]])
    return SampleRule(rule_id, known["name"], known["severity"], known["class"], about, remedy, **more)


_KNOWN = load_knowledge("sample_rules")
SAMPLE_RULES = tuple(_rule(rule_id, known) for rule_id, known in _KNOWN["rules"].items())

_BY_ID = {rule.id: rule for rule in SAMPLE_RULES}
# The rules for rows, by their data class; and those for lists of values that count together only.
RULES_OF_ROWS = {rule.data_class: rule for rule in SAMPLE_RULES if rule.rows}
RULES_OF_LISTS = tuple(rule for rule in SAMPLE_RULES if rule.least)


def rule_of(rule_id: str) -> SampleRule:
    """The rule of this id. Raises KeyError where there is none."""
    return _BY_ID[rule_id]


def rule_for_one(rule_id: str) -> SampleRule:
    """The rule for a single value of what a list's rule is about."""
    category = rule_of(rule_id).category
    return next(rule for rule in SAMPLE_RULES if rule.category == category and rule.many and not rule.least)


def data_class(rule_id: str) -> str:
    """The data class of a rule: health, government-id, payment, personal, bulk or synthetic."""
    return _BY_ID[rule_id].data_class


def rules() -> tuple[SampleRule, ...]:
    """All rules for sample data."""
    return SAMPLE_RULES
