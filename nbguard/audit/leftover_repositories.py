"""Other repositories and work trees of a project: each has files and a history of its own, to be looked at there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.audit.leftover_places import walk_folders
from nbguard.audit.leftovers import Leftover
from nbguard.report.shell_word import quote
from nbguard.repository.discovery import is_bare, is_git_directory
from nbguard.repository.work_trees import other_work_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def find_repositories(root: str, part: str, holds: Callable[[str], bool]) -> Iterator[Leftover]:
    """The repository's other work trees, and repositories that lie below ``root`` where ``holds`` says so.

    Raises UsageError and GitError.
    """
    for top in other_work_trees(root):
        path = os.path.join(top, part) if part else top
        if os.path.lexists(path):
            what = "another work tree of the repository, with files of its own"
            yield Leftover("copies", path, what, f"{_look(path)}; then git worktree remove")
    if is_bare(root):
        return
    for folder, _ in walk_folders(root):
        inside = os.path.relpath(folder, root)
        if inside != os.curdir and holds(inside) and _is_repository(folder):
            yield Leftover(
                "copies", inside, "a repository with a history of its own", f"{_look(folder)}; then delete it"
            )


def _is_repository(folder: str) -> bool:
    """Whether it has its history itself: that of a submodule is in the repository around it, mostly."""
    return os.path.isdir(os.path.join(folder, ".git")) or is_git_directory(folder)


def _look(path: str) -> str:
    return f"look there: nbguard decommission {quote(path)}"
