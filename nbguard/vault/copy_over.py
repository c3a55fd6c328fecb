"""Copies everything from one Vault to another, such as from the local one to a team's. Overwrites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.references import Reference, format_reference
from nbguard.vault.vault_errors import ConflictError

if TYPE_CHECKING:
    from nbguard.vault.client import Vault

_TRIES = 5


class Pushed(NamedTuple):
    """References that were copied, that were there already, and that hold another value there."""

    copied: tuple[str, ...]
    known: tuple[str, ...]
    different: tuple[str, ...]


def push(source: Vault, target: Vault, source_mount: str, target_mount: str, prefix: str = "") -> Pushed:
    """Copies every path under ``prefix`` key by key, reads it back and compares. Raises a VaultError.

    A key that holds another value in ``target`` stays as it is there and is reported.
    """
    copied: list[str] = []
    known: list[str] = []
    different: list[str] = []
    for path in source.paths(source_mount, prefix):
        entry = source.peek(source_mount, path)
        data = dict(entry.data) if entry else {}
        there = _add(target, target_mount, path, data)
        for key, value in sorted(data.items()):
            reference = format_reference(Reference(target_mount, path, key))
            if key not in there:
                copied.append(reference)
            else:
                (known if there[key] == value else different).append(reference)
    return Pushed(tuple(copied), tuple(known), tuple(different))


def _add(target: Vault, mount: str, path: str, data: dict[str, object]) -> dict[str, object]:
    """Adds the keys that are missing at a path; returns what was there before."""
    for _ in range(_TRIES):
        entry = target.peek(mount, path)
        there = dict(entry.data) if entry else {}
        missing = {key: value for key, value in data.items() if key not in there}
        if not missing:
            return there
        try:
            target.write(mount, path, there | missing, entry.version if entry else 0)
        except ConflictError:
            continue
        back = target.peek(mount, path)
        if back is not None and missing.items() <= back.data.items():
            return there
    raise ConflictError(f"{mount}/{path} is being changed by others all the time; try again later")
