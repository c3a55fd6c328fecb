"""Where what can be made again is kept between runs."""

from __future__ import annotations

import os


def cache_file(name: str) -> str:
    """Where a file of ours is kept in the user's cache folder, which may not be there yet; empty where none is kept.

    In a repository none is, as where a job's home is its checkout: commits could bring a cache that says that all is
    well.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    folder = os.path.join(base, "nbguard")
    return "" if _is_in_repository(os.path.realpath(folder)) else os.path.join(folder, name)


def _is_in_repository(folder: str) -> bool:
    while not os.path.lexists(os.path.join(folder, ".git")):
        above = os.path.dirname(folder)
        if above == folder:
            return False
        folder = above
    return True


def keep_file(path: str, data: bytes) -> None:
    """Writes a cache file, which is there as a whole or not at all; where that fails, it is made again."""
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except OSError:
        pass
