"""The pre-push hook: stops a push whose commits hold credentials or sample data, before anything leaves the machine.

Git calls it; put this line into .git/hooks/pre-push: exec nbguard pre-push "$@"

Scanned is what the remote doesn't have yet, as far as this clone knows. As in CI, policy, baseline and allows count as
they stand where the push parts from the remote's main branch, or from what the branch was there; where neither is known
here, those of the work tree. `git push --no-verify` sends a new allow to those who may accept it.

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
    from nbguard.cli.history_options import add_policy_options

    parser.add_argument("remote", help="the remote's name, as git gives it to the hook")
    parser.add_argument("url", nargs="?", default="", help="the remote's address, as git gives it to the hook")
    whose = "whose policy, baseline and allows count: those before the push, or the work tree's"
    add_policy_options(parser, whose, "the configuration file (default: found in the repository)")


def run(options: argparse.Namespace) -> int:
    """Scans what is to be pushed; stops the push by its exit status, with what to do on standard error."""
    from nbguard.policy.config import load_config
    from nbguard.repository.pushes import find_push_base, read_pushed, select_pushed

    lines = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n")
    updates = read_pushed(lines)
    selection = select_pushed(".", updates, options.remote)
    if not (selection.include or selection.loose):
        return ExitCode.CLEAN
    from nbguard.cli.push_answer import judge_push

    base = find_push_base(".", updates, options.remote) if options.policy_from == "base" else ""
    if not base:
        return judge_push(selection, load_config(".", options.config), "pre-push")
    from nbguard.scan.gate import open_gate

    with open_gate(base, options.config, frozenset(), selection.include) as gate:
        return judge_push(selection, gate.config, "pre-push", gate)
