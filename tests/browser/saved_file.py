"""Reading a notebook that another process may be writing at this moment."""

import json
import time
from collections.abc import Callable
from pathlib import Path

_PATIENCE = 30.0  # Seconds.


def read_saved(file: Path, done: Callable[[str], bool] = lambda text: True) -> str:
    """Text of a notebook once it is whole, and once it is what is waited for.

    Neither VS Code nor Jupyter puts a new file into the place of the old one: they empty it and
    write it anew, so a reader may see the beginning of it, or nothing.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        text = file.read_text(errors="replace")
        if _is_whole(text) and done(text):
            return text
        assert time.monotonic() < deadline, f"{file.name} isn't what was waited for: {text[-3000:]}"
        time.sleep(0.05)


def _is_whole(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
