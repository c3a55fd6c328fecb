"""Lists the notebooks of a repository or a directory."""

from __future__ import annotations

import os

from nbguard.errors import UsageError
from nbguard.lazy_regex import lazy_regex
from nbguard.policy.config import find_root
from nbguard.repository.tracked import list_files_of_repository

NOTEBOOK_ENDINGS = (".ipynb", ".zpln")
# Where marimo stores what the cells of a notebook showed, next to it (docs.marimo.io, "Session snapshots").
_SESSION = lazy_regex(r"(?:.*[/\\])?__marimo__[/\\]session[/\\][^/\\]+\.json")
# Folders that hold copies or other people's files.
_PASSED_OVER = frozenset({".git", ".hg", ".ipynb_checkpoints", ".venv", "node_modules", "__pycache__", ".tox", ".nox"})


def list_notebooks(folder: str) -> list[str]:
    """The notebooks in a folder and below, sorted; in a repository, what git tracks or would offer to add.

    Outside of one, checkpoints and environments are passed over.
    """
    files = list_files_of_repository(folder)
    if files is None:
        files = []
        for above, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
            files += [os.path.normpath(os.path.join(above, name)) for name in sorted(names)]
    return [path for path in files if holds_outputs(path) and os.path.isfile(path)]


def holds_outputs(path: str) -> bool:
    """Whether a file is one that stripping is for, by its path: a notebook, or a session that marimo stored."""
    return path.endswith(NOTEBOOK_ENDINGS) or (path.endswith(".json") and _SESSION.fullmatch(path) is not None)


def list_repository() -> list[str]:
    """The notebooks of the repository around the working directory. Raises UsageError where there is none."""
    root = find_root(".")
    if not os.path.exists(os.path.join(root, ".git")):
        raise UsageError("no git repository here; name the files or directories to strip")
    return list_notebooks(os.path.relpath(root))
