"""Stores values at a path, reads them back and compares. Nothing that is there is overwritten unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.vault.plan import PlannedCredential, choose_keys
from nbguard.vault.vault_errors import ENDING, ConflictError, ForbiddenError, NoSuchPathError, VaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbguard.vault.client import Vault
    from nbguard.vault.references import Reference

_TRIES = 8
# What is refused with these is refused for every value of the path.
_OF_THE_PATH = (*ENDING, ForbiddenError, ConflictError, NoSuchPathError)


class Stored(NamedTuple):
    """Which key each value has, the version that holds them, and how many were new."""

    keys: Mapping[str, str]
    version: int
    new: int

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Stored({sorted(self.keys.values())}, version {self.version})"


def store(vault: Vault, mount: str, path: str, wanted: Sequence[PlannedCredential], update: bool = False) -> Stored:
    """Puts the values of ``wanted`` at a path beside what is there, by check-and-set, and reads them back.

    Where somebody else writes at the same time, it looks again and adds to what they wrote. Raises a VaultError; then
    some of the values may be stored or none, and doing it again is safe.
    """
    return _put(vault, mount, path, lambda existing: _by_key(choose_keys(existing, wanted, update)))[0]


def store_each(
    vault: Vault, mount: str, path: str, wanted: Sequence[PlannedCredential], update: bool = False
) -> tuple[Stored | None, Sequence[PlannedCredential], list[tuple[PlannedCredential, VaultError]]]:
    """Stores values at a path, together or, where that is refused, by halves down to those that are refused alone.

    Returns what is stored, whose it is, and what Vault didn't take. Raises a VaultError that is about none of them.
    """
    stored, taken, refused = _store_halves(vault, mount, path, wanted, update)
    if refused and taken:
        # All at once again, for the keys and the version that hold them together.
        stored = store(vault, mount, path, taken, update)
    return stored, taken, refused


def _store_halves(
    vault: Vault, mount: str, path: str, wanted: Sequence[PlannedCredential], update: bool
) -> tuple[Stored | None, Sequence[PlannedCredential], list[tuple[PlannedCredential, VaultError]]]:
    try:
        return store(vault, mount, path, wanted, update), wanted, []
    except ENDING:
        raise
    except VaultError as error:
        if len(wanted) == 1 or isinstance(error, _OF_THE_PATH):
            return None, [], [(credential, error) for credential in wanted]
    taken: list[PlannedCredential] = []
    refused: list[tuple[PlannedCredential, VaultError]] = []
    for half in (wanted[: len(wanted) // 2], wanted[len(wanted) // 2 :]):
        _, mine, errors = _store_halves(vault, mount, path, half, update)
        taken += mine
        refused += errors
    return None, taken, refused


def replace_value(vault: Vault, reference: Reference, value: str) -> int:
    """Puts a value at a reference, in place of what is there, by check-and-set, and reads it back.

    What other keys at the path hold stays. Returns the version that holds the value (0 for KV version 1). Raises a
    VaultError; then what was there is still there, or doing it again is safe.
    """
    mount, path, key, _ = reference
    return _put(vault, mount, path, lambda _: {key: value})[0].version


def add_missing(vault: Vault, mount: str, path: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Adds the keys that are missing at a path, and reads them back; returns what was there before.

    Raises a VaultError; doing it again is safe.
    """
    return _put(vault, mount, path, lambda there: {k: v for k, v in data.items() if k not in there})[1]


def _by_key(keys: Mapping[str, str]) -> dict[str, str]:
    return {key: value for value, key in keys.items()}


def _put(
    vault: Vault, mount: str, path: str, choose: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> tuple[Stored, Mapping[str, Any]]:
    """Stores what is chosen by what is there; returns with it what was there."""
    for _ in range(_TRIES):
        entry = vault.peek(mount, path)
        existing = dict(entry.data) if entry else {}
        wanted = choose(existing)
        keys = {value: key for key, value in wanted.items() if isinstance(value, str)}
        missing = {key: value for key, value in wanted.items() if existing.get(key) != value}
        if not missing:
            return Stored(keys, entry.version if entry else 0, 0), existing
        try:
            vault.write(mount, path, existing | missing, entry.version if entry else 0)
        except ConflictError:
            # Somebody else was faster, or the answer to our own write got lost: what is there now tells.
            continue
        back = vault.peek(mount, path)
        if back is not None and all(back.data.get(key) == value for key, value in wanted.items()):
            return Stored(keys, back.version, len(missing)), existing
        if vault.engine(mount, path) != 2:
            continue
        raise VaultError(f"{mount}/{path} doesn't hold what was written to it; nothing else was changed")
    raise ConflictError(f"{mount}/{path} is being changed by others all the time; try again later")
