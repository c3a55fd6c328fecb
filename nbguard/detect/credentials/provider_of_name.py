"""Whose credential a name holds: by the catalogue's variables, attributes, headers and file keys, or by a nickname."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.credentials.name_meaning import meaning_of, says_password
from nbguard.detect.credentials.provider_names import provider_names
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.providers.sink_index import known_sinks
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.providers.provider_rules import Provider
    from nbguard.detect.providers.sink_index import Use
    from nbguard.documents.fields import Document
    from nbguard.documents.structure.pair import Pair

_WORD = lazy_regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST_NAME = 200
_MOST_WORDS = 4
_ANYBODYS = frozenset(load_knowledge("names")["anybodys"]["names"].split())


class NameReader:
    """Answers for the names of one document; what was said of a name is kept.

    ``shown``: the names stand in what the document's code shows, so that an argument's name tells its provider.
    """

    def __init__(self, document: Document, shown: bool = False) -> None:
        self._index = known_sinks()
        self._document, self._shown = document, shown
        self._known: dict[tuple[str, tuple[str, ...]], tuple[Use, ...]] = {}

    def uses_of(self, pair: Pair) -> tuple[Use, ...]:
        """The rules whose value a name holds, the likeliest first; none where the name tells no provider."""
        if pair.form == "header" or pair.scheme:
            uses = self._of_header(pair)
            if uses:
                return uses
        shared = self._index.uses_of_shared(_variable(pair.name), pair.value)
        if shared:
            return tuple(shared)
        key = (pair.name, pair.path)
        if key not in self._known:
            self._known[key] = tuple(dict.fromkeys(self._find(pair)))
        return self._known[key]

    def _find(self, pair: Pair) -> list[Use]:
        name = _variable(pair.name)
        uses = list(self._index.env_uses(name))
        uses += [
            (use.provider, use.rule)
            for use in self._index.names.get(name.lower(), ())
            if len(use.name) == 1 and (self._imports(use.provider) if use.generic else not _says_nothing(name))
        ]
        return uses or self._by_nickname(pair) or self._by_argument(name)

    def _by_argument(self, name: str) -> list[Use]:
        """The rules of the imported providers whose calls have an argument of that name."""
        known = self._index.keywords.get(name.lower(), ()) if self._shown and meaning_of(name) else ()
        return [use for use in known if self._imports(use[0])]

    def _imports(self, provider: Provider) -> bool:
        """Whether the document's code imports a module of the provider."""
        raw = self._document.raw
        if b"\\u" not in raw and not any(module.partition(".")[0].encode() in raw for module in provider.modules):
            return False
        from nbguard.detect.dataflow.program import program_of

        return provider.id in program_of(self._document).imported

    def _of_header(self, pair: Pair) -> tuple[Use, ...]:
        known = self._index.headers.get(pair.name.lower(), [])
        scheme = pair.scheme
        matching = [use for use in known if use.scheme == scheme and not use.generic] or [
            use for use in known if use.scheme.lower() == scheme.lower() and not use.generic
        ]
        return tuple((use.provider, use.rule) for use in matching)

    def _by_nickname(self, pair: Pair) -> list[Use]:
        """The rules of the provider that the name, or one above it, is called after."""
        if not meaning_of(pair.name):
            return []
        for name in (pair.name, *reversed(pair.path[-3:])):
            provider = self._named_in(name)
            if provider is not None:
                return [(provider, rule) for rule in provider.rules if rule.is_password == says_password(pair.name)]
        return []

    def _named_in(self, name: str) -> Provider | None:
        return provider_of_words(_WORD.findall(name[:_LONGEST_NAME]))


class NamedProvider(NamedTuple):
    """A provider that the words from ``first`` to ``last`` are what people call it by.

    ``glued``: its name and what it has are one word: ``ibmtoken``.
    """

    provider: Provider
    first: int
    last: int
    glued: bool = False


def provider_in_words(words: Sequence[str]) -> NamedProvider | None:
    """The provider that some of the words of a name, side by side, are what people call it by."""
    words = [word.lower() for word in words]
    known = nicknames()
    for first in range(len(words)):
        for last in range(min(len(words), first + _MOST_WORDS), first, -1):
            provider = known.get("".join(words[first:last]))
            if provider is not None:
                return NamedProvider(provider, first, last)
        for length in range(3, len(words[first]) - 2):
            provider = known.get(words[first][:length])
            if provider is not None and (meaning_of(words[first][length:]) or words[first][length:] == "key"):
                return NamedProvider(provider, first, first + 1, glued=True)
    return None


def provider_of_words(words: Sequence[str]) -> Provider | None:
    """The same without the place."""
    found = provider_in_words(words)
    return found.provider if found is not None else None


@cache
def nicknames() -> dict[str, Provider]:
    """Nickname without signs -> provider."""
    providers = {provider.id: provider for provider in load_catalogue().providers}
    return {"".join(re.findall("[a-z0-9]+", name)): providers[of] for name, of in provider_names().items()}


def _variable(name: str) -> str:
    """A name as a variable of the catalogue: `--ionq-api-key`, `$IONQ_API_KEY`, `env.IONQ_API_KEY`."""
    return name.strip("-$").replace("-", "_").rpartition(".")[2]


def _says_nothing(name: str) -> bool:
    """Whether a name of the catalogue is one that any service may use: ``apiToken``."""
    plain = name.lower().replace("_", "")
    return len(_WORD.findall(name)) <= 2 and plain in _ANYBODYS and meaning_of(name) != ""
