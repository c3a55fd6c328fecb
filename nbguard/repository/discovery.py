"""Tells without git which folder is a repository's own, and finds the bare one around a folder."""

from __future__ import annotations

import os

from nbguard.work_tree import work_tree_around


def is_git_directory(folder: str) -> bool:
    """Whether git would take a folder for a repository's own (https://git-scm.com/docs/gitrepository-layout)."""
    return (
        os.path.lexists(os.path.join(folder, "HEAD"))
        and os.path.isdir(os.path.join(folder, "objects"))
        and os.path.isdir(os.path.join(folder, "refs"))
    )


def is_bare(folder: str) -> bool:
    """Whether a folder is a repository without files: no work tree is around it."""
    return is_git_directory(folder) and work_tree_around(folder) is None


def is_in_git(folder: str) -> bool:
    """Whether a folder is in a work tree, or is a repository without one."""
    return work_tree_around(folder) is not None or is_git_directory(folder)


def bare_around(folder: str, top: str) -> bool:
    """Whether a folder between ``folder`` and the work tree's ``top`` looks like a repository of its own.

    Git would go by its settings, though it is nothing but a folder that was committed to the one around it.
    """
    here = os.path.abspath(folder)
    while here != top:
        if is_git_directory(here):
            return True
        here = os.path.dirname(here)
    return False


def is_kept_module(folder: str) -> bool:
    """Whether a folder is the repository of a submodule, as the one around it keeps it in its ``.git``.

    Nobody can commit a folder of that name. Source: https://git-scm.com/docs/gitsubmodules#_forms
    """
    _, inside, below = os.path.abspath(folder).partition(f"{os.sep}.git{os.sep}")
    return bool(inside) and "modules" in below.split(os.sep)[:-1] and is_git_directory(folder)
