"""Where what can be made again is kept between runs."""

from __future__ import annotations

import os


def cache_folder() -> str:
    """The folder of the user's cache that is ours; it may not be there yet."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/.cache")
    return os.path.join(base, "nbguard")


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
