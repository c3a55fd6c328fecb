"""Copies everything from one Vault to another, such as from the local one to a team's. Overwrites nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.references import Reference, format_reference
from nbguard.vault.storing import add_missing

if TYPE_CHECKING:
    from nbguard.vault.client import Vault


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
        there = add_missing(target, target_mount, path, data)
        for key, value in sorted(data.items()):
            reference = format_reference(Reference(target_mount, path, key))
            if key not in there:
                copied.append(reference)
            else:
                (known if there[key] == value else different).append(reference)
    return Pushed(tuple(copied), tuple(known), tuple(different))
