"""Decides which rule a value at a sink belongs to, and whether it can be a credential at all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.finding import RANK_SINK, RANK_SINK_WITH_SHAPE, Finding
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.token_patterns import compile_shape
from nbguard.detect.values.classifier import can_be_chosen, is_plausible_token
from nbguard.detect.values.placeholders import is_placeholder
from nbguard.detect.values.word_likeness import wordy_share
from nbguard.lazy_regex import kept_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from nbguard.detect.providers.provider_rules import Provider, Rule
    from nbguard.documents.fields import Field

_LIMITS: dict[str, float] = load_knowledge("values")["at_sink"]
_LONGEST = load_knowledge("values")["thresholds"]["longest"]


class Choice(NamedTuple):
    """The rule a value belongs to. ``shaped``: the value has the form the rule describes.

    ``start`` to ``end`` is the credential inside the value: a connection string holds more than its key.
    """

    provider: Provider
    rule: Rule
    shaped: bool
    start: int
    end: int


def choose_rule(uses: Iterable[tuple[Provider, Rule]], value: str) -> Choice | None:
    """The rule for a value that reached a sink of all these rules; None where it can't be a credential.

    First the rule whose ``value`` pattern matches whole. Then a rule without one, if the value is opaque enough. The
    catalogue's patterns rest on few samples, so a value that looks made by a machine goes to the first rule even
    where no pattern fits.
    """
    candidates = list(dict.fromkeys(uses))
    if not candidates or not value or len(value) > _LONGEST:
        return None
    candidates = [use for use in candidates if not is_placeholder(value, use[0])]
    return (
        next(_by_whole_value(candidates, value), None)
        or next(_by_shape(candidates, value), None)
        or next((_opaque(*use, value) for use in candidates if not use[1].value and _plausible(value, use[1])), None)
        or (_as_made(candidates, value) if candidates and looks_made(value) else None)
    )


def _by_whole_value(candidates: list[tuple[Provider, Rule]], value: str) -> Iterator[Choice]:
    for provider, rule in candidates:
        if rule.value and _compiled(rule.value).fullmatch(value) and (rule.prefix or _plausible(value, rule)):
            yield Choice(provider, rule, True, 0, len(value))


def _by_shape(candidates: list[tuple[Provider, Rule]], value: str) -> Iterator[Choice]:
    for provider, rule in candidates:
        for shape in rule.shapes:
            found = compile_shape(shape).search(value)
            if found is not None:
                start, end = found.span("secret" if "secret" in found.re.groupindex else 0)
                if not is_placeholder(value[start:end], provider):
                    yield Choice(provider, rule, True, start, end)


def _opaque(provider: Provider, rule: Rule, value: str) -> Choice:
    return Choice(provider, rule, False, 0, len(value))


def _as_made(candidates: list[tuple[Provider, Rule]], value: str) -> Choice:
    """The rule for a value that looks made by a machine, and that no pattern fits."""
    siblings = [(provider, rule) for provider, _ in candidates for rule in provider.rules if rule.value]
    fitting = (use for use in siblings if _compiled(use[1].value).fullmatch(value))
    return _opaque(*next(fitting, candidates[0]), value)


def looks_made(value: str) -> bool:
    """Whether a value looks made by a machine: long, mixed, and no path, name or sentence."""
    return len(value) >= _LIMITS["made"] and any(map(str.isdigit, value)) and is_plausible_token(value)


def make_finding(choice: Choice, field: Field, start: int, end: int, value: str, cause: str, rank: int = 0) -> Finding:
    """The finding of a value at a sink. ``rank`` 0: as the sink's evidence says."""
    provider, rule, shaped = choice.provider, choice.rule, choice.shaped
    prefix = len(rule.prefix) if rule.prefix and value.startswith(rule.prefix) else 0
    return Finding(
        rule.id,
        "credential",
        provider.id,
        rule.severity,
        field,
        start,
        end,
        value,
        cause,
        rule.name,
        provider.rotation,
        prefix,
        rank or (RANK_SINK_WITH_SHAPE if shaped else RANK_SINK),
    )


def _plausible(value: str, rule: Rule) -> bool:
    """Whether a value is opaque enough to be this rule's credential."""
    if rule.is_password:
        return _is_varied(value, "password") and can_be_chosen(value)
    if not _is_varied(value, "token") or not can_be_chosen(value):
        return False
    if is_plausible_token(value):
        return len(value) >= _LIMITS["made"] or any(map(str.isdigit, value))
    return any(map(str.isdigit, value)) and wordy_share(value) < _LIMITS["wordy"]


def _is_varied(value: str, what: str) -> bool:
    return len(value) >= _LIMITS[f"{what}_length"] and len(set(value)) >= _LIMITS[f"{what}_distinct"]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return kept_regex(pattern)
