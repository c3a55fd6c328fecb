"""Secrets that are in Vault already and are looked up in the place of a value: read, compared, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.vault.references import Reference, format_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbguard.vault.client import Vault
    from nbguard.vault.plan import PlannedCredential, VaultSettings


class OtherValueError(UsageError):
    """The secret that was chosen holds another value than the file."""


def check_existing(
    there: Mapping[str, object] | None, wanted: Iterable[PlannedCredential], settings: VaultSettings
) -> None:
    """Holds the existing secrets among ``wanted`` against what is at their path; None: nobody could be asked.

    Raises UsageError where one isn't there, OtherValueError where it holds another value and settings forbid that.
    """
    for credential in wanted:
        if not credential.existing or there is None:
            continue
        name = format_reference(Reference(settings.mount, credential.path, credential.key))
        value = there.get(credential.key)
        if value is None:
            raise UsageError(f"{name} isn't in Vault: choose one that is, or store the value under a name of its own")
        if value != credential.value and not settings.other:
            raise OtherValueError(f"{name} holds another value than the file; nothing was changed")


def confirm_existing(vault: Vault, wanted: Iterable[PlannedCredential], settings: VaultSettings) -> dict[str, int]:
    """Looks once more, right before a file is written. Returns the version of each path; raises as above."""
    versions: dict[str, int] = {}
    for credential in wanted:
        entry = vault.peek(settings.mount, credential.path)
        check_existing(entry.data if entry else {}, [credential], settings)
        versions[credential.path] = entry.version if entry else 0
    return versions
