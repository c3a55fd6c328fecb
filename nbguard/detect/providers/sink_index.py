"""Turns the catalogue around: from a name in a text to the rules it is a sink of."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.providers.provider_rules import Call, Catalogue, Provider, Rule, load_catalogue
from nbguard.lazy_regex import kept_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Use = tuple[Provider, Rule]


class CallUse(NamedTuple):
    """A call that takes a rule's value; ``name`` is its dotted ending in parts."""

    provider: Provider
    rule: Rule
    call: Call
    name: tuple[str, ...]


class NameUse(NamedTuple):
    """A name that holds a rule's value: of a variable, an attribute, a key; ``name`` is its dotted ending in parts.

    ``generic``: it counts only with an import of the provider's module.
    """

    provider: Provider
    rule: Rule
    name: tuple[str, ...]
    generic: bool


class HeaderUse(NamedTuple):
    """An HTTP header that carries a rule's value after ``scheme`` (may be empty).

    ``generic``: it counts only with an import of the provider's module or one of its hosts in the document.
    """

    provider: Provider
    rule: Rule
    scheme: str
    generic: bool


class CommandUse(NamedTuple):
    """A command line: its words in their order; the value is the word after the last."""

    provider: Provider
    rule: Rule
    words: tuple[str, ...]
    cause: str

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """Each word as a pattern."""
        return tuple(map(_word, self.words))


class FileUse(NamedTuple):
    """A configuration file, and the keys in it that hold the value."""

    provider: Provider
    rule: Rule
    glob: str
    keys: frozenset[str]

    @property
    def path(self) -> re.Pattern[str]:
        """The file as a pattern on its path."""
        return _glob(self.glob)


class SinkIndex(NamedTuple):
    """Sinks by the last part of their name. Names of variables, headers, keys and hosts are in lower case.

    ``keywords`` are the argument names of all calls and the keys of all files: in an output they tell a credential
    only beside its provider's name. ``words`` are what a text calls a provider by, with the providers' ids.
    """

    calls: dict[str, list[CallUse]]
    names: dict[str, list[NameUse]]
    env: dict[str, list[Use]]
    shared_env: dict[str, list[Use]]
    headers: dict[str, list[HeaderUse]]
    keywords: dict[str, list[Use]]
    commands: dict[str, list[CommandUse]]
    files: list[FileUse]
    hosts: dict[str, list[Provider]]
    modules: dict[str, list[tuple[str, Provider]]]
    words: dict[str, set[str]]
    env_ends: set[str]

    def env_uses(self, name: str) -> Sequence[Use]:
        """The rules of an environment variable: by the whole name, or by an ending of it that follows a ``_``.

        Backends prefix their variables: ``ibm_kingston_QRMI_IBM_QRS_IAM_APIKEY``.
        """
        name = name.lower()
        if name.rpartition("_")[2] not in self.env_ends:
            return ()
        while True:
            uses = self.env.get(name)
            if uses is not None:
                return uses
            cut = name.find("_")
            if cut < 0:
                return ()
            name = name[cut + 1 :]

    def uses_of_shared(self, name: str, value: str) -> list[Use]:
        """The rules of a variable that other services have too, as far as the value has their form."""
        uses = self.shared_env.get(name.lower(), ())
        return [use for use in uses if re.fullmatch(use[1].value, value) is not None]


_SHORTEST_NAME = 3
# Names that many texts hold for other reasons: words of the language, frameworks that many providers plug into.
_COMMON_WORDS = frozenset(
    """open origin quantum google azure aws alice coda pauli computing covalent amplify qiskit cirq pytket boto3 braket
    perceval catalyst luna qbit""".split()  # noqa: SIM905
)


@cache
def known_sinks() -> SinkIndex:
    """The index of the catalogue that was built with the package."""
    return index_sinks(load_catalogue())


def index_sinks(catalogue: Catalogue) -> SinkIndex:
    """The index of a catalogue."""
    index = SinkIndex({}, {}, {}, {}, {}, {}, {}, [], {}, {}, {}, set())
    for provider in catalogue.providers:
        for host in provider.hosts:
            index.hosts.setdefault(host.lower(), []).append(provider)
        for module in provider.modules:
            index.modules.setdefault(module.partition(".")[0], []).append((module, provider))
        for word in _names_of(provider):
            index.words.setdefault(word, set()).add(provider.id)
        for rule in provider.rules:
            _add_names(index, provider, rule)
            _add_places(index, provider, rule)
    return index


def _names_of(provider: Provider) -> set[str]:
    """What a text calls a provider by: its id in one word, the first word of it, its modules."""
    first = provider.id.partition("-")[0]
    modules = {module.partition(".")[0].lower() for module in provider.modules}
    names = {provider.id.replace("-", ""), provider.id.replace("-", "_"), first, *modules}
    return {name for name in names if len(name) >= _SHORTEST_NAME and name not in _COMMON_WORDS}


def _add_names(index: SinkIndex, provider: Provider, rule: Rule) -> None:
    """Calls, attributes and variables."""
    use = (provider, rule)
    for call in rule.calls:
        for name in call.names:
            parts = tuple(name.split("."))
            index.calls.setdefault(parts[-1], []).append(CallUse(provider, rule, call, parts))
        for keyword in call.keywords:
            _add(index.keywords, keyword.lower(), use)
    for generic, names in ((False, rule.attributes), (True, rule.generic_attributes)):
        for name in names:
            parts = tuple(name.split("."))
            index.names.setdefault(parts[-1].lower(), []).append(NameUse(provider, rule, parts, generic))
            _add(index.keywords, parts[-1].lower(), use)
    for name in rule.env:
        _add(index.env, name.lower(), use)
        index.env_ends.add(name.lower().rpartition("_")[2])
    for name in rule.shared_env:
        _add(index.shared_env, name.lower(), use)


def _add_places(index: SinkIndex, provider: Provider, rule: Rule) -> None:
    """Headers, files and commands."""
    for header in rule.headers:
        use = HeaderUse(provider, rule, header.scheme, header.generic)
        index.headers.setdefault(header.name.lower(), []).append(use)
    for file in rule.files:
        keys = frozenset(key.strip().lower() for key in file.keys)
        index.files.append(FileUse(provider, rule, file.glob, keys))
        for key in keys:
            _add(index.keywords, key.rpartition(".")[2], (provider, rule))
    for command in rule.commands:
        words = tuple(command.split())
        known = CommandUse(provider, rule, words, f"the command `{command} …`")
        index.commands.setdefault(words[0].lower(), []).append(known)


def _add(table: dict[str, list[Use]], key: str, use: Use) -> None:
    uses = table.setdefault(key, [])
    if use not in uses:
        uses.append(use)


# Compiled when a text has the command, or is a file that may be one of these: 130 of them take a quarter of a start.
@cache
def _word(word: str) -> re.Pattern[str]:
    return kept_regex(rf"(?<![\w-]){re.escape(word)}(?=[\s=])", re.IGNORECASE)


@cache
def _glob(glob: str) -> re.Pattern[str]:
    """A file pattern as a regex on the end of a path with ``/``; ``~/`` may be any folder."""
    body = glob.removeprefix("~/").removeprefix("**/").lstrip("/")
    pattern = "".join(
        {"**/": r"(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(token, re.escape(token))
        for token in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", body)
    )
    return kept_regex(rf"(?:^|/){pattern}$", re.IGNORECASE)
