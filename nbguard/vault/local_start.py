"""Uses the local Vault where no address is set; the server's own code is loaded only then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.vault.local_folder import exists

if TYPE_CHECKING:
    from collections.abc import Mapping


def or_local(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment; where it names no Vault and a local one was set up, that one, started. Raises VaultError."""
    if environment.get("VAULT_ADDR") or not exists(environment):
        return environment
    from nbguard.vault.local_server import local_environment

    kept = {name: value for name, value in environment.items() if not name.startswith("VAULT_")}
    return kept | local_environment(environment)
