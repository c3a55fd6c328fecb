"""The pre-push hook: stops a push whose commits hold credentials or sample data, before anything leaves the machine.

Git calls it; put this line into .git/hooks/pre-push: exec nbguard pre-push "$@"

Scanned is what the remote doesn't have yet, as far as this clone knows.

Exit status: 0 the push goes on; stopped otherwise: 1 findings, 2 configuration, 3 something could not be scanned.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("remote", help="the remote's name, as git gives it to the hook")
    parser.add_argument("url", nargs="?", default="", help="the remote's address, as git gives it to the hook")
    parser.add_argument("--config", metavar="FILE", help="the configuration file (default: found in the repository)")


def run(options: argparse.Namespace) -> int:
    """Scans what is to be pushed; stops the push by its exit status, with what to do on standard error."""
    from nbguard.policy.config import load_config
    from nbguard.repository.pushes import read_pushed, select_pushed

    lines = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n")
    config = load_config(".", options.config)
    selection = select_pushed(".", read_pushed(lines), options.remote)
    if not (selection.include or selection.loose):
        return ExitCode.CLEAN
    from nbguard.cli.push_answer import judge_push

    return judge_push(selection, config, "nothing left this machine")
