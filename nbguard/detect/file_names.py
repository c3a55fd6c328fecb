"""Which files are made to keep credentials, by their names; the names are built into ``triggers.json``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class FileNames(NamedTuple):
    """What names say of files, all in lower case.

    ``endings`` and ``parts`` are those of the paths of providers' configuration files, ``logins`` the names of files
    with logins in a format of their own, ``dotfiles`` those that every developer has. ``templates``: what a .env file
    without values is called. A file whose name ends in one of ``keys``, and has none of ``other_keys`` in it, holds the
    key of the one of ``providers`` (name -> provider) that it names.
    """

    endings: tuple[str, ...]
    parts: tuple[str, ...]
    logins: tuple[str, ...]
    dotfiles: tuple[str, ...]
    templates: tuple[str, ...]
    keys: tuple[str, ...]
    other_keys: tuple[str, ...]
    providers: Mapping[str, str]

    def is_login_file(self, path: str) -> bool:
        """Whether a file holds logins in a format of its own."""
        return _name(path) in self.logins

    def is_config_file(self, path: str) -> bool:
        """Whether a file may be a provider's configuration, so that its keys count without any literal."""
        place = "/" + path.replace(os.sep, "/").lower()
        if place.endswith(self.endings) or any(part in place for part in self.parts):
            return True
        return bool(self.provider_of_key_file(path))

    def provider_of_key_file(self, path: str) -> str:
        """The provider whose key a file keeps, such as ``ionq_key.txt``; empty for any other file."""
        name = _name(path)
        if not name.endswith(self.keys) or any(word in name for word in self.other_keys):
            return ""
        for known, provider in self.providers.items():
            at, end = name.find(known), name.find(known) + len(known)
            if at >= 0 and not name[at - 1 : at].isalnum() and not name[end : end + 1].isalpha():
                return provider
        return ""

    def is_env_file(self, name: str) -> bool:
        """Whether a file's name (in lower case) is that of a .env file with values, not that of its template."""
        return (name.endswith(".env") or name.startswith(".env.")) and not any(word in name for word in self.templates)

    def is_credential_file(self, path: str) -> bool:
        """Whether a file may be one that is made to keep credentials: of a provider, or one every developer has."""
        name = _name(path)
        return name in self.dotfiles or self.is_env_file(name) or self.is_config_file(path)


def _name(path: str) -> str:
    return path.replace(os.sep, "/").rpartition("/")[2].lower()
