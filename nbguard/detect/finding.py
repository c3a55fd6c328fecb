"""What a detector says: a rule matched in a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from nbguard.documents.fields import Field

# The kinds of finding, and the severities from low to high, as reports name them.
KINDS = ("credential", "sample-data", "quantum-metadata", "hygiene")
SEVERITIES = ("low", "medium", "high", "critical")


class Finding(NamedTuple):
    """A rule's match: the characters from ``start`` to ``end`` of a field's text.

    ``value`` is what matched, whole and decoded: it may be joined from several literals, so it isn't always the text
    of the span. ``prefix`` is how many of its characters are the provider's public prefix. ``cause`` says what made
    it a finding, for people: a shape (``shape``), a sink (``IonQProvider(token=…)``), an echo. ``rank`` decides which
    of two findings on the same characters stays: the higher one. ``message`` and ``remedy`` are sentences without a
    secret in them.
    """

    rule: str
    kind: str
    provider: str | None
    severity: str
    field: Field
    start: int
    end: int
    value: str
    cause: str
    message: str
    remedy: str
    prefix: int = 0
    rank: int = 0

    def __repr__(self) -> str:
        """Shows rule and place only."""
        return f"Finding({self.rule}, {self.field.part.where}, {self.start}-{self.end})"


# Ranks: which kind of evidence is the more specific. Foreign: reported by an external tool.
RANK_FOREIGN = 2
# A value that only its name tells, and that people may have chosen: its copies elsewhere aren't reported.
RANK_DOUBTFUL = 5
RANK_GENERIC = 10
# A key with a vendor's own form says more than a name it is given to, or a rule pack.
RANK_SERVICE_KEY = 18
RANK_SHAPE = 30
RANK_ECHO = 35
RANK_SINK = 40
RANK_SINK_WITH_SHAPE = 50
