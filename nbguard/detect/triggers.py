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
    from collections.abc import Collection, Iterable, Mapping

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


class Ask(NamedTuple):
    """A detector that is asked where a literal fired; see detector.Literal. An empty ``detector`` is the engine itself.

    ``confirming``: the detector looks at the raw bytes itself.
    """

    detector: str
    topics: tuple[str, ...] = ()
    confirm: str = ""
    needs: tuple[str, ...] = ()
    exact: bool = False
    confirming: bool = False


class Trigger(NamedTuple):
    """A literal and who is asked where it fired. ``stem`` is a part of it that others share; see Literal.narrow."""

    literal: str
    stem: str
    narrow: str
    asks: tuple[Ask, ...]


def words_needed(table: Iterable[Trigger]) -> tuple[str, ...]:
    """The words that those who ask need elsewhere in a file."""
    needs = {need for trigger in table for ask in trigger.asks for need in ask.needs}
    return tuple(sorted({word for need in needs for word in need.split("&")}))


class Triggers(NamedTuple):
    """All triggers, and the ends and parts of the paths of providers' configuration files, in lower case.

    ``login_files`` are the names of files with logins in a format of their own (see known_places).
    ``sdks`` are the normalised names of quantum SDKs (see sdk_names). ``names`` says which provider people mean by a
    lower-case name.
    """

    table: tuple[Trigger, ...]
    file_endings: tuple[str, ...]
    file_parts: tuple[str, ...]
    sdks: frozenset[str]
    names: Mapping[str, str]
    login_files: frozenset[str]

    def is_login_file(self, path: str) -> bool:
        """Whether a file holds logins in a format of its own, by its name."""
        return path.replace(os.sep, "/").rpartition("/")[2].lower() in self.login_files

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

    def for_detectors(self, names: Collection[str]) -> tuple[Trigger, ...]:
        """The triggers of some detectors; the engine's own are among them where there is any."""
        selected = []
        for trigger in self.table:
            kept = tuple([ask for ask in trigger.asks if ask.detector in names])
            if kept:
                selected.append(trigger._replace(asks=kept))
        return tuple(selected)

    def topics_of(self, name: str) -> frozenset[str]:
        """All topics of a detector."""
        asks = (ask for trigger in self.table for ask in trigger.asks if ask.detector == name)
        return frozenset(topic for ask in asks for topic in ask.topics)


@cache
def load_triggers() -> Triggers:
    """The triggers that were built with the package."""
    with open(TRIGGERS, encoding="utf-8") as file:
        data = json.load(file)
    names, confirms, confirming = data["detectors"], data["confirms"], frozenset(data["confirming"])
    asks = [
        Ask(names[name], tuple(topics), confirms[confirm], tuple(needs), bool(exact), names[name] in confirming)
        for name, topics, confirm, needs, exact in data["asks"]
    ]
    narrow = data["narrow"]
    table = tuple(
        [
            Trigger(text, stem, narrow.get(text, ""), tuple([asks[n] for n in numbers]))
            for text, stem, *numbers in data["literals"]
        ]
    )
    return Triggers(
        table,
        tuple(data["file_endings"]),
        tuple(data["file_parts"]),
        frozenset(data["sdks"]),
        data["names"],
        frozenset(data.get("login_files", ())),
    )
