"""Calls that a system lacks stand behind a question for the system: mypy reads the code as each of them has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
@pytest.mark.parametrize(("platform", "python"), [("win32", "3.11"), ("darwin", "3.11"), ("win32", "3.14")])
def test_the_types_hold_on_other_systems(platform: str, python: str, tmp_path: Path) -> None:
    # What one system never reaches is another's only way.
    command = [sys.executable, "-m", "mypy", "-p", "nbguard", "--no-warn-unreachable", f"--cache-dir={tmp_path}"]
    options = [f"--platform={platform}", f"--python-version={python}"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
