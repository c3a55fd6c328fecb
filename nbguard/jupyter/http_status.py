"""The HTTP status for what can go wrong below: what Vault refuses, and what isn't right in a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.vault.vault_errors import (
    BusyError,
    ConflictError,
    NoAddressError,
    SealedError,
    TlsError,
    UnreachableError,
    VaultError,
)

if TYPE_CHECKING:
    from nbguard.errors import NbguardError


def status_of(error: NbguardError) -> tuple[int, str]:
    """The status, and the reason's short name."""
    if isinstance(error, NoAddressError):
        return 503, "vault-unconfigured"
    if isinstance(error, UnreachableError | TlsError | SealedError | BusyError):
        return 503, "vault-unreachable"
    if isinstance(error, ConflictError):
        return 409, "vault-conflict"
    if isinstance(error, VaultError):
        return 502, "vault-refused"
    return 422, "policy"
