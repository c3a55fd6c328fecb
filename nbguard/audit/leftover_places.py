"""The places in which notebooks and SDKs leave things behind, by their names: stores, checkpoints, credential files."""

from __future__ import annotations

import glob
import json
import os
from typing import TYPE_CHECKING

from nbguard.audit.leftovers import Leftover
from nbguard.audit.register import NotRead
from nbguard.audit.sdk.facts import credential_places
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.sdk_names import normalise
from nbguard.documents.named_files import read_inside
from nbguard.errors import UnreadableError
from nbguard.repository.filter_setup import output_store
from nbguard.repository.git_errors import GitError
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_TOOLS = frozenset((".git", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache"))
# What `python -m venv` and pip make in an environment.
_OF_ENVIRONMENT = frozenset(("bin", "etc", "include", "lib", "lib64", "share", "Include", "Lib", "Scripts"))
_CHECKPOINTS, _STORE, _MARIMO = ".ipynb_checkpoints", ".jupyter_ystore", "__marimo__"
# Files of these serve other things than a quantum project, too: nobody deletes them in passing.
_SHARED = frozenset(("aws-braket", "google-quantum", "scaleway-qaas"))
_LARGEST = 200_000_000


def walk_folders(root: str, tell: Callable[[OSError], None] | None = None) -> Iterator[tuple[str, list[str]]]:
    """The folders below a folder, whatever git ignores, each with the names of its files.

    Git's own are left out, and virtual environments. ``tell`` gets the error of each that can't be listed.
    """
    for folder, folders, names in os.walk(root, onerror=tell):
        folders[:] = _to_enter(folder, folders)
        yield folder, names


def walk(root: str, tell: Callable[[OSError], None] | None = None) -> Iterator[str]:
    """The files in all of these folders, in sorted order, but for links."""
    for folder, names in walk_folders(root, tell):
        yield from (path for name in sorted(names) if not os.path.islink(path := os.path.join(folder, name)))


def not_listed(error: OSError, root: str) -> NotRead:
    """A folder that can't be listed: whatever is in it may be left."""
    return NotRead(os.path.relpath(error.filename or root, root), (error.strerror or "can't be listed").lower())


def _to_enter(folder: str, folders: Collection[str]) -> list[str]:
    """The folders in a folder that may hold a project's files. A project can be its own virtual environment."""
    left_out = _TOOLS
    if os.path.exists(os.path.join(folder, "pyvenv.cfg")):
        left_out |= _OF_ENVIRONMENT
    return sorted(name for name in folders if name not in left_out)


def is_left_out(root: str, part: str) -> bool:
    """Whether a part of a project lies where nobody looks: below a tool's folder, or in a virtual environment."""
    folder = root
    for name in filter(None, part.split("/")):
        if not _to_enter(folder, (name,)):
            return True
        folder = os.path.join(folder, name)
    return False


def find_stores(root: str, holds: Callable[[str], bool], *, whole: bool = True) -> Iterator[Leftover]:
    """Stores of outputs, checkpoints, collaboration and marimo, and what papermill wrote, where ``holds`` says so.

    ``whole``: all of the repository is given up, and not only a part of it.
    """
    if work_tree_around(root) is not None:
        yield from _kept_outputs(root, whole=whole)
    for folder, folders, names in os.walk(root):
        folders[:] = _to_enter(folder, folders)
        for name in (*folders, *sorted(names)):
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, root)
            if not holds(inside):
                continue
            if name == _CHECKPOINTS:
                yield Leftover("checkpoints", inside, "Jupyter's checkpoints", "delete the folder", removable=True)
            elif name == _MARIMO:
                yield Leftover("marimo", inside, "marimo's sessions and caches", "delete the folder", removable=True)
            elif name.startswith(_STORE) and ".db" in name and name not in folders:
                what = "the store of real-time collaboration: every edit"
                yield Leftover("collaboration", inside, what, "stop Jupyter, delete the file", removable=True)
            elif name.endswith(".ipynb") and _is_of_papermill(path):
                what = "a notebook that papermill ran, with its parameters and outputs"
                yield Leftover("papermill", inside, what, "delete it, or take its outputs out", removable=True)
        folders[:] = [name for name in folders if name not in (_CHECKPOINTS, _MARIMO)]


def find_home_files(home: str, providers: Collection[str]) -> Iterator[Leftover]:
    """Files in a home directory in which the packages of providers (ids, or names of packages) keep credentials."""
    for provider in load_catalogue().providers:
        packages = {normalise(name) for name in provider.packages}
        if provider.id not in providers and not packages & set(providers):
            continue
        for place in credential_places(provider):
            pattern = os.path.join(glob.escape(home), place.removeprefix("~/"))
            for path in sorted(glob.glob(pattern, recursive=True, include_hidden=True)):
                if os.path.isfile(path):
                    shared = provider.id in _SHARED or os.path.islink(path)
                    needs = "take its entry out: others may be in it" if shared else "revoke what is in it, delete it"
                    what = f"credentials of {provider.name}'s packages"
                    yield Leftover("dotfiles", path, what, needs, removable=not shared)


def _kept_outputs(root: str, *, whole: bool) -> Iterator[Leftover]:
    """The store of outputs: one for all the work trees of a repository, and for all of its parts."""
    try:
        folder = output_store(root)
    except GitError:
        return
    if any(names for _, _, names in os.walk(folder)):
        ours = whole and folder.startswith(os.path.join(root, ".git", ""))
        needs = "delete the folder" if ours else "give up all that has its outputs there, then delete the folder"
        yield Leftover("outputs", folder, "outputs that the git filter keeps", needs, removable=ours)


def _is_of_papermill(path: str) -> bool:
    """Whether papermill wrote a notebook: it notes its parameters in the metadata.

    https://papermill.readthedocs.io/en/latest/usage-store.html
    """
    try:
        raw = read_inside(os.path.dirname(path), os.path.basename(path), _LARGEST) or b""
        return b'"papermill"' in raw and "papermill" in json.loads(raw).get("metadata", {})
    except (UnreadableError, OSError, ValueError, AttributeError, TypeError, RecursionError):
        return False
