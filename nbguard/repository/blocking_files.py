"""Files of its own for which git would wait (a pipe) or read for ever (a device), as anybody may put them there."""

from __future__ import annotations

import os
import stat
from time import monotonic

from nbguard.repository.discovery import work_tree_around

# What git reads at a work tree's top for nearly every question, and in each folder that it goes through.
_AT_THE_TOP = (
    ".gitattributes", ".gitignore", ".git/HEAD", ".git/config", ".git/index", ".git/info/attributes",
    ".git/info/exclude", ".git/packed-refs",
)  # fmt: skip
_IN_EACH_FOLDER = (".gitattributes", ".gitignore")
# Seconds after which git is slow enough to be worth a look, and which that look takes at most.
SOON = 1.0
_LOOK = 10.0


def blocking_file(folder: str) -> str:
    """Such a file at the top of the work tree around a folder; empty where there is none."""
    top = work_tree_around(folder)
    return next((name for name in _AT_THE_TOP if top is not None and _blocks(os.path.join(top, name))), "")


def blocking_file_below(folder: str) -> str:
    """Such a file in one of the folders of the work tree, from its top; empty where there is none.

    All folders are walked through, which takes a while: for when git is waited for already.
    """
    top, until = work_tree_around(folder), monotonic() + _LOOK
    for where, folders, files in os.walk(top) if top is not None else ():
        if ".git" in folders:
            folders.remove(".git")
        for name in _IN_EACH_FOLDER:
            if name in files and _blocks(os.path.join(where, name)):
                return os.path.relpath(os.path.join(where, name), top)
        if monotonic() > until:
            break
    return ""


def _blocks(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False  # git says what is wrong with it, or there is none
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
