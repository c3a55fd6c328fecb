"""Where the local Vault's keys are kept: in the operating system's keyring, else in a file only its owner can read."""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from nbguard.vault.errors import VaultError

_SERVICE = "nbguard local vault"


class Keys(NamedTuple):
    """What opens the local Vault: its unseal key, and the AppRole that nbguard logs in with."""

    unseal: str
    role_id: str
    secret_id: str

    def __repr__(self) -> str:
        """Shows no key."""
        return "Keys()"


def save_keys(folder: str, keys: Keys) -> str:
    """Keeps the keys of the Vault in ``folder``; returns where: ``keyring`` or the file's path."""
    text = json.dumps(keys._asdict())
    if _in_keyring(folder, text):
        return "keyring"
    path = _file(folder)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def load_keys(folder: str) -> tuple[Keys, str]:
    """The keys of the Vault in ``folder``, and where they were. Raises VaultError where they are nowhere."""
    path = _file(folder)
    try:
        with open(path, encoding="utf-8") as file:
            return Keys(**json.load(file)), path
    except FileNotFoundError:
        text = _from_keyring(folder)
    if text is None:
        raise VaultError("the local Vault's unseal key is neither in the keyring nor in its folder: it can't be opened")
    return Keys(**json.loads(text)), "keyring"


def _file(folder: str) -> str:
    return os.path.join(folder, "keys.json")


def _in_keyring(folder: str, text: str) -> bool:
    try:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, folder, text)
            return keyring.get_password(_SERVICE, folder) == text
        except KeyringError:
            return False
    except ImportError:
        return False


def _from_keyring(folder: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(_SERVICE, folder)
        except KeyringError:
            return None
    except ImportError:
        return None
