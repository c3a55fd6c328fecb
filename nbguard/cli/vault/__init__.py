"""Moves credentials from notebooks and other files to Vault, and looks after the references that stay.

  nbguard vault move a.ipynb            shows the plan, asks, moves
  nbguard vault check                   does every reference resolve
  nbguard help vault move               what a sub-command takes

  login    log in, as `vault login` does
  move     store, read back, compare, then put lookups in the place of credentials
  undo     put a file back as it was before a move
  check    does every reference resolve, and is one stored that nobody uses
  policy   the least policy for the paths in use, to hand to the Vault admin
  get      print a value, for a pipe or a $(...)
  put      store a value at a reference, as after a rotation
  local    a Vault of your own, on this machine only
  push     copy everything from there to the team's Vault

`nbguard vault COMMAND --help` says what a command takes. Vault is found by VAULT_ADDR, VAULT_NAMESPACE and
VAULT_CACERT; the login by VAULT_TOKEN, ~/.vault-token, AppRole, JWT, Kubernetes, a TLS certificate or userpass.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

COMMANDS = ("login", "move", "undo", "check", "policy", "get", "put", "local", "push")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the commands; the module of each is nbguard.cli.vault.<name>."""
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"{__name__}.{name}")
        command = commands.add_parser(name, description=module.__doc__, formatter_class=parser.formatter_class)
        module.add_arguments(command)
        command.set_defaults(perform=module.run)


def run(options: argparse.Namespace) -> int:
    """Performs the command and returns the exit status."""
    status: int = options.perform(options)
    return status
