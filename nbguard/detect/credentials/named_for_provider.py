"""Values given to a name that holds a provider's: ``IONQ_KEY = "…"``, ``[ibm]`` above ``key = …``, ``ionq = "…"``.

No call says where such a value goes, so the name has to say provider and credential (or the provider alone), and the
value has to look random and have the provider's form.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.credentials.provider_of_name import provider_in_words
from nbguard.detect.finding import RANK_SINK
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.triggers import load_triggers
from nbguard.detect.values.attribution import Choice, make_finding
from nbguard.detect.values.classifier import is_plausible_token
from nbguard.detect.values.placeholders import is_placeholder
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.finding import Finding
    from nbguard.detect.providers.provider_rules import Provider
    from nbguard.documents.fields import Field
    from nbguard.documents.structure.pair import Pair

_VALUE = lazy_regex(r"[A-Za-z0-9_+/-][\w.+/-]{18,4094}={0,2}", re.ASCII)
_WORDS = lazy_regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_HEX = lazy_regex(r"[0-9a-f]+|[0-9A-F]+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_UUID = lazy_regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LONGEST_KEY, _LONGEST_NAME = 4_096, 120
_SHORTEST, _SHORTEST_ALONE = 20, 24


class Called(NamedTuple):
    """The provider that a name is called after. ``alone``: the name doesn't say that it is a credential."""

    provider: Provider
    alone: bool


def provider_called(pair: Pair) -> Called | None:
    """The provider whose name is in a pair's name, or in one above it; None where the name says something else."""
    words = _words(pair.name)
    if not _said("otherwise").isdisjoint(words):
        return None
    found = provider_in_words(words)
    if _said("credential").isdisjoint(words):
        if found is None or not pair.quoted or not {*words[: found.first], *words[found.last :]} <= _said("little"):
            return None
        return Called(found.provider, not found.glued)
    if found is not None:
        return Called(found.provider, alone=False)
    for above in reversed(pair.path[-3:]):
        words = _words(above)
        found = provider_in_words(words)
        if found is not None and {*words[: found.first], *words[found.last :]} <= _said("little"):
            return Called(found.provider, alone=False)
    return None


def choose_for_provider(called: Called, value: str) -> Choice | None:
    """The provider's rule whose form a random value has, else one for opaque values."""
    provider, alone = called
    if _VALUE.fullmatch(value) is None or not _looks_random(value, alone) or is_placeholder(value, provider):
        return None
    rules = [rule for rule in provider.rules if not rule.is_password]
    for rule in rules:
        if rule.value and re.fullmatch(rule.value, value):
            return Choice(provider, rule, True, 0, len(value))
    if alone and _UUID.fullmatch(value):
        return None
    return next((Choice(provider, rule, False, 0, len(value)) for rule in rules if not rule.value), None)


def find_in_key_file(field: Field, path: str) -> Iterator[Finding]:
    """Yields what a file whose name says provider and key holds, if that is all it holds (``ionq_key.txt``)."""
    from nbguard.detect.providers.provider_rules import load_catalogue

    name = load_triggers().files.provider_of_key_file(path)
    value = field.text.strip()
    if not name or len(value) > _LONGEST_KEY:
        return
    provider = next(provider for provider in load_catalogue().providers if provider.id == name)
    choice = choose_for_provider(Called(provider, alone=False), value)
    if choice is not None:
        start = field.text.index(value)
        yield make_finding(choice, field, start, start + len(value), value, "the file's name", RANK_SINK - 2)


def _looks_random(value: str, alone: bool) -> bool:
    """Whether a value is one that only a machine makes. ``alone``: its name doesn't say credential, so no checksum."""
    digits = sum(character.isdigit() for character in value)
    if len(value) < _SHORTEST or not digits or not is_plausible_token(value):
        return False
    if not alone:
        return True
    mixed = any(c.isupper() for c in value) and any(c.islower() for c in value)
    hexadecimal = _HEX.fullmatch(value) is not None
    return mixed and not hexadecimal and digits >= 2 and len(value) >= _SHORTEST_ALONE and not value.endswith("=")


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name[:_LONGEST_NAME])]


@cache
def _said(what: str) -> frozenset[str]:
    return frozenset(load_knowledge("names")["beside_provider"][what].split())
