"""The literals of every detector in one table, so that one prefilter serves them all.

The table is generated (``python -m nbguard.detect.catalogue.build``): a clean file is done with before any detector
is imported.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

TRIGGERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "triggers.json")


# Files for credentials that every developer has, by their names in lower case.
DOTFILES = frozenset((".netrc", "_netrc", ".pypirc", ".npmrc", ".git-credentials", ".pgpass", ".vault-token"))
_TEMPLATES = ("example", "sample", "template", "tmpl", "tpl", "dist", "schema", "defaults")


# How files that hold a key and nothing else end; the provider's name stands before.
_KEY_NAMES = ("key", "keys", "token", "tokens", "secret", "credential", "credentials")
_KEY_ENDINGS = ("", ".txt", ".key", ".token", ".secret", ".dat")
_KEY_FILES = (*(name + ending for name in _KEY_NAMES for ending in _KEY_ENDINGS), ".key", ".token")
# What else such a name may say.
_NO_KEYS = ("public", "partition", "cache", "job", "sort", "hash")


def is_env_file(name: str) -> bool:
    """Whether a file's name (in lower case) is that of a .env file with values, not that of its template."""
    return (name.endswith(".env") or name.startswith(".env.")) and not any(word in name for word in _TEMPLATES)


class Trigger(NamedTuple):
    """What has to look closer where a literal fired. ``stem`` is a part of the literal that others share.

    ``shapes`` are rules of the catalogue, ``plugins`` detect-secrets plugins. ``sinks``: a value may go to a provider,
    by a call, a name, a header's scheme, an import, a host or any way (see catalogue.literals, also for ``needs``).
    ``confirm`` is a regex that raw bytes match at the literal where a plugin can find something; empty: always.
    ``escape``: the literal is an escape that may hide others, so a notebook's raw bytes prove nothing. ``identifiers``
    are rules for quantum metadata, ``hygiene`` rules for hygiene.
    """

    literal: str
    stem: str = ""
    shapes: Sequence[str] = ()
    plugins: Sequence[str] = ()
    sinks: Sequence[str] = ()
    needs: Sequence[str] = ()
    confirm: str = ""
    escape: bool = False
    identifiers: Sequence[str] = ()
    hygiene: Sequence[str] = ()


class Triggers(NamedTuple):
    """All triggers, and the ends and parts of the paths of providers' configuration files, in lower case.

    ``sdks`` are the normalised names of quantum SDKs (see sdk_names). ``names`` says which provider people mean by a
    lower-case name.
    """

    table: tuple[Trigger, ...]
    file_endings: tuple[str, ...]
    file_parts: tuple[str, ...]
    sdks: frozenset[str]
    names: Mapping[str, str]

    def is_config_file(self, path: str) -> bool:
        """Whether a file may be a provider's configuration, so that its keys count without any literal."""
        place = "/" + path.replace(os.sep, "/").lower()
        if place.endswith(self.file_endings) or any(part in place for part in self.file_parts):
            return True
        return bool(self.provider_of_key_file(path))

    def provider_of_key_file(self, path: str) -> str:
        """The provider whose key a file keeps by its name, such as ``ionq_key.txt``; empty for any other file."""
        name = path.replace(os.sep, "/").lower().rpartition("/")[2]
        if not name.endswith(_KEY_FILES) or any(word in name for word in _NO_KEYS):
            return ""
        for known, provider in self.names.items():
            at, end = name.find(known), name.find(known) + len(known)
            if at >= 0 and not name[at - 1 : at].isalnum() and not name[end : end + 1].isalpha():
                return provider
        return ""

    def is_credential_file(self, path: str) -> bool:
        """Whether a file may be one that is made to keep credentials: of a provider, or one every developer has."""
        name = path.replace(os.sep, "/").lower().rpartition("/")[2]
        return name in DOTFILES or is_env_file(name) or self.is_config_file(path)

    def for_kinds(self, kinds: frozenset[str]) -> tuple[Trigger, ...]:
        """The triggers for some kinds of finding, without what they ask for on behalf of others."""
        selected = []
        for trigger in self.table:
            if "credential" not in kinds and (trigger.shapes or trigger.plugins or trigger.sinks):
                trigger = trigger._replace(shapes=(), plugins=(), sinks=(), needs=(), confirm="")
            if trigger.identifiers and "quantum-metadata" not in kinds:
                trigger = trigger._replace(identifiers=())
            if trigger.hygiene and "hygiene" not in kinds:
                trigger = trigger._replace(hygiene=())
            if any(trigger[2:]):
                selected.append(trigger)
        return tuple(selected)


@cache
def load_triggers() -> Triggers:
    """The triggers that were built with the package."""
    with open(TRIGGERS, encoding="utf-8") as file:
        data = json.load(file)
    table = tuple([Trigger(*row) for row in data["triggers"]])
    return Triggers(
        table, tuple(data["file_endings"]), tuple(data["file_parts"]), frozenset(data["sdks"]), data["names"]
    )


def join_triggers(triggers: Iterable[Trigger]) -> Trigger:
    """What any of the triggers asks for."""
    shapes: set[str] = set()
    plugins: set[str] = set()
    sinks: set[str] = set()
    identifiers: set[str] = set()
    hygiene: set[str] = set()
    for trigger in triggers:
        shapes.update(trigger.shapes)
        plugins.update(trigger.plugins)
        sinks.update(trigger.sinks)
        identifiers.update(trigger.identifiers)
        hygiene.update(trigger.hygiene)
    return Trigger(
        "",
        shapes=sorted(shapes),
        plugins=sorted(plugins),
        sinks=sorted(sinks),
        identifiers=sorted(identifiers),
        hygiene=sorted(hygiene),
    )
