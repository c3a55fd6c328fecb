"""The places in which notebooks and SDKs leave things behind, by their names: stores, checkpoints, credential files."""

from __future__ import annotations

import glob
import json
import os
from typing import TYPE_CHECKING

from nbguard.audit.leftovers import Leftover
from nbguard.audit.sdk.facts import credential_places
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.sdk_names import normalise
from nbguard.repository.discovery import work_tree_around
from nbguard.repository.filter_setup import output_store
from nbguard.repository.git import GitError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_TOOLS = frozenset((".git", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache"))
_CHECKPOINTS, _STORE, _MARIMO = ".ipynb_checkpoints", ".jupyter_ystore", "__marimo__"
# Files of these serve other things than a quantum project, too: nobody deletes them in passing.
_SHARED = frozenset(("aws-braket", "google-quantum", "scaleway-qaas"))
_LARGEST = 200_000_000


def walk(root: str) -> Iterator[str]:
    """The files below a folder, in sorted order, whatever git ignores; without git's own and virtual environments."""
    for folder, folders, names in os.walk(root):
        if os.path.exists(os.path.join(folder, "pyvenv.cfg")):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if name not in _TOOLS)
        yield from (path for name in sorted(names) if not os.path.islink(path := os.path.join(folder, name)))


def find_stores(root: str, holds: Callable[[str], bool]) -> Iterator[Leftover]:
    """Stores of outputs, checkpoints, collaboration and marimo, and what papermill wrote, where ``holds`` says so."""
    if work_tree_around(root) is not None:
        yield from _kept_outputs(root)
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _TOOLS)
        if os.path.exists(os.path.join(folder, "pyvenv.cfg")):
            folders.clear()
            continue
        for name in (*folders, *sorted(names)):
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, root)
            if not holds(inside):
                continue
            if name == _CHECKPOINTS:
                yield Leftover("checkpoints", inside, "Jupyter's checkpoints", "delete the folder", removable=True)
            elif name == _MARIMO:
                yield Leftover("marimo", inside, "marimo's sessions and caches", "delete the folder", removable=True)
            elif name.startswith(_STORE) and ".db" in name:
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


def _kept_outputs(root: str) -> Iterator[Leftover]:
    try:
        folder = output_store(root)
    except GitError:
        return
    if any(names for _, _, names in os.walk(folder)):
        yield Leftover("outputs", folder, "outputs that the git filter keeps", "delete the folder", removable=True)


def _is_of_papermill(path: str) -> bool:
    """Whether papermill wrote a notebook: it notes its parameters in the metadata.

    https://papermill.readthedocs.io/en/latest/usage-store.html
    """
    try:
        if os.path.getsize(path) > _LARGEST:
            return False
        with open(path, "rb") as file:
            raw = file.read()
        return b'"papermill"' in raw and "papermill" in json.loads(raw).get("metadata", {})
    except (OSError, ValueError, AttributeError, TypeError, RecursionError):
        return False
