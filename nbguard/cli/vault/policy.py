"""Prints the least Vault policy for the references in use, in HCL, to hand to the Vault admin.

  nbguard vault policy --for runtime > quantum-runtime.hcl
  vault policy write quantum-runtime quantum-runtime.hcl

Where no file has a reference yet, the policy is for the path template. The KV engine's version is asked from Vault
where there is one, else it is 2.

Exit status: 0 printed, 2 usage or configuration error, 3 a file could not be read, so the policy may lack its paths.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.cli.vault.connecting import connect, documents
from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; none: the repository")
    parser.add_argument("--for", dest="kind", choices=("runtime", "developers"), help="one of them (default: both)")


def run(options: argparse.Namespace) -> int:
    """Prints the policy, or both."""
    from nbguard.policy.config import load_config
    from nbguard.vault.plan import read_settings
    from nbguard.vault.usage import find_uses, places_of, policy
    from nbguard.vault.vault_errors import VaultError

    config = load_config(next(iter(options.paths), "."))
    settings = read_settings(config.vault, config.root)
    unread: list[str] = []
    uses = [use for document in documents(options.paths, config, unread) for use in find_uses(document)]
    places = places_of(uses, settings)
    engines: dict[str, int] = {}
    vault = connect(optional=True)
    for mount, path in places if vault else ():
        try:
            engines[mount] = vault.engine(mount, path) if vault else 2
        except VaultError as error:
            sys.stderr.write(f"nbguard: taking {mount} for KV version 2: {error}\n")
    kinds = (options.kind,) if options.kind else ("runtime", "developers")
    sys.stdout.write("\n".join(policy(places, kind, settings, engines) for kind in kinds))
    return ExitCode.INCOMPLETE if unread and not config.allow_unreadable else ExitCode.CLEAN
