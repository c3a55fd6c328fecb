"""Finds the top of a git work tree, without git."""

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
