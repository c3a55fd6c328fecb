"""Checks that every reference in files resolves in Vault, and lists what is stored for this repository and unused.

  nbguard vault check                   every reference in the repository

Without paths, the whole repository. What code reads from an environment variable counts as used. No
value is read into any output.

Exit status: 0 all resolve, 1 some don't, 2 usage or configuration error, 3 Vault could not be asked, or a
file could not be read.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.cli.vault.connecting import documents
from nbguard.errors import ExitCode
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    import argparse

    from nbguard.vault.usage import ReferenceUse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders; none: the repository")


def run(options: argparse.Namespace) -> int:
    """Says which references are broken and which secrets are unused."""
    from nbguard.policy.config import load_config
    from nbguard.vault.client import Vault
    from nbguard.vault.plan import read_settings
    from nbguard.vault.usage import broken, find_uses, find_variables, unused
    from nbguard.vault.vault_errors import ForbiddenError

    config = load_config(next(iter(options.paths), "."))
    settings = read_settings(config.vault, config.root)
    uses: list[ReferenceUse] = []
    variables: set[str] = set()
    unread: list[str] = []
    for document in documents(options.paths, config, unread):
        uses += find_uses(document)
        variables |= find_variables(document)
    vault = Vault()
    problems = broken(uses, vault)
    for use in uses:
        if use.reference in problems:
            cell = f" cell {use.cell + 1}," if use.cell is not None else ""
            sys.stdout.write(
                f"{plain_path(use.path)}:{cell} line {use.line}: {use.reference}: {problems[use.reference]}\n"
            )
    if unread:
        sys.stderr.write("nbguard: what isn't used is not listed: a file that couldn't be read may use it\n")
    elif not options.paths:
        try:
            for reference in unused(uses, vault, settings, variables):
                sys.stdout.write(f"{reference}: stored for this repository, but no file uses it\n")
        except ForbiddenError as error:
            sys.stderr.write(f"nbguard: unused secrets can't be listed: {error}\n")
    whole = len({use.reference for use in uses})
    sys.stdout.write(f"{whole - len(problems)} of {whole} references resolve.\n")
    if unread and not config.allow_unreadable:
        return ExitCode.INCOMPLETE
    return ExitCode.FINDINGS if problems else ExitCode.CLEAN
