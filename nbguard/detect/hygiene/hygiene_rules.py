"""The hygiene rules, and what a person should do about a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.finding import RANK_SHAPE, Finding
from nbguard.detect.knowledge.loading import load_knowledge

if TYPE_CHECKING:
    from nbguard.documents.fields import Field


class HygieneRule(NamedTuple):
    """A habit that is worth a finding. ``message`` is the finding's sentence, ``explanation`` says what counts."""

    id: str
    name: str
    severity: str
    message: str
    explanation: str
    remedy: str


# By their ids.
HYGIENE_RULES = {
    rule_id: HygieneRule(rule_id, *(said[name] for name in HygieneRule._fields[1:]))
    for rule_id, said in load_knowledge("hygiene")["rules"].items()
}


def make_finding(
    rule_id: str, field: Field, start: int, end: int, value: str, cause: str, provider: str | None = None
) -> Finding:
    """The finding of a hygiene rule. ``value`` is no secret, and is what the fingerprint is made of."""
    rule = HYGIENE_RULES[rule_id]
    return Finding(
        rule_id, "hygiene", provider, rule.severity, field, start, end, value, cause, rule.message, rule.remedy,
        len(value), RANK_SHAPE,
    )  # fmt: skip
