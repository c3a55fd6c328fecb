"""Puts stand-ins in the place of sample data, or moves tables out of the repository.

  nbguard data redact a.ipynb           stand-ins in the place of people
  nbguard data extract a.ipynb          the table out of the repository

  redact   replace values in place, in the same form, in ranges nobody is given
  extract  move tables to files outside of the repository; a line that loads them stays

On a terminal, what would change is shown first, and a question asked. `nbguard data COMMAND --help` says what a command
takes. Exit status: 0 nothing to do, 1 files were changed or something
stays, 3 a file couldn't be read or written.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse

COMMANDS = ("redact", "extract")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the commands; the module of each is nbguard.cli.data.<name>."""
    from nbguard.cli.history_options import add_jobs_option

    commands = parser.add_subparsers(dest="action", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"{__name__}.{name}")
        command = commands.add_parser(name, description=module.__doc__, formatter_class=parser.formatter_class)
        command.add_argument("paths", nargs="+", metavar="PATH", help="files or folders")
        command.add_argument(
            "-n", "--dry-run", action="store_true", help="change nothing; show each line before and after, masked"
        )
        command.add_argument("-y", "--yes", action="store_true", help="don't ask; without a terminal nobody is asked")
        command.add_argument(
            "--audit", metavar="FILE", help="append a JSON line for each transformation, without values"
        )
        command.add_argument("--config", metavar="FILE", help="the configuration (default: found in the repository)")
        add_jobs_option(command)
        module.add_arguments(command)
        command.set_defaults(perform=module.run)


def run(options: argparse.Namespace) -> int:
    """Performs the command; on a terminal, what would happen comes first, and a question. Returns the exit status."""
    from argparse import Namespace

    from nbguard.cli.data.data_files import load
    from nbguard.cli.data.way_back import WayBack

    config = load(options)
    options.new_salt = os.urandom(16).hex()
    if not options.dry_run and not options.yes and sys.stdin.isatty():
        preview = WayBack(config)
        status: int = options.perform(Namespace(**{**vars(options), "dry_run": True}), config, preview)
        if not preview.files:
            return status
        if not preview.confirmed():
            sys.stdout.write("Nothing was changed.\n")
            return ExitCode.FINDINGS
    way_back = WayBack(config)
    try:
        status = options.perform(options, config, way_back)
    finally:
        # Whoever was interrupted has to know, too.
        if not options.dry_run:
            way_back.tell()
    return status
