"""Makes the finding of a generic rule: its words, and how much of the value is the public prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.finding import RANK_GENERIC, Finding

if TYPE_CHECKING:
    from nbguard.detect.generic.generic_rules import GenericRule
    from nbguard.documents.fields import Field


def make_generic_finding(rule: GenericRule, field: Field, start: int, end: int) -> Finding:
    """The finding of a rule at the characters from ``start`` to ``end`` of a field, known by its shape."""
    value = field.text[start:end]
    prefix = max((len(prefix) for prefix in rule.prefixes if value.startswith(prefix)), default=0)
    article = "an" if rule.name[0] in "aeiouAEIOU" else "a"
    return Finding(
        rule=rule.id,
        kind="credential",
        provider=rule.provider,
        severity=rule.severity,
        field=field,
        start=start,
        end=end,
        value=value,
        cause="shape",
        message=f"This looks like {article} {rule.name}.",
        remedy=rule.remedy,
        prefix=prefix,
        rank=RANK_GENERIC,
    )
