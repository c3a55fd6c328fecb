"""The files that git tracks or would track below a folder."""

from __future__ import annotations

import os

from nbguard.errors import UsageError


def list_files_of_repository(folder: str) -> list[str] | None:
    """The files below ``folder``, tracked or untracked but not ignored, sorted; None outside a work tree.

    Paths are as ``folder`` is: relative to the working directory or absolute.
    """
    root = os.path.abspath(folder)
    while not os.path.exists(os.path.join(root, ".git")):
        above = os.path.dirname(root)
        if above == root:
            return None
        root = above
    from nbguard.repository.git import run_git_bytes

    try:
        listed = run_git_bytes(folder, "ls-files", "-z", "-c", "-o", "--exclude-standard")
    except UsageError:
        return None  # a bare repository, a broken one, or no git at all: the folder is walked instead
    names = sorted({os.fsdecode(name) for name in listed.split(b"\0") if name})
    return [os.path.normpath(os.path.join(folder, name)) for name in names]
