"""Copies everything from the local Vault to the team's (VAULT_ADDR). References in files stay valid.

  nbguard vault push                    from the local Vault to the team's

A key that holds another value there is left as it is, and named.

Exit status: 0 all is there, 1 some keys hold other values, 3 one of the Vaults refused.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("--prefix", default="", help="only paths below this one")
    parser.add_argument("--mount", default="secret", help="the KV engine's mount in the team's Vault")


def run(options: argparse.Namespace) -> int:
    """Copies, and says what was copied."""
    from nbguard.vault.client import Vault
    from nbguard.vault.copy_over import push
    from nbguard.vault.local_folder import exists
    from nbguard.vault.local_server import local_environment

    if not os.environ.get("VAULT_ADDR"):
        raise UsageError("VAULT_ADDR must be set to the team's Vault")
    if not exists(os.environ):
        raise UsageError("there is no local Vault to copy from")
    done = push(Vault(local_environment(os.environ)), Vault(), "secret", options.mount, options.prefix)
    for reference in done.copied:
        sys.stdout.write(f"{reference}: copied\n")
    for reference in done.different:
        sys.stderr.write(f"{reference}: holds another value in the team's Vault; left as it is there\n")
    sys.stdout.write(f"{len(done.copied)} copied, {len(done.known)} there already.\n")
    return ExitCode.FINDINGS if done.different else ExitCode.CLEAN
