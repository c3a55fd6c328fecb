"""Takes the git filter and the git hook out again: exactly the lines and settings that `nbguard install` put in.

  nbguard uninstall                     take out what install put in

Notebooks in the work tree stay as they are, and so does .nbguard-salt: the baseline needs it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.cli.install import add_scope_arguments, wanted
from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    add_scope_arguments(parser)
    parser.add_argument("--attributes", metavar="FILE", help="an attributes file that install didn't write, too")
    parser.set_defaults(keep_outputs=None)


def run(options: argparse.Namespace) -> int:
    """Takes out what was asked for and says what went."""
    from nbguard.cli.event_telling import tell_guard_change
    from nbguard.repository.filter_setup import uninstall_filter
    from nbguard.repository.hooks import PUSH_HOOK, uninstall_hook

    wants_filter, wants_hook = wanted(options)
    out = []
    if wants_filter:
        gone = uninstall_filter(".", options.scope, options.attributes)
        out += ["filter"] if gone else []
        sys.stdout.write("git filter: taken out\n" if gone else "git filter: wasn't set up\n")
    if wants_hook:
        gone = uninstall_hook(".")
        out += ["pre-commit"] if gone else []
        sys.stdout.write("git hook: taken out\n" if gone else "git hook: wasn't set up\n")
    if (wants_hook or options.pre_push) and uninstall_hook(".", PUSH_HOOK):
        out.append("pre-push")
        sys.stdout.write("pre-push hook: taken out\n")
    tell_guard_change("guard-off", "uninstall", out, options.scope)
    return ExitCode.CLEAN
