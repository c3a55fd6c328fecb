"""Scores of a scan over the labelled set: recall, provider right, values taken whole, precision; by family and form."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evaluation.labelled_set import Labelled


class Hit(NamedTuple):
    """A credential that a scan reported, with its value."""

    rule: str
    provider: str
    value: str

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Hit({self.rule})"


class Score(NamedTuple):
    """Counts over some files. ``wrong`` are files of look-alikes with a finding, and findings of another value."""

    planted: int = 0
    found: int = 0
    whole: int = 0
    named: int = 0
    right: int = 0
    lookalikes: int = 0
    wrong: int = 0

    def __add__(self, other: object) -> Score:
        """The counts of both."""
        if not isinstance(other, Score):
            return NotImplemented
        return Score(*map(sum, zip(self, other, strict=True)))

    @property
    def recall(self) -> float:
        """The part of the planted credentials that was found."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """The part of what was reported that is a credential."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def provider_right(self) -> float:
        """Of the found ones whose text names a quantum service, the part with that provider."""
        return self.right / self.named if self.named else 1.0

    @property
    def taken_whole(self) -> float:
        """The part of the found ones whose value is all of the credential and nothing else."""
        return self.whole / self.found if self.found else 1.0


def score_file(item: Labelled, hits: Sequence[Hit]) -> Score:
    """What the findings in one file are worth."""
    if not item.secret:
        return Score(lookalikes=1, wrong=int(bool(hits)))
    secret, provider = item.filled.secret, item.filled.provider
    ours = [hit for hit in hits if _is_of(hit.value, secret)]
    others = len({hit.value for hit in hits} - {hit.value for hit in ours})
    named = bool(provider and ours)
    right = named and any(hit.provider.startswith(provider or "") for hit in ours)
    whole = any(hit.value.strip() == secret for hit in ours)
    return Score(1, int(bool(ours)), int(whole), int(named), int(right), 0, others)


def _is_of(value: str, secret: str) -> bool:
    """Whether a value is the secret, a part of it, holds it, or is another form of it."""
    if value in secret or secret in value:
        return True
    from evaluation.values import encode_base64

    return value in encode_base64(secret)


class Table(NamedTuple):
    """The scores of a set: of all, by family, by form; ``rules`` counts what was reported by rule: right and wrong."""

    total: Score
    families: Mapping[str, Score]
    forms: Mapping[str, Score]
    rules: Mapping[str, tuple[int, int]]


def make_table(labelled: Iterable[Labelled], hits: Mapping[str, Sequence[Hit]]) -> Table:
    """The scores of the findings by path."""
    total = Score()
    families: dict[str, Score] = defaultdict(Score)
    forms: dict[str, Score] = defaultdict(Score)
    rules: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for item in labelled:
        here = hits.get(item.path, ())
        score = score_file(item, here)
        family = item.filled.form.family
        total += score
        families[family] += score
        forms[f"{family}/{item.filled.form.id}"] += score
        for rule in {hit.rule for hit in here}:
            right, wrong = rules[rule]
            rules[rule] = (right + bool(score.found), wrong + (not score.found))
    return Table(total, families, forms, rules)
