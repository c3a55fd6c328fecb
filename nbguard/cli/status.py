"""Says what of nbguard is installed in this repository, and what is in its way.

Exit status: 0 the filter or a hook is active and nothing is wrong, 1 otherwise.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """`nbguard status` takes nothing."""


def run(_options: argparse.Namespace) -> int:
    """Writes the state of filter, hook, configuration and salt."""
    from nbguard.policy.config import load_config
    from nbguard.policy.fingerprint import find_salt
    from nbguard.repository.filter_setup import find_filter
    from nbguard.repository.git import top_of
    from nbguard.repository.hooks import has_hook, hook_path, uses_framework

    state = find_filter(".")
    hook = has_hook(".")
    config = load_config(".")
    lines = [
        ("repository", top_of(".")),
        ("filter", "active" if state.active else "not active"),
        *([("  run as", state.process)] if state.process else []),
        ("hook", hook_path(".") if hook else "the pre-commit framework's" if uses_framework(".") else "none"),
        ("configuration", os.path.join(config.root, config.source) if config.source else "defaults"),
        ("salt", find_salt(config).origin),
    ]
    width = max(len(name) for name, _ in lines)
    sys.stdout.write("".join(f"{name.ljust(width)}  {value}\n" for name, value in lines))
    for problem in state.problems:
        sys.stdout.write(f"problem: {problem}\n")
    for line in state.others:
        sys.stdout.write(f"another filter for notebooks: {line}\n")
    return ExitCode.CLEAN if (state.active or hook) and not state.problems else ExitCode.FINDINGS
