"""Prints the value at a reference, for a pipe or a $(...).

  nbguard vault get quantum/ionq#api_key | docker login --password-stdin -u ada registry.example.org
  export IONQ_API_KEY="$(nbguard vault get quantum/ionq#api_key)"

On a terminal it is not shown without --show-secrets.

Exit status: 0 printed, 2 usage error, 3 Vault refused, or there is nothing at the reference.
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
    parser.add_argument("--show-secrets", action="store_true", help="print it on a terminal, too")


def run(options: argparse.Namespace) -> int:
    """Prints the value and a line feed."""
    from nbguard.vault.announcing import announce
    from nbguard.vault.lookup import secret

    if sys.stdout.isatty() and not options.show_secrets:
        raise UsageError("this would show the value on the terminal; use it in a pipe or $(…), or say --show-secrets")
    # In UTF-8 whatever the terminal's encoding is: a value that is written as an escape is another value.
    value = str(secret(options.reference))
    announce(value, options.reference)
    sys.stdout.buffer.write(f"{value}\n".encode())
    return ExitCode.CLEAN
