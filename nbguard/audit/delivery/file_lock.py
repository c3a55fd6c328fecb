"""A lock between processes, on a file that stays empty. It ends with the process that holds it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def locked(path: str, seconds: float) -> Iterator[bool]:
    """Holds the lock in the block, and gives False where another process still had it after ``seconds``.

    Raises OSError where the file can't be made.
    """
    handle = os.open(path, _FLAGS, 0o600)
    try:
        until = monotonic() + seconds
        while not (held := _take(handle)) and monotonic() < until:
            sleep(0.01)
        yield held
    finally:
        os.close(handle)


if sys.platform == "win32":  # pragma: no cover

    def _take(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _take(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
