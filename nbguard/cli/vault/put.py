"""Stores a value at a reference, in place of the one that is there: the last step of a rotation.

It asks for the value and doesn't show it, or reads it from a pipe; it is never an argument. Other keys at the path
stay, and KV version 2 keeps the old value as the version before.

  nbguard vault put quantum/ionq/lab#api_key
  new-token-from-somewhere | nbguard vault put quantum/ionq/lab#api_key

Exit status: 0 stored and read back, 2 usage error, 3 Vault refused.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("reference", metavar="REF", help="such as quantum/ionq#api_key")


def run(options: argparse.Namespace) -> int:
    """Asks, stores, reads back, and says which version holds the value."""
    from nbguard.vault.client import Vault
    from nbguard.vault.references import format_reference, parse_reference
    from nbguard.vault.storing import replace_value

    reference = parse_reference(options.reference)
    if reference.version is not None:
        raise UsageError("a version can't be written to: leave out the @ and what follows")
    version = replace_value(Vault(), reference, _ask(format_reference(reference)))
    stored = f"version {version}" if version else "stored"
    sys.stdout.write(f"{format_reference(reference)}: {stored}, and read back\n")
    return ExitCode.CLEAN


def _ask(name: str) -> str:
    """The value, without the line end behind it. Raises UsageError where there is none."""
    from nbguard.cli.vault.login import typed

    value = typed(f"Value for {name} (not shown): ") if sys.stdin.isatty() else sys.stdin.read()
    value = value.rstrip("\r\n")
    if not value:
        raise UsageError("no value was given; nothing was stored")
    return value
