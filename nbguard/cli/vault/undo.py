"""Puts files back as they were before `nbguard vault move`, with the values from Vault. They stay in Vault, too.

  nbguard vault undo a.ipynb            as it was before the last move

Without paths, says what can be undone.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.cli.vault.connecting import fingerprinter
from nbguard.documents.plain import plain
from nbguard.errors import ExitCode, NbguardError
from nbguard.report.places import plain_path

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("paths", nargs="*", metavar="FILE", help="files that were moved")


def run(options: argparse.Namespace) -> int:
    """Undoes the last move of each file; 1 where files were changed."""
    from nbguard.policy.config import load_config
    from nbguard.repository.phantoms import refresh_written
    from nbguard.vault.client import Vault
    from nbguard.vault.restoration import undo, undoable

    config = load_config(next(iter(options.paths), "."))
    moves = {os.path.join(config.root, move.file): move for move in undoable(config.root)}
    if not options.paths:
        for move in moves.values():
            references = ", ".join(secret.reference for secret in move.secrets)
            sys.stdout.write(f"{plain_path(move.file)}: moved {move.time}: {references}\n")
        if not moves:
            sys.stdout.write("Nothing was moved here.\n")
        return ExitCode.CLEAN
    status, vault = ExitCode.FINDINGS, Vault()
    for path in options.paths:
        move_ = moves.get(os.path.abspath(path))
        try:
            if move_ is None:
                raise NbguardError("no move of this file is in the journal")
            undo(move_, config.root, vault, fingerprinter(config), config.max_file_size)
            refresh_written([path])
            sys.stdout.write(f"{plain_path(path)}: the values are back in the file; don't commit it\n")
        except NbguardError as error:
            sys.stderr.write(f"nbguard: {plain(path)}: {plain(str(error))}\n")
            status = ExitCode.INCOMPLETE
    return status
