"""Texts that git keeps beside its objects: messages, logs, patches, conflicts, settings, hooks.

Nothing but a look into ``.git`` shows them, and a copy of the folder has them. Whatever is there is a text but for
objects, indexes and what leads to commits (https://git-scm.com/docs/gitrepository-layout).
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nbguard.repository.discovery import is_git_directory
from nbguard.repository.git import common_path, run_git

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Looked into by other means, or nothing but ids: objects, what Git LFS keeps, what we keep, where refs point to.
_NO_TEXTS = frozenset(("objects", "lfs", "nbguard", "refs"))
_INDEX = re.compile(r"index(?:\.lock)?|sharedindex\.[0-9a-f]+")
# What takes a value out of a text, by the file's path below git's own folder.
_REMOVAL = (
    (re.compile(r"(?:^|/)logs/"), "git reflog expire --expire=now --all"),
    (re.compile(r"(?:^|/)rebase-merge/"), "git rebase --quit"),
    (re.compile(r"(?:^|/)rebase-apply/"), "git am --quit, or git rebase --quit"),
    (re.compile(r"(?:^|/)sequencer/"), "git cherry-pick --quit"),
    (re.compile(r"(?:^|/)(?:config(?:\.worktree)?$|hooks/|info/)"), "take it out there, and revoke it"),
)


def own_texts(folder: str, tell: Callable[[OSError], None] | None = None) -> list[str]:
    """The files with texts of a repository, of all its work trees and submodules that git keeps. Raises GitError.

    ``tell`` gets the error of each folder that can't be listed.
    """
    # A linked work tree has a folder of its own inside of the common one, unless somebody moved it.
    own = os.path.abspath(run_git(folder, "rev-parse", "--absolute-git-dir"))
    return sorted({path for top in (common_path(folder, ""), own) for path in _below(top, tell)})


def what_removes(path: str) -> str:
    """What takes a value out of a text of git's own: words, or a command."""
    inside = path.replace(os.sep, "/").rpartition(".git/")[2]
    return next((told for shape, told in _REMOVAL if shape.search(inside)), "delete the file")


def _below(top: str, tell: Callable[[OSError], None] | None) -> Iterator[str]:
    for folder, folders, names in os.walk(top, onerror=tell):
        if is_git_directory(folder):
            folders[:] = [name for name in folders if name not in _NO_TEXTS]
        for name in names:
            path = os.path.join(folder, name)
            if _INDEX.fullmatch(name) is None and os.path.isfile(path) and not os.path.islink(path):
                yield os.path.normpath(path)
