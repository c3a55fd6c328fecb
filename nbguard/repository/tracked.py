"""The files that git tracks or would track below a folder, and those of them that it was told not to check out."""

from __future__ import annotations

import os
from typing import NamedTuple

from nbguard.errors import UsageError
from nbguard.work_tree import work_tree_around


class Listed(NamedTuple):
    """A file that git tracks or would track. ``passed_over``: git was told not to look at it in the work tree.

    It isn't checked out then (a sparse checkout), or taken for unchanged whatever is there.
    """

    path: str
    passed_over: bool


def list_files_of_repository(folder: str) -> list[str] | None:
    """The files below ``folder``, tracked or untracked but not ignored, sorted; None outside a work tree.

    Raises GitGaveUpError where git had to be stopped, or can't be asked: that isn't the same as no repository.
    Paths are as ``folder`` is: relative to the working directory or absolute. A submodule is listed by its folder.
    """
    listed = list_repository_below(folder)
    return None if listed is None else [file.path for file in listed]


def list_repository_below(folder: str) -> list[Listed] | None:
    """What ``list_files_of_repository`` lists, and of each file whether git was told to pass it over."""
    top = work_tree_around(folder)
    if top is None:
        return None
    from nbguard.repository.git import run_git_bytes
    from nbguard.repository.git_errors import GitGaveUpError

    below = os.path.relpath(os.path.abspath(folder), top).replace(os.sep, "/")
    try:
        # From the top: git would take a folder that looks like a repository of its own for one.
        listed = run_git_bytes(
            top,
            "ls-files",
            "-z",
            "-v",
            "-c",
            "-o",
            "--exclude-standard",
            "--",
            *([] if below == "." else [f":(literal){below}/"]),
        )
    except GitGaveUpError:
        raise
    except UsageError:
        return None  # a bare repository, a broken one, or no git at all: the folder is walked instead
    tags = {os.fsdecode(line[2:]): line[:1] for line in listed.split(b"\0") if line}
    return [
        Listed(os.path.normpath(os.path.join(folder, os.path.relpath(name, below))), _is_passed_over(tag))
        for name, tag in sorted(tags.items())
    ]


def names_passed_over(root: str) -> frozenset[str]:
    """What git tracks and has not checked out by its own decision, by its path from the folder ``root``.

    That is what it was told to pass over, and submodules without a clone. Empty where there is no git that could say.
    Raises GitGaveUpError.
    """
    from nbguard.repository.git import run_git_bytes
    from nbguard.repository.git_errors import GitGaveUpError

    top = work_tree_around(root)
    try:
        listed = run_git_bytes(top, "ls-files", "-z", "-v", "-s", "-c") if top is not None else b""
    except GitGaveUpError:
        raise
    except UsageError:
        listed = b""
    names = set()
    for line in filter(None, listed.split(b"\0")):
        entry, _, name = line.partition(b"\t")
        path = os.path.join(top or root, os.fsdecode(name))
        submodule = entry[2:].startswith(b"160000 ") and not os.path.lexists(os.path.join(path, ".git"))
        if submodule or _is_passed_over(entry[:1]):
            names.add(os.path.relpath(path, root).replace(os.sep, "/"))
    return frozenset(names)


def tracked_names(root: str) -> frozenset[str]:
    """What git tracks, by its path from the folder ``root``; empty where there is no git that could say."""
    from nbguard.repository.git import run_git_bytes

    top = work_tree_around(root)
    try:
        listed = run_git_bytes(top, "ls-files", "-z", "-c") if top is not None else b""
    except UsageError:
        listed = b""
    paths = (os.path.join(top or root, os.fsdecode(name)) for name in listed.split(b"\0") if name)
    return frozenset(os.path.relpath(path, root).replace(os.sep, "/") for path in paths)


def _is_passed_over(tag: bytes) -> bool:
    """``S``: the bit skip-worktree; a small letter: assume-unchanged (https://git-scm.com/docs/git-ls-files)."""
    return tag == b"S" or tag.islower()


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
