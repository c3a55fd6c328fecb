"""Writes what a command says to the file that --output names, or to standard output."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

from nbguard.errors import UsageError
from nbguard.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable


def write_output(path: str | None, write: Callable[[TextIO], object]) -> None:
    """Has ``write`` write to the file, in UTF-8 with line feeds; without a path to standard output.

    A file is there as a whole, or as it was; what is no file, such as a pipe, is written to, and so is a file whose
    folder takes no new ones. Raises UsageError where that fails.
    """
    if not path:
        write(sys.stdout)
        return
    place = os.path.realpath(path)
    in_place = os.path.exists(path) and not (os.path.isfile(path) and os.access(os.path.dirname(place), os.W_OK))
    # What /dev/stdout leads to may be a file that others write to as well.
    in_place = in_place or path.startswith("/dev/")
    try:
        with open(path, "wb") if in_place else whole_file(place) as file:
            text = TextIOWrapper(file, encoding="utf-8", newline="\n")
            write(text)
            text.detach()
    except OSError as error:
        reason = (error.strerror or "not writable").lower()
        raise UsageError(f"{path}: {reason}" + ("" if in_place else "; nothing was written")) from None
