"""Keeps the secrets of `jupyter-secrets-manager` in Vault: below ``<prefix>/jupyter/`` of the policy, and nowhere else.

A namespace is a path there and an id a key in it. What may stand in neither is written as ``~`` and two hex digits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.editing.request_errors import RequestError
from nbguard.errors import UsageError
from nbguard.vault.plan import read_settings
from nbguard.vault.references import Reference
from nbguard.vault.storing import replace_value
from nbguard.vault.vault_errors import ConflictError

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config
    from nbguard.vault.client import Vault

FOLDER = "jupyter"
_LONGEST = 200
_TRIES = 8
_OTHER = re.compile(rb"[^A-Za-z0-9_-]")


def is_enabled(config: Config) -> bool:
    """Whether the policy asks for the connector."""
    return bool(config.jupyter.get("secrets_connector"))


def reference_for(config: Config, namespace: str, name: str) -> Reference:
    """Where a secret of the manager is. Raises RequestError (400) for a name that is empty or too long."""
    if not (0 < len(namespace) <= _LONGEST and 0 < len(name) <= _LONGEST):
        raise RequestError(400, f"a namespace and an id have 1 to {_LONGEST} characters", "malformed")
    settings = read_settings(config.vault, config.root)
    path = "/".join(filter(None, (settings.prefix, FOLDER, _encode(namespace))))
    return Reference(settings.mount, path, _encode(name))


def fetch(vault: Vault, reference: Reference) -> str | None:
    """The value; None where there is none."""
    entry = vault.peek(reference.mount, reference.path)
    value = entry.data.get(reference.key) if entry else None
    return value if isinstance(value, str) else None


def save(vault: Vault, reference: Reference, value: str) -> None:
    """Stores a value, reads it back and compares."""
    replace_value(vault, reference, value)


def remove(vault: Vault, reference: Reference) -> bool:
    """Takes a value out, by check-and-set; False where there is none. Raises a VaultError."""
    mount, path, key, _ = reference
    for _ in range(_TRIES):
        entry = vault.peek(mount, path)
        if entry is None or key not in entry.data:
            return False
        kept = {name: value for name, value in entry.data.items() if name != key}
        try:
            vault.write(mount, path, kept, entry.version)
        except ConflictError:
            continue
        return True
    raise ConflictError(f"{mount}/{path} is being changed by others all the time; try again later")


def _encode(name: str) -> str:
    try:
        raw = name.encode()
    except UnicodeEncodeError:
        raise UsageError("this is no name: half of a character stands in it") from None
    return _OTHER.sub(lambda found: b"~%02x" % found.group()[0], raw).decode("ascii")
