"""Finds the repository around a folder, without git: which folder is a work tree's top, and which a bare repository."""

from __future__ import annotations

import os


def work_tree_around(folder: str) -> str | None:
    """The nearest folder, this one or above it, with a ``.git`` in it: the top of a work tree; None without one.

    ``.git`` is a folder, or in a linked work tree and a submodule a file.
    """
    here = os.path.abspath(folder)
    while not os.path.lexists(os.path.join(here, ".git")):
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above
    return here


def is_git_directory(folder: str) -> bool:
    """Whether git would take a folder for a repository's own (https://git-scm.com/docs/gitrepository-layout)."""
    return (
        os.path.lexists(os.path.join(folder, "HEAD"))
        and os.path.isdir(os.path.join(folder, "objects"))
        and os.path.isdir(os.path.join(folder, "refs"))
    )


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
