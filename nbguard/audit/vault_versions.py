"""Asks Vault which of the credentials it keeps, by fingerprint: values are compared as hashes, and none gets out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.audit.register import StoredVersion
from nbguard.policy.fingerprint import find_salt, fingerprint
from nbguard.vault.plan import read_settings
from nbguard.vault.references import Reference, format_reference

if TYPE_CHECKING:
    from collections.abc import Collection

    from nbguard.policy.policy_settings import Config
    from nbguard.vault.client import Vault


def find_stored(
    vault: Vault, config: Config, rules: Collection[str], used: Collection[Reference] = ()
) -> dict[str, tuple[StoredVersion, ...]]:
    """By fingerprint under each of ``rules``, where the newest versions of Vault keep a value.

    Looked at are the paths below the repository's prefix, and those of the references ``used``. Raises VaultError.
    """
    settings = read_settings(config.vault, config.root)
    places = {(settings.mount, path) for path in vault.paths(settings.mount, settings.prefix)}
    places |= {(reference.mount, reference.path) for reference in used}
    salt = find_salt(config).key
    found: dict[str, list[StoredVersion]] = {}
    for mount, path in sorted(places):
        entry = vault.peek(mount, path)
        for key, value in sorted(entry.data.items()) if entry is not None else ():
            if isinstance(value, str) and value and entry is not None:
                stored = StoredVersion(format_reference(Reference(mount, path, key)), entry.version, entry.created)
                for rule in rules:
                    found.setdefault(fingerprint(rule, value, salt), []).append(stored)
    return {mark: tuple(versions) for mark, versions in found.items()}
