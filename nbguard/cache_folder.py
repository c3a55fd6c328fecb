"""Where what can be made again is kept between runs."""

from __future__ import annotations

import os
from contextlib import suppress

from nbguard.whole_files import whole_file
from nbguard.work_tree import work_tree_around


def cache_file(name: str) -> str:
    """Where a file of ours is kept in the user's cache folder, which may not be there yet; empty where none is kept.

    In a repository none is, as where a job's home is its checkout: commits could bring a cache that says that all is
    well.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    folder = os.path.join(base, "nbguard")
    return "" if work_tree_around(os.path.realpath(folder)) is not None else os.path.join(folder, name)


def keep_file(path: str, data: bytes) -> None:
    """Writes a cache file, which is there as a whole or not at all; where that fails, it is made again."""
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with whole_file(path, durable=False) as file:
            file.write(data)
