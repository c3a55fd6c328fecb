"""Where the local Vault's keys are kept: in the operating system's keyring, else in a file only its owner can read."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import NamedTuple

from nbguard.vault.vault_errors import VaultError
from nbguard.whole_files import whole_file

_SERVICE = "nbguard local vault"


class LostKeysError(VaultError):
    """The keys are nowhere."""


class LocalKeys(NamedTuple):
    """What opens the local Vault: its unseal key, and the AppRole that nbguard logs in with.

    ``root`` is the token that sets it up; empty as soon as that is done.
    """

    unseal: str
    role_id: str
    secret_id: str
    root: str = ""

    def __repr__(self) -> str:
        """Shows no key."""
        return "LocalKeys()"


def save_keys(folder: str, keys: LocalKeys) -> str:
    """Keeps the keys of the Vault in ``folder``; returns where: ``keyring`` or the file's path."""
    text, path = json.dumps(keys._asdict()), _file(folder)
    if _in_keyring(folder, text):
        # The keyring may have been locked before: the file is read first, and would bring the old keys back.
        with suppress(FileNotFoundError):
            os.unlink(path)
        return "keyring"
    write_private(path, text)
    return path


def load_keys(folder: str) -> tuple[LocalKeys, str]:
    """The keys of the Vault in ``folder``, and where they were. Raises LostKeysError where they are nowhere."""
    where = _file(folder)
    try:
        with open(where, encoding="utf-8") as file:
            text: str | None = file.read()
    except FileNotFoundError:
        text, where = _from_keyring(folder), "keyring"
    try:
        return LocalKeys(**json.loads(text or "")), where
    except (ValueError, TypeError, RecursionError):
        raise LostKeysError(
            f"the local Vault can't be opened: its unseal key is neither in the keyring (is it locked?) nor in "
            f"{_file(folder)}. If it is lost, so is what was stored: run `nbguard vault local stop`, "
            f"delete the folder {folder}, and run `nbguard vault local start`"
        ) from None


def write_private(path: str, text: str) -> None:
    """Writes a file that only its owner can read: whole and on the disk, or not at all."""
    with whole_file(path, 0o600) as file:
        file.write(text.encode())


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
