"""Writes files whole or not at all, and has others grow by whole lines, whatever interrupts it."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

_LINES = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
_LINES |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextmanager
def whole_file(path: str, mode: int | None = None, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of ``path`` where the block ends well; else nothing has changed.

    Without ``mode`` a file keeps the one that it has. ``durable``: it is on the disk before it takes the place, so that
    a power cut leaves the old one or the new one. Raises OSError.
    """
    new = os.path.join(os.path.dirname(path), f".nbguard-{os.getpid()}-{os.urandom(4).hex()}")
    kept = None
    if mode is None:
        with suppress(FileNotFoundError):
            kept = stat.S_IMODE(os.stat(path).st_mode)
    try:
        with os.fdopen(os.open(new, _NEW, 0o666 if mode is None else mode), "wb") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if kept is not None:
            os.chmod(new, kept)
        os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def open_lines(path: str) -> int:
    """A handle on a file that lines are to be appended to, made for its owner only where there is none.

    Raises OSError for a link, which leads elsewhere, and for a pipe, which would be waited for.
    """
    return open_regular(path, _LINES)


def open_regular(path: str, flags: int) -> int:
    """A handle on a regular file, made for its owner only where the flags make one. Raises OSError for all else."""
    handle = os.open(path, flags, 0o600)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(None, "is no file")
    return handle


def append_lines(handle: int, lines: bytes) -> None:
    """Writes lines behind what a file has, all of them or none; it was opened for reading and appending.

    Where a crash cut the last line short, they begin on a line of their own. Raises OSError.
    """
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        _write(handle, lines)
        return
    size = status.st_size
    if size:
        os.lseek(handle, size - 1, os.SEEK_SET)
        if os.read(handle, 1) != b"\n":
            lines = b"\n" + lines
    try:
        _write(handle, lines)
    except BaseException:
        # What came of it goes again, but nothing that somebody else wrote behind it.
        with suppress(OSError):
            os.lseek(handle, size, os.SEEK_SET)
            came = os.read(handle, len(lines) + 1)
            if len(came) < len(lines) and lines.startswith(came):
                os.ftruncate(handle, size)
        raise


def _write(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]
