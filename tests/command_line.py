"""Runs nbguard as a user does, and holds everything it prints against every fake credential made so far."""

import os
import subprocess
import sys
from typing import NamedTuple

from tests.fake_tokens import MADE


class Run(NamedTuple):
    status: int
    out: str
    err: str


def nbguard(*arguments, cwd=None, stdin=None, env=None) -> Run:
    """Runs ``python -m nbguard``. Fails where its output holds a planted value, or a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "nbguard", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(env or {})},
        timeout=120,
    )
    run = Run(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert_no_secret(run.out + run.err)
    assert "Traceback" not in run.err, run.err
    return run


def assert_no_secret(text: str) -> None:
    """Fails where a text holds a value that FakeTokens made, without showing it."""
    held = sum(value in text for value in MADE)
    assert held == 0, f"{held} planted values stand in what was printed"
