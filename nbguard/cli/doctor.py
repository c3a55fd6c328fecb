"""Looks for what is wrong with the set-up of this repository, and says how to mend each thing.

Checked: the git filter and the attributes that lead to it, the hook, the configuration and the rules it names, the
salt, copies of old text that Jupyter keeps, other filters for notebooks, and Vault where VAULT_ADDR is set. Nothing
is changed, and no value is ever shown.

Exit status: 0 all is well, 1 something is to be mended.
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


def run(options: argparse.Namespace) -> int:
    """Writes a line for each thing that was looked at; returns 1 where one is to be mended."""
    from nbguard.repository.git import top_of

    wrong = 0
    for check in _look(top_of(".")):
        wrong += bool(check.do)
        if check.do or not options.quiet:
            sys.stdout.write(f"{'mend' if check.do else 'fine'}  {check.what}: {check.state}\n")
        if check.do:
            sys.stdout.write(f"      {check.do}\n")
    return ExitCode.FINDINGS if wrong else ExitCode.CLEAN


def _look(top: str) -> Iterator[Check]:
    from nbguard.repository.checkup import Check, check_repository

    checks = list(check_repository(top))
    yield from checks
    if not any(check.what in ("git filter", "pre-commit hook") and check.state not in _ABSENT for check in checks):
        yield Check("protection", "neither filter nor hook is set up: nothing is stripped", "run `nbguard install`")
    if not any(check.what == "configuration" and check.do for check in checks):
        yield from _check_options(top)
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
