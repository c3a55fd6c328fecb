"""Plays the whole story in a scratch directory, with real tools, and tells it.

Ten sample notebooks with invented tokens and customers: pre-commit refuses them, the credentials move to a Vault-API
server (OpenBao, started for the occasion on the loopback interface), a cleaned notebook runs, and the clean commit
goes through. Nothing outside the scratch directory is changed, except that pre-commit keeps the hook's environment
where PRE_COMMIT_HOME says, if it is set.

  nbguard demo           play it, and clean up
  nbguard demo --keep    leave the scratch repository to look around in
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what the command takes."""
    parser.add_argument("--keep", action="store_true", help="don't remove the scratch directory at the end")


def run(options: argparse.Namespace) -> int:
    """Plays the demo; the exit status is 0 if everything went as the story says, else 3."""
    import shutil
    import signal
    import tempfile

    from nbguard.cli.demo.acts import play
    from nbguard.cli.demo.server import run_server
    from nbguard.cli.demo.telling import Teller

    _require("git", "pre_commit", "nbclient", "ipykernel")
    # A kill must not leave a server behind: it unwinds like any other end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp(prefix="nbguard-demo-")
    try:
        with run_server(folder) as server:
            play(folder, server, Teller(sys.stdout))
    except OSError as error:
        raise NbguardError(f"the demo can't go on: {error.strerror or error}") from None
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    left = f"the scratch repository is in {folder}" if options.keep else "the scratch directory is removed"
    sys.stdout.write(f"\nThe server is stopped; {left}.\n")
    return ExitCode.CLEAN


def _require(program: str, *modules: str) -> None:
    """Stops with one line if something the demo drives isn't there."""
    import shutil
    from importlib.util import find_spec

    if shutil.which(program) is None:
        raise NbguardError(f"the demo needs {program}: install it first")
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        from nbguard.version import how_to_add

        raise NbguardError(f"the demo needs {', '.join(missing)}: {how_to_add('test')}, or run `make demo`")
