"""What the vault commands have in common: the connection, the repository's salt, its documents."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbguard.documents.fields import Document
    from nbguard.policy.policy_settings import Config
    from nbguard.vault.client import Vault


def connect(optional: bool = False) -> Vault | None:
    """The connection that the environment describes; None where there is none and it is ``optional``."""
    from nbguard.vault.client import Vault
    from nbguard.vault.vault_errors import NoAddressError

    try:
        return Vault()
    except NoAddressError:
        if optional:
            return None
        raise


def fingerprinter(config: Config) -> Callable[[str, str], str]:
    """The repository's fingerprint of a rule and a value."""
    from nbguard.policy.fingerprint import find_salt, fingerprint

    salt = find_salt(config)
    return lambda rule, value: fingerprint(rule, value, salt.key)


def documents(paths: Sequence[str], config: Config) -> Iterator[Document]:
    """The documents of files and folders; none means the repository. What can't be read is named on stderr."""
    from nbguard.scan.open_files import open_documents

    for opened in open_documents(paths, config):
        if opened.problem:
            sys.stderr.write(f"nbguard: {plain(opened.path)}: {plain(opened.problem)}\n")
        if opened.document is not None:
            yield opened.document
