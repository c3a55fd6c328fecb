"""Puts stand-ins in the place of sample data, or moves tables out of the repository.

  nbguard data redact a.ipynb           stand-ins in the place of people
  nbguard data extract a.ipynb          the table out of the repository

  redact   replace values in place, in the same form, in ranges nobody is given
  extract  move tables to files outside of the repository; a line that loads them stays

`nbguard data COMMAND --help` says what a command takes. Exit status: 0 nothing to do, 1 files were changed or something
stays, 3 a file couldn't be read or written.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

COMMANDS = ("redact", "extract")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the commands; the module of each is nbguard.cli.data.<name>."""
    commands = parser.add_subparsers(dest="action", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = import_module(f"{__name__}.{name}")
        command = commands.add_parser(name, description=module.__doc__, formatter_class=parser.formatter_class)
        command.add_argument("paths", nargs="+", metavar="PATH", help="files or folders")
        command.add_argument(
            "--dry-run", action="store_true", help="change nothing; show each line before and after, masked"
        )
        command.add_argument(
            "--audit", metavar="FILE", help="append a JSON line for each transformation, without values"
        )
        command.add_argument("--config", metavar="FILE", help="the configuration (default: found in the repository)")
        module.add_arguments(command)
        command.set_defaults(perform=module.run)


def run(options: argparse.Namespace) -> int:
    """Performs the command and returns the exit status."""
    status: int = options.perform(options)
    return status
