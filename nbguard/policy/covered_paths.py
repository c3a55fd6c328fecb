"""Which files a run over some paths looked at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable


def is_in_scope(path: str, paths: Iterable[str], root: str) -> bool:
    """Whether a file (by its path from ``root``) is one of the given files or below a given folder.

    Without any given, all of the repository was looked at.
    """
    scope = [os.path.relpath(os.path.abspath(given), root).replace(os.sep, "/") for given in paths]
    return not scope or any(given == "." or path == given or path.startswith(given + "/") for given in scope)


def name_in_repository(path: str, root: str) -> str:
    """A file's path from ``root``, with ``/``; outside of it, the path as it was given."""
    relative = os.path.relpath(path, root)
    outside = relative.split(os.sep)[0] == os.pardir
    return (path if outside else relative).replace(os.sep, "/")


def covering(path: str, names: Container[str]) -> str:
    """Which of some names is a path itself, else the lowest folder above it or archive around it; empty without one."""
    while path not in names:
        if "/" not in path:
            return ""
        path = path.rpartition("/")[0].removesuffix("!")
    return path
