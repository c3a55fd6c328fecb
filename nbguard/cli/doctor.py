"""Looks for what is wrong with the set-up of this repository, and says how to mend each thing.

  nbguard doctor                        what is to be mended, and how
  nbguard doctor -q                     only that

Checked: the git filter and the attributes that lead to it, the hook, the configuration and the rules it names, the
salt, other filters for notebooks, Vault where VAULT_ADDR is set, and in Jupyter the extension and the copies of old
text that it keeps: checkpoints, and the store of jupyter-collaboration. Nothing is changed, and no value is ever shown.

With --purge-collaboration-store those stores are deleted, without a copy, while no server uses them. The notebooks
stay. Lost are edits that were never saved to them, and undoing what was done in earlier sessions.

Exit status: 0 all is well, 1 something is to be mended, 3 a store couldn't be deleted.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from nbguard.repository.checkup import Check

# Seconds for Vault to answer: somebody waits.
_PATIENCE = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares what `nbguard doctor` takes."""
    parser.add_argument("-q", "--quiet", action="store_true", help="only what is to be mended")
    parser.add_argument(
        "--purge-collaboration-store",
        action="store_true",
        help="delete what jupyter-collaboration keeps of every edit; stop the server first",
    )


def run(options: argparse.Namespace) -> int:
    """Writes a line for each thing that was looked at; returns 1 where one is to be mended."""
    from nbguard.repository.git import top_of

    if options.purge_collaboration_store:
        return _purge(top_of("."))
    wrong = 0
    for check in _look(top_of(".")):
        wrong += bool(check.do)
        if check.do or not options.quiet:
            sys.stdout.write(f"{'mend' if check.do else 'fine'}  {check.what}: {check.state}\n")
        if check.do:
            sys.stdout.write(f"      {check.do}\n")
    return ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def _purge(top: str) -> int:
    from nbguard.jupyter.diagnosis import purge_stores

    stores = list(purge_stores(top))
    for path, what, _ in stores:
        sys.stdout.write(f"{path}: {what}\n")
    if not stores:
        sys.stdout.write("there is no collaboration store here\n")
    return ExitCode.CLEAN if all(gone for _, _, gone in stores) else ExitCode.INCOMPLETE


def _look(top: str) -> Iterator[Check]:
    from nbguard.repository.checkup import Check, check_repository

    checks = list(check_repository(top))
    yield from checks
    if not any(check.what in ("git filter", "pre-commit hook") and check.state not in _ABSENT for check in checks):
        yield Check("protection", "neither filter nor hook is set up: nothing is stripped", "run `nbguard install`")
    if not any(check.what == "configuration" and check.do for check in checks):
        yield from _check_options(top)
        yield from _check_jupyter(top)
    if os.environ.get("VAULT_ADDR"):
        yield _check_vault(os.environ)


_ABSENT = ("none", "not set up", "a configuration is there, but git runs no hook")


def _check_options(top: str) -> Iterator[Check]:
    from nbguard.policy.config import load_config
    from nbguard.repository.checkup import Check
    from nbguard.strip.options import from_config
    from nbguard.strip.outputs import compile_regex

    try:
        options = from_config(load_config(top).strip)
        if options.strip_regex:
            compile_regex(options.strip_regex)
    except NbguardError as error:
        yield Check("strip options", str(error), "mend it: until then no notebook is stripped")


def _check_jupyter(top: str) -> Iterator[Check]:
    from nbguard.jupyter.diagnosis import check_jupyter
    from nbguard.policy.config import load_config
    from nbguard.repository.checkup import Check

    try:
        yield from check_jupyter(top, load_config(top))
    except NbguardError as error:
        yield Check("Jupyter", str(error), "mend it: until then it isn't known what Jupyter keeps")


def _check_vault(environment: Mapping[str, str]) -> Check:
    from nbguard.repository.checkup import Check
    from nbguard.vault.client import Vault

    try:
        vault = Vault({"VAULT_CLIENT_TIMEOUT": str(_PATIENCE), **environment})
        if not _answers(vault.address):  # the client would try for longer than somebody waits here
            return Check("Vault", f"no answer at {vault.address}", "is it running, and VAULT_ADDR right?")
        method, seconds = vault.check_login()
    except NbguardError as error:
        return Check("Vault", str(error), "lookups in notebooks fail until then")
    left = f"its token ends in {seconds // 60} minutes" if seconds else "its token doesn't end"
    return Check("Vault", f"logged in by {method}; {left}")


def _answers(address: str) -> bool:
    import socket
    from urllib.parse import urlsplit

    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY")):
        return True  # only the client knows the way through a proxy
    try:
        parts = urlsplit(address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), _PATIENCE).close()
    except (OSError, ValueError):
        return False
    return True
