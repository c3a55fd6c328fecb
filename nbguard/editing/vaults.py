"""Connections to Vault: one a thread, as the environment of the server describes it, kept for the next request."""

from __future__ import annotations

import os
from threading import local

from nbguard.vault.client import ATTEMPTS, Vault
from nbguard.vault.local_folder import exists
from nbguard.vault.own_login import token_file

# Seconds that Vault has to answer where somebody waits for what is only a mark in the editor.
_QUICK = "2s"


class _Kept(local):
    """The connections of one thread."""

    settings: frozenset[tuple[str, str]] = frozenset()
    vaults: dict[bool, Vault]


_kept = _Kept()


def vault_settings() -> frozenset[tuple[str, str]]:
    """What decides which Vault is asked, and as whom: the environment, the token of `vault login`, a local Vault."""
    own = {item for item in os.environ.items() if item[0].startswith(("VAULT_", "NBGUARD_", "HOME"))}
    local = not os.environ.get("VAULT_ADDR") and exists(os.environ)
    return frozenset({*own, ("~/.vault-token", _identity(token_file(os.environ))), ("local", str(local))})


def _identity(path: str) -> str:
    """Tells one state of a file from another; a login puts a new file in its place."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_ino} {found.st_mtime_ns} {found.st_size}"


def connect(*, quick: bool = False) -> Vault:
    """The connection of this thread; a ``quick`` one gives up after one try of two seconds.

    Raises NoAddressError where the environment names no Vault.
    """
    settings = vault_settings()
    if _kept.settings != settings:
        _kept.settings, _kept.vaults = settings, {}
    if quick not in _kept.vaults:
        environment = dict(os.environ) | ({"VAULT_CLIENT_TIMEOUT": _QUICK} if quick else {})
        _kept.vaults[quick] = Vault(environment, 1 if quick else ATTEMPTS)
    return _kept.vaults[quick]
