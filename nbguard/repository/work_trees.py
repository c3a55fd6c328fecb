"""The work trees of a repository: each has files of its own (https://git-scm.com/docs/git-worktree)."""

from __future__ import annotations

import os

from nbguard.repository.git import run_git_bytes
from nbguard.work_tree import work_tree_around


def work_trees(folder: str) -> list[str]:
    """The tops of all work trees of a repository that are there, this one too. Raises GitError."""
    fields = run_git_bytes(folder, "worktree", "list", "--porcelain", "-z").split(b"\0")
    tops = (os.fsdecode(field.removeprefix(b"worktree ")) for field in fields if field.startswith(b"worktree "))
    return [top for top in tops if os.path.isdir(top)]


def other_work_trees(folder: str) -> list[str]:
    """The tops of the repository's other work trees that are there; none outside of one. Raises GitError."""
    own = work_tree_around(folder)
    if own is None:
        return []
    here = os.path.realpath(own)
    return [top for top in work_trees(folder) if os.path.realpath(top) != here]
