"""The catalogue's rules as records, loaded from the generated ``catalogue.json``.

Loading is on the hot path (every hook run), so the file holds plain lists in the order of the records' fields.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from nbguard.named_tuple import NamedTuple

CATALOGUE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "catalogue", "catalogue.json")


class Call(NamedTuple):
    """A call that takes the credential: dotted name endings, keyword names, position (None: by keyword only).

    ``generic``: the name is too common to count without an import of the provider's module. ``device``: the call
    counts only when its first argument is a string that starts so (``qml.device("ionq.qpu", api_key=…)``).
    """

    names: tuple[str, ...]
    keywords: tuple[str, ...]
    position: int | None
    generic: bool
    device: str = ""


class HeaderRule(NamedTuple):
    """An HTTP header that carries the credential, with its scheme (``Bearer``; empty: the bare value).

    Schemes are written as the provider writes them: ``apikey`` is IBM's and ``apiKey`` IonQ's. ``generic``: it counts
    only with an import of the provider's module, or one of its hosts near by.
    """

    name: str
    scheme: str
    generic: bool


class ConfigFile(NamedTuple):
    """A file (by glob) and the keys in it that hold the credential.

    A key is a dotted path, in which ``*`` is any one name; a name without dots counts at any depth. No keys: the
    file's whole text is the credential.
    """

    glob: str
    keys: tuple[str, ...]


class Rule(NamedTuple):
    """One kind of credential of one provider.

    ``value`` is a regex that a value must match whole when a sink names it (empty: anything opaque enough); of the
    rules that share a sink, the first whose value matches is meant. ``shapes`` are regexes that tell the credential
    by itself (group ``secret``, else the whole match) and ``reach`` is the most characters one of them spans.
    ``literals`` are lower-case strings of which at least one stands in every text a shape matches. ``prefix`` is the
    public prefix. ``env`` names match as the end of a variable's name. ``attributes`` are names that the credential
    is assigned to: a variable, a dict key, a keyword, or the dotted tail of an attribute; ``generic_attributes`` only
    with an import of the provider's module. ``shared_env`` names are other services' too: they count where the value
    has the form of ``value``. ``commands`` are words of a shell command in their order, with others
    between them at will; the value is the word after the last one.
    ``is_password``: somebody chose it to sign in with, so it needn't look made by a machine.
    """

    id: str
    provider: str
    name: str
    severity: str
    value: str
    prefix: str
    shapes: tuple[str, ...]
    literals: tuple[str, ...]
    calls: tuple[Call, ...]
    attributes: tuple[str, ...]
    env: tuple[str, ...]
    headers: tuple[HeaderRule, ...]
    files: tuple[ConfigFile, ...]
    commands: tuple[str, ...]
    vault_key: str
    generic_attributes: tuple[str, ...] = ()
    reach: int = 0
    shared_env: tuple[str, ...] = ()
    is_password: bool = False


class Identifier(NamedTuple):
    """Quantum metadata: no secret, but it tells who runs what where (a CRN, a task ARN, a workspace)."""

    id: str
    provider: str
    name: str
    severity: str
    pattern: str
    literals: tuple[str, ...]


class Provider(NamedTuple):
    """A quantum cloud, what its packages are called, and what to do when its credential leaked.

    ``rotation_documented`` says whether the provider itself describes ``rotation`` (on ``rotation_page``).
    """

    id: str
    name: str
    modules: tuple[str, ...]
    packages: tuple[str, ...]
    hosts: tuple[str, ...]
    vault_path: str
    placeholders: tuple[str, ...]
    rotation: str
    rotation_page: str
    rules: tuple[Rule, ...]
    identifiers: tuple[Identifier, ...] = ()
    rotation_documented: bool = False


class Catalogue(NamedTuple):
    """All providers, and the literals that a prefilter looks for.

    ``by_rule`` gives provider and rule for a rule's id. ``placeholders`` are exact values (lower case) that are no
    credentials. ``shape_literals`` maps a lower-case literal to the rules whose shapes it gates,
    ``identifier_literals`` to identifiers; where one of ``sink_literals`` stands, a value may go to a provider.
    ``file_endings`` and ``file_parts`` go into the triggers, which know configuration files by them.
    """

    providers: tuple[Provider, ...]
    by_rule: dict[str, tuple[Provider, Rule]]
    identifiers: dict[str, Identifier]
    placeholders: frozenset[str]
    shape_literals: dict[str, tuple[str, ...]]
    sink_literals: tuple[str, ...]
    identifier_literals: dict[str, tuple[str, ...]]
    file_endings: tuple[str, ...]
    file_parts: tuple[str, ...]


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that was built with the package; read once (about 2 ms)."""
    with open(CATALOGUE, encoding="utf-8") as file:
        return read_catalogue(file.read())


def read_catalogue(text: str) -> Catalogue:
    """The catalogue in the text of a ``catalogue.json``."""
    data = json.loads(text)
    providers = tuple([_read_provider(record) for record in data["providers"]])
    return Catalogue(
        providers,
        {rule.id: (provider, rule) for provider in providers for rule in provider.rules},
        {known.id: known for provider in providers for known in provider.identifiers},
        frozenset(data["placeholders"]),
        {literal: tuple(rules) for literal, rules in data["shape_literals"].items()},
        tuple(data["sink_literals"]),
        {literal: tuple(ids) for literal, ids in data["identifier_literals"].items()},
        tuple(data["file_endings"]),
        tuple(data["file_parts"]),
    )


def describe(rule_id: str) -> tuple[str, str]:
    """Message and remedy of one of the catalogue's rules: what was found, and how it is rotated.

    Raises KeyError for a rule of another detector.
    """
    catalogue = load_catalogue()
    if rule_id in catalogue.identifiers:
        return catalogue.identifiers[rule_id].name, "No secret, but it tells who runs what: strip it or take it out."
    provider, rule = catalogue.by_rule[rule_id]
    return rule.name, provider.rotation


def _read_provider(record: list[Any]) -> Provider:
    values = [_frozen(value) for value in record]
    values[_RULES] = tuple([_read_rule(rule) for rule in record[_RULES]])
    values[_IDENTIFIERS] = tuple([Identifier(*map(_frozen, known)) for known in record[_IDENTIFIERS]])
    return Provider(*values)


def _read_rule(record: list[Any]) -> Rule:
    values = [_frozen(value) for value in record]
    values[_CALLS] = tuple([Call(*map(_frozen, call)) for call in record[_CALLS]])
    values[_HEADERS] = tuple([HeaderRule(*header) for header in record[_HEADERS]])
    values[_FILES] = tuple([ConfigFile(glob, tuple(keys)) for glob, keys in record[_FILES]])
    return Rule(*values)


def _frozen(value: Any) -> Any:
    return tuple(value) if type(value) is list else value


_RULES, _IDENTIFIERS = (Provider._fields.index(name) for name in ("rules", "identifiers"))
_CALLS, _HEADERS, _FILES = (Rule._fields.index(name) for name in ("calls", "headers", "files"))
