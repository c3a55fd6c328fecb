"""Writes what a command says to the file that --output names, or to standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


def write_output(path: str | None, write: Callable[[TextIO], object]) -> None:
    """Has ``write`` write to the file, in UTF-8 with line feeds; without a path to standard output.

    Raises UsageError where the file can't be written.
    """
    if not path:
        write(sys.stdout)
        return
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            write(file)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None
