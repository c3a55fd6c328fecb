"""Runs nbguard as a user does, and holds everything it prints against every fake credential made so far."""

import os
import subprocess
import sys
from functools import cache
from typing import NamedTuple

from tests.fake_tokens import MADE
from tests.warm_commands import SECONDS, WarmCommands


class Run(NamedTuple):
    status: int
    out: str
    err: str


def nbguard(*arguments, cwd=None, stdin=None, env=None) -> Run:
    """Runs ``python -m nbguard``. Fails where its output holds a planted value, or a traceback."""
    given, variables = list(map(str, arguments)), {**_variables(), **(env or {})}
    server = _warm_commands()
    if server is not None and server.can_run(variables):
        done = server.run(given, os.path.abspath(cwd or "."), variables, stdin or b"")
    else:
        done = cold(given, cwd, variables, stdin)
    run = Run(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert_no_secret(run.out + run.err)
    assert "Traceback" not in run.err, run.err
    return run


def cold(arguments, cwd, variables, stdin) -> subprocess.CompletedProcess[bytes]:
    """Starts Python for a command, as a user's shell does."""
    command = [sys.executable, "-m", "nbguard", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=variables, timeout=SECONDS)


def _variables() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@cache
def _warm_commands() -> WarmCommands | None:
    counting = any(name.startswith("COVERAGE_") for name in os.environ)
    return WarmCommands(_variables()) if hasattr(os, "fork") and not counting else None


def assert_no_secret(text: str) -> None:
    """Fails where a text holds a value that FakeTokens made, without showing it."""
    held = sum(value in text for value in MADE)
    assert held == 0, f"{held} planted values stand in what was printed"
