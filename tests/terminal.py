"""Runs nbguard on a terminal, as somebody who answers its questions."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.command_line import assert_no_secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# How a question ends.
_ASKED = (b"] ", b": ", b"? ")


def on_a_terminal(
    *arguments: object, answers: str, cwd: Path, env: Mapping[str, str] | None = None, status: int = 0
) -> str:
    """What ``python -m nbguard`` shows where its streams are a terminal on which ``answers`` are typed."""
    ended, said = typed_on_a_terminal(*arguments, answers=answers, cwd=cwd, env=env)
    assert ended == status, said
    return said


def typed_on_a_terminal(
    *arguments: object, answers: str, cwd: Path, env: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """The exit status as well, whatever it is.

    A line is typed when something was asked. Typed before, its echo would stand wherever the kernel gets to it, and
    what puts the terminal into another mode, as for a password, would throw it away.
    """
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nbguard", *map(str, arguments)],
        cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "dumb", **(env or {})},
    )  # fmt: skip
    os.close(theirs)
    lines = answers.splitlines(keepends=True)
    shown = b""
    try:
        while piece := os.read(ours, 65_536):
            shown += piece
            if lines and shown.endswith(_ASKED):
                os.write(ours, lines.pop(0).encode())
    except OSError:
        pass  # the other side was closed: Linux says so with an error
    finally:
        os.close(ours)
    said = shown.decode().replace("\r\n", "\n")
    assert_no_secret(said)
    return process.wait(60), said
