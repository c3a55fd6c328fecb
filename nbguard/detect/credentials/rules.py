"""The catalogue's rules as records, loaded from the generated ``catalogue.json``."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import NamedTuple

CATALOGUE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "catalogue", "catalogue.json")


class Call(NamedTuple):
    """A call that takes the credential: dotted name endings, keyword names, position (None: by keyword only).

    ``generic``: the name is too common to count without an import of the provider's module.
    """

    names: tuple[str, ...]
    keywords: tuple[str, ...]
    position: int | None
    generic: bool


class Header(NamedTuple):
    """An HTTP header that carries the credential, with its scheme (``Bearer``; empty: the bare value)."""

    name: str
    scheme: str
    generic: bool


class ConfigFile(NamedTuple):
    """A file (by glob) and the keys in it that hold the credential."""

    glob: str
    keys: tuple[str, ...]


class Rule(NamedTuple):
    """One kind of credential of one provider.

    ``shapes`` are regexes that tell the credential by itself (group ``secret``, else the whole match); ``value`` is
    a regex that a value must match whole when a sink names it (empty: anything opaque enough). ``literals`` are
    lower-case strings of which at least one stands in every text a shape matches. ``prefix`` is the public prefix.
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
    headers: tuple[Header, ...]
    files: tuple[ConfigFile, ...]
    commands: tuple[str, ...]
    vault_key: str


class Provider(NamedTuple):
    """A quantum cloud, what its packages are called, and what to do when its credential leaked."""

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


class Catalogue(NamedTuple):
    """All providers. ``placeholders`` are exact values, ``placeholder_patterns`` regexes, that are no credentials."""

    providers: tuple[Provider, ...]
    placeholders: frozenset[str]
    placeholder_patterns: tuple[str, ...]
