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


HYGIENE_RULES = tuple(HygieneRule(id=rule_id, **said) for rule_id, said in load_knowledge("hygiene")["rules"].items())
_BY_ID = {rule.id: rule for rule in HYGIENE_RULES}
SAVE_ACCOUNT, CREDENTIAL_FILE = _BY_ID["save-account"], _BY_ID["credential-file"]
UNPINNED_SDK, PRINTS_CREDENTIAL = _BY_ID["unpinned-sdk"], _BY_ID["prints-credential"]
POLICY_WEAKENED = _BY_ID["policy-weakened"]


def make_finding(
    rule: HygieneRule, field: Field, start: int, end: int, value: str, cause: str, provider: str | None = None
) -> Finding:
    """The finding of a rule. ``value`` is no secret, and is what the fingerprint is made of."""
    return Finding(
        rule.id, "hygiene", provider, rule.severity, field, start, end, value, cause, rule.message, rule.remedy,
        len(value), RANK_SHAPE,
    )  # fmt: skip
