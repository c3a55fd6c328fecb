"""Appends events to a file, one JSON object a line, for log shippers."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

from nbguard.errors import UnreadableError
from nbguard.whole_files import append_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

# A file is put aside at this size, and so many of them are kept.
_LARGEST = 10_000_000
_KEPT = 3
# What each line begins with: only a file of ours is appended to.
_BEGINNING = '{"time": '
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def append_event(path: str, data: Mapping[str, Any], time: str) -> None:
    """Appends one event; ``time`` is ISO 8601.

    A line is written in one piece, so that servers may share a file. Past 10 MB the file becomes ``path.1``, and so on
    up to ``path.3``. Raises UnreadableError where the file is a pipe, or holds something else than events, and
    OSError where it can't be written.
    """
    line = json.dumps({"time": time, **data}) + "\n"
    handle = os.open(path, _FLAGS, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UnreadableError(f"{os.path.basename(path)} is no file")  # a pipe would hold the server up
        beginning = os.read(handle, len(_BEGINNING))
        if beginning and beginning != _BEGINNING.encode():
            raise UnreadableError(f"{os.path.basename(path)} holds something else than events")
        append_lines(handle, line.encode())
        full = os.fstat(handle).st_size > _LARGEST
    finally:
        os.close(handle)
    if full:
        _put_aside(path)


def _put_aside(path: str) -> None:
    for number in range(_KEPT - 1, 0, -1):
        if os.path.exists(f"{path}.{number}"):
            os.replace(f"{path}.{number}", f"{path}.{number + 1}")
    os.replace(path, f"{path}.1")
