"""The files of a repository that a set-up may read and change: regular ones inside it, at their own name.

A clone can bring ``.gitlab-ci.yml`` as a link to ``~/.profile``, or ``.github`` as one to another repository. Whoever
sets such a repository up asked for changes to it, and to nothing else.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.repository.git import common_path
from nbguard.repository.small_files import change_small, read_small

if TYPE_CHECKING:
    from collections.abc import Iterator


def what_is_foreign(top: str, path: str) -> str:
    """Why a path isn't a file of the repository's own, in a few words; empty where it is one, or could become one.

    ``top`` is the top of the work tree. What git keeps for the repository belongs to it, too.
    """
    path = os.path.abspath(path)
    root = next((root for root in (common_path(top, ""), os.path.abspath(top)) if _is_below(path, root)), "")
    if not root:
        return "it lies outside of this repository"
    for place in _places(root, path):
        try:
            mode = os.lstat(place).st_mode
        except OSError:
            return ""
        name = os.path.relpath(place, root)
        if stat.S_ISLNK(mode):
            return f"{name} is a symbolic link"
        if place == path and not stat.S_ISREG(mode):
            return "it is no regular file"
        if place != path and not stat.S_ISDIR(mode):
            return f"{name} is no folder"
    return ""


def read_own(top: str, path: str) -> bytes:
    """The bytes of a small file of the repository; none where there is no file. Raises UsageError for any other."""
    if problem := what_is_foreign(top, path):
        raise UsageError(problem)
    return read_small(path)


def change_own(top: str, path: str, content: bytes, before: bytes) -> None:
    """Changes a small file of the repository as ``change_small`` does. Raises UsageError for any other, too."""
    if problem := what_is_foreign(top, path):
        raise UsageError(f"{path}: {problem}")
    change_small(path, content, before)


def _is_below(path: str, root: str) -> bool:
    return path.startswith(os.path.join(root, ""))


def _places(root: str, path: str) -> Iterator[str]:
    """The folders from below the root to the file, and the file."""
    place = root
    for part in os.path.relpath(path, root).split(os.sep):
        place = os.path.join(place, part)
        yield place
