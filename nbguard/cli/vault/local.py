"""A Vault of your own, on this machine only, until your team has one.

  nbguard vault local start     set it up (the first time) and start it
  nbguard vault local status    where it is, and whether it runs
  nbguard vault local stop      stop it; what is in it is sealed

Where no VAULT_ADDR is set, `nbguard vault move` and `secret()` use it, and start it if need be. Later,
`nbguard vault push` copies what is in it to the team's Vault. Needs the extra vault-local
(docs/vault.md).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("action", choices=("start", "stop", "status"))


def run(options: argparse.Namespace) -> int:
    """Starts, stops or describes the local Vault."""
    from nbguard.cli.vault.connecting import start_local
    from nbguard.vault import local_server
    from nbguard.vault.local_keys import load_keys

    if options.action == "start":
        start_local()
    elif options.action == "stop":
        ran = local_server.stop(os.environ)
        sys.stdout.write("The local Vault is stopped and sealed.\n" if ran else "The local Vault wasn't running.\n")
    else:
        state = local_server.status(os.environ)
        if not state.address:
            sys.stdout.write("There is no local Vault; `nbguard vault local start` sets one up.\n")
            return ExitCode.CLEAN
        runs = "runs" if state.running else "is stopped"
        keys = state.keys or "none"
        sys.stdout.write(f"The local Vault {runs}: {state.address}\ndata: {state.folder}\nkeys: {keys}\n")
        if not state.finished:
            sys.stdout.write("Its set-up broke off; `nbguard vault local start` finishes it.\n")
        elif not state.keys:
            load_keys(state.folder)  # raises what to do
    return ExitCode.CLEAN
