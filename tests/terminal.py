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


def on_a_terminal(
    *arguments: object, answers: str, cwd: Path, env: Mapping[str, str] | None = None, status: int = 0
) -> str:
    """What ``python -m nbguard`` shows where its streams are a terminal on which ``answers`` are typed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nbguard", *map(str, arguments)],
        cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "dumb", **(env or {})},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, answers.encode())
    pieces = []
    try:
        while piece := os.read(ours, 65_536):
            pieces.append(piece)
    except OSError:
        pass  # the other side was closed: Linux says so with an error
    finally:
        os.close(ours)
    said = b"".join(pieces).decode().replace("\r\n", "\n")
    assert process.wait(60) == status, said
    assert_no_secret(said)
    return said
