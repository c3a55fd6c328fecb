"""The files that git tracks or would track below a folder."""

from __future__ import annotations

import os

from nbguard.errors import UsageError
from nbguard.repository.discovery import work_tree_around


def list_files_of_repository(folder: str) -> list[str] | None:
    """The files below ``folder``, tracked or untracked but not ignored, sorted; None outside a work tree.

    Paths are as ``folder`` is: relative to the working directory or absolute. A submodule is listed by its folder.
    """
    top = work_tree_around(folder)
    if top is None:
        return None
    from nbguard.repository.git import run_git_bytes

    below = os.path.relpath(os.path.abspath(folder), top).replace(os.sep, "/")
    try:
        # From the top: git would take a folder that looks like a repository of its own for one.
        listed = run_git_bytes(
            top,
            "ls-files",
            "-z",
            "-c",
            "-o",
            "--exclude-standard",
            "--",
            *([] if below == "." else [f":(literal){below}/"]),
        )
    except UsageError:
        return None  # a bare repository, a broken one, or no git at all: the folder is walked instead
    names = sorted({os.fsdecode(name) for name in listed.split(b"\0") if name})
    return [os.path.normpath(os.path.join(folder, os.path.relpath(name, below))) for name in names]


def is_ignored(folder: str) -> bool:
    """Whether git's ignore rules leave out a folder itself; a repository's top never is."""
    top = work_tree_around(folder)
    if top is None or os.path.samefile(folder, top):
        return False
    from nbguard.repository.git import run_git

    below = os.path.relpath(os.path.abspath(folder), top)
    try:
        run_git(top, "check-ignore", "-q", "--no-index", "--", os.path.join(below, ""))
    except UsageError:
        return False
    return True


def is_submodule(folder: str) -> bool:
    """Whether the repository around a folder has another one in its place."""
    from nbguard.repository.git import run_git_bytes

    above, name = os.path.split(os.path.abspath(folder))
    try:
        return run_git_bytes(above, "ls-files", "-z", "-s", "--", f":(literal){name}").startswith(b"160000 ")
    except UsageError:
        return False
