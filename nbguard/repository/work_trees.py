"""The work trees of a repository: each has files of its own (https://git-scm.com/docs/git-worktree).

Git's own list writes a line feed in a path as it is, unless it is asked for NULs, which git before 2.36 doesn't know;
and it takes the folder of a submodule's repository for a work tree. So what git goes by is read here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.repository.discovery import is_in_git
from nbguard.repository.git import common_path, setting
from nbguard.repository.small_files import read_small
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Iterator


def work_trees(folder: str) -> list[str]:
    """The tops of all work trees of a repository that are there, this one too. Raises UsageError and GitError."""
    own, common = work_tree_around(folder), common_path(folder, "")
    found: dict[str, str] = {}
    for top in (*([own] if own is not None else ()), *_main(folder, common), *_linked(common)):
        if os.path.isdir(top):
            found.setdefault(os.path.realpath(top), top)
    return list(found.values())


def other_work_trees(folder: str) -> list[str]:
    """The tops of the repository's other work trees; none outside of a repository. Raises UsageError and GitError."""
    if not is_in_git(folder):
        return []
    own = work_tree_around(folder)
    here = os.path.realpath(own) if own is not None else ""
    return [top for top in work_trees(folder) if os.path.realpath(top) != here]


def _main(folder: str, common: str) -> Iterator[str]:
    """The work tree that the repository was made with: a bare one has none."""
    if named := setting(folder, "core.worktree"):
        top = os.path.normpath(os.path.join(common, named))
    else:
        top, name = os.path.split(os.path.normpath(common))
        if name != ".git" or setting(folder, "core.bare") == "true":
            return
    # Any repository's settings can name any folder: only one that is a work tree counts.
    if os.path.lexists(os.path.join(top, ".git")):
        yield top


def _linked(common: str) -> Iterator[str]:
    """Each has a folder in which ``gitdir`` says where its ``.git`` is: a whole path, or one from that folder."""
    kept = os.path.join(common, "worktrees")
    for name in sorted(os.listdir(kept)) if os.path.isdir(kept) else ():
        try:
            raw = read_small(os.path.join(kept, name, "gitdir"))
        except UsageError as error:
            raise UsageError(f"a work tree of the repository can't be found: {error}") from None
        pointer = os.fsdecode(raw).rstrip("\n")
        if pointer and "\0" not in pointer:
            yield os.path.dirname(os.path.normpath(os.path.join(kept, name, pointer)))
