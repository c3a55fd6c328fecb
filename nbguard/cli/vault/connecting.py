"""What the vault commands have in common: the connection, the repository's salt, its documents."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config
    from nbguard.vault.client import Vault


def connect(optional: bool = False) -> Vault | None:
    """The connection that the environment describes; None where there is none and it is ``optional``.

    A person whose environment says nothing of a Vault may have one set up on this machine; one without a login is
    asked for a token.
    """
    from nbguard.vault.client import Vault
    from nbguard.vault.vault_errors import NoAddressError

    try:
        vault = Vault()
        if vault.needs_login and sys.stdin.isatty():
            _log_in(vault)
        return vault
    except NoAddressError:
        if optional:
            return None
        if os.environ.get("VAULT_ADDR") or not _wants_local():
            raise
    start_local()
    return Vault()


def _log_in(vault: Vault) -> None:
    from nbguard.cli.vault.login import ask_unseen, log_in
    from nbguard.vault.own_login import OwnLogin

    log_in(OwnLogin("token", secret=ask_unseen(f"Token for {vault.address}: ")))


def _wants_local() -> bool:
    from nbguard.cli.confirming import is_confirmed
    from nbguard.vault.local_server import find_openbao

    question = "VAULT_ADDR isn't set. Set a Vault up on this machine, for you alone?"
    return (
        find_openbao() is not None
        and sys.stdin.isatty()
        and is_confirmed(question, "VAULT_ADDR isn't set, and nobody answers")
    )


def start_local() -> None:
    """Starts the local Vault, sets it up the first time, and says where it is. Raises VaultError."""
    from nbguard.cli.console import tell
    from nbguard.vault import local_server

    address = local_server.start(os.environ)
    sys.stdout.write(f"The local Vault runs at {address}.\n")
    keys = local_server.status(os.environ).keys
    if keys != "keyring":
        tell(f"There is no keyring on this machine, so its unseal key is in {keys}, for you only.")


def fingerprinter(config: Config) -> Callable[[str, str], str]:
    """The repository's fingerprint of a rule and a value."""
    from nbguard.policy.fingerprint import find_salt, fingerprint

    salt = find_salt(config)
    return lambda rule, value: fingerprint(rule, value, salt.key)


def documents(paths: Sequence[str], config: Config, unread: list[str]) -> Iterator[Document]:
    """The documents of files and folders; none means the repository. What can't be read goes to ``unread``, and is
    named on standard error.
    """
    from nbguard.scan.open_files import open_documents

    for opened in open_documents(paths, config):
        if opened.problem:
            unread.append(opened.path)
            sys.stderr.write(f"nbguard: {plain(opened.path)}: {plain(opened.problem)}\n")
        if opened.document is not None:
            yield opened.document
