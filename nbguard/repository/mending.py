"""Mends what `nbguard doctor` found, where that is safe: our own filter and hook, git's ignores, permissions.

A step is one of the commands that a check names. What could lose something, or is a decision, is left to a person.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nbguard.repository.filter_setup import install_filter
from nbguard.repository.git import run_git
from nbguard.repository.hooks import install_hook
from nbguard.repository.own_files import change_own, read_own

if TYPE_CHECKING:
    from nbguard.repository.checkup import Check


def mend(check: Check, top: str) -> bool:
    """Does what a check says is to be done; False where that is left to a person. Raises UsageError."""
    step = check.do
    if step.startswith("run `nbguard install --filter`"):
        install_filter(top)
    elif step == "run `nbguard install --hooks`":
        install_hook(top)
    elif check.path:
        mode = os.stat(check.path).st_mode
        os.chmod(check.path, 0o600 if step.startswith("run `chmod 600 ") else mode | 0o111)
    elif step == "git add .nbguard-salt":
        run_git(top, "add", "--", ".nbguard-salt")
    elif match := re.fullmatch(r"put ([\w.]+) into \.gitignore", step):
        path = os.path.join(top, ".gitignore")
        before = read_own(top, path)
        gap = b"" if before.endswith(b"\n") or not before else b"\n"
        change_own(top, path, before + gap + match[1].encode() + b"\n", before)
    else:
        return False
    return True
