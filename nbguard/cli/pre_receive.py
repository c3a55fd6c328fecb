"""The pre-receive hook of a server: refuses a push whose commits hold credentials or sample data.

Git calls it; a hook of one line is enough: exec nbguard pre-receive --config /etc/nbguard.toml

Everything that no ref of the server has yet is scanned: new branches, tags, force pushes. Deleting a ref brings
nothing. The configuration is the operator's: what the pushed repository says about nbguard counts for nothing. An allow
in a file counts where it stood on the server before: on its main branch, or on the branch that is pushed to.

Exit status: 0 accepted; refused otherwise: 1 findings, 2 configuration, 3 something could not be scanned.
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

    whose = "whose allows count: those that stood here before, or also those that are pushed"
    add_policy_options(parser, whose, "the operator's configuration (default: the defaults)")


def run(options: argparse.Namespace) -> int:
    """Scans what is pushed; refuses by its exit status, with what to do on standard error."""
    from nbguard.policy.config import load_config
    from nbguard.repository.pushes import find_before, read_received, select_received

    lines = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\n")
    config = load_config(".", options.config, operator=True)
    updates = read_received(lines)
    selection = select_received(".", updates)
    if not (selection.include or selection.loose):
        return ExitCode.CLEAN
    from nbguard.cli.push_answer import judge_push
    from nbguard.scan.gate import gate_of_operator

    allows_count = options.policy_from == "head"
    gate = gate_of_operator(config, find_before(".", updates), allows_count=allows_count, heads=selection.include)
    return judge_push(selection, config, "pre-receive", gate)
