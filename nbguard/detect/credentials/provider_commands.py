"""What command lines and addresses of the catalogue give to a provider: ``ibmcloud login --apikey V``, ``?key=V``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.values.attribution import choose_rule
from nbguard.documents.structure.http import read_queries
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.detect.providers.sink_index import SinkIndex
    from nbguard.detect.values.attribution import Choice

_VALUE = lazy_regex(r"(?:=|[ \t]+)[\"']?(?P<secret>[^\s\"']{4,8192})")
_TELLING = lazy_regex(r"(?:token|key|secret)\Z", re.IGNORECASE)
_LONGEST_LINE = 4_000
_LONGEST_STEP = 300
_SHORTEST = 8


class Named(NamedTuple):
    """A value at a sink in a text, and the sink in words."""

    choice: Choice
    value: str
    start: int
    end: int
    cause: str


def find_commands(text: str, words: set[str], index: SinkIndex) -> Iterator[Named]:
    """Command lines of the catalogue with their value: ``ibmcloud login --apikey …``."""
    for word in words:
        commands = index.commands.get(word.lower())
        if not commands:
            continue
        at = text.find(word)
        while at >= 0:
            stop = text.find("\n", at)
            stop = min(len(text) if stop < 0 else stop, at + _LONGEST_LINE)
            for use in commands:
                end = at
                for pattern in use.patterns:
                    step = pattern.search(text, end, min(stop, end + _LONGEST_STEP)) if end >= 0 else None
                    end = step.end() if step is not None else -1
                found = _VALUE.match(text, end, stop) if end >= 0 else None
                choice = choose_rule([(use.provider, use.rule)], found.group("secret")) if found else None
                if found is not None and choice is not None:
                    start, finish = found.span("secret")
                    yield Named(choice, text[start:finish], start, finish, use.cause)
            at = text.find(word, at + len(word))


def find_queries(text: str, index: SinkIndex) -> Iterator[Named]:
    """Tokens in the queries of a provider's addresses."""
    for pair, host in read_queries(text):
        if _TELLING.search(pair.name) is None or len(pair.value) < _SHORTEST:
            continue
        providers = next((p for known, p in index.hosts.items() if f".{host}".endswith(f".{known}")), ())
        choice = choose_rule([(provider, rule) for provider in providers for rule in provider.rules], pair.value)
        if choice is not None:
            first, last = pair.start + choice.start, pair.start + choice.end
            yield Named(choice, text[first:last], first, last, f"an address of {host}")
