"""Connections to Vault: one a thread, as the environment of the server describes it, kept for the next request."""

from __future__ import annotations

import os
from threading import local

from nbguard.vault.client import Vault

# Seconds that Vault has to answer where somebody waits for what is only a mark in the editor.
QUICK = "2s"


class _Kept(local):
    """The connections of one thread."""

    settings: frozenset[tuple[str, str]] = frozenset()
    vaults: dict[str, Vault]


_kept = _Kept()


def connect(timeout: str = "") -> Vault:
    """The connection of this thread. ``timeout`` is the most that one request may take, as Vault writes times.

    Raises NoAddressError where the environment names no Vault.
    """
    settings = frozenset(item for item in os.environ.items() if item[0].startswith(("VAULT_", "NBGUARD_")))
    if _kept.settings != settings:
        _kept.settings, _kept.vaults = settings, {}
    if timeout not in _kept.vaults:
        given = {"VAULT_CLIENT_TIMEOUT": timeout} if timeout else {}
        _kept.vaults[timeout] = Vault(dict(os.environ) | given)
    return _kept.vaults[timeout]
