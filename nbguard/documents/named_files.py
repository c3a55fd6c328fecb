"""Reads and writes what a repository names: regular files inside it, within a bound, whatever lies at the name.

A cloned repository may hold links to devices, pipes without a writer, and names that lead out of it. Nothing here
waits, reads without a bound or follows a name out of the repository.
"""

from __future__ import annotations

import os
import stat

from nbguard.errors import UnreadableError, UsageError
from nbguard.whole_files import whole_file

_CHUNK = 1 << 20
_BINARY = getattr(os, "O_BINARY", 0)
# Opening a pipe must not wait for its writer; the last part of the name is no link any more.
_READ = os.O_RDONLY | _BINARY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
_OUTSIDE = "it leads out of the repository"


def read_inside(root: str, name: str, limit: int) -> bytes | None:
    """The bytes of the file ``name`` (relative to the folder ``root``); None where there is none.

    Links are followed as long as they stay below ``root``. Raises UnreadableError with the reason: it leads out of the
    repository or to nothing, is no regular file, holds more than ``limit`` bytes, can't be read.
    """
    return _there(_read(place_inside(root, name), _READ, limit, regular=True), os.path.join(root, name))


def read_given(path: str, limit: int) -> bytes | None:
    """The bytes of a file that a person names, which may be a pipe or lie anywhere; None where there is none.

    Raises UnreadableError with the reason: more than ``limit`` bytes, a link to nothing, or it can't be read.
    """
    return _there(_read(path, os.O_RDONLY | _BINARY, limit), path)


def read_needed(path: str, limit: int, what: str) -> bytes:
    """The bytes of a file that a person names; ``what`` says what it is, such as "configuration file".

    Raises UsageError where it can't be read or isn't there.
    """
    try:
        raw = read_given(path, limit)
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None
    if raw is None:
        raise UsageError(f"{path}: no such {what}")
    return raw


def write_inside(root: str, name: str, data: bytes) -> None:
    """Puts a file in place in one step, or leaves everything as it was; a mode that the file has stays.

    Raises UnreadableError where the name leads out of the folder ``root`` or the file system refuses; no half-written
    file is left behind.
    """
    _put(place_inside(root, name), data)


def write_given(path: str, data: bytes) -> None:
    """Puts a file that a person names in place in one step, as ``write_inside`` does; links are followed.

    Raises UnreadableError where the file system refuses, or something stands there that is no file: a device stays.
    """
    _put(os.path.realpath(path), data)


def _put(path: str, data: bytes) -> None:
    if os.path.exists(path) and not os.path.isfile(path):
        raise UnreadableError("it is no file; nothing was written")
    try:
        with whole_file(path) as file:
            file.write(data)
    except OSError as error:
        raise UnreadableError(f"{_reason(error)}; nothing was written") from None


def place_inside(root: str, name: str) -> str:
    """Where a name leads, links followed. Raises UnreadableError where that isn't below the folder ``root``."""
    folder = os.path.realpath(root)
    path = os.path.realpath(os.path.join(folder, name))
    if not path.startswith(os.path.join(folder, "")):
        raise UnreadableError(_OUTSIDE)
    return path


def name_inside(root: str, path: str) -> str | None:
    """A path's name from the folder ``root``, with ``/``; None where it lies elsewhere. Links aren't looked at."""
    name = os.path.relpath(path, root)
    return None if name.split(os.sep)[0] == ".." or os.path.isabs(name) else name.replace(os.sep, "/")


def name_by_any_way(root: str, path: str) -> str | None:
    """A path's name from the folder ``root``, if it lies there by its name or with links followed; None if neither."""
    return name_inside(root, path) or name_inside(os.path.realpath(root), os.path.realpath(path))


def _read(path: str, flags: int, limit: int, regular: bool = False) -> bytes | None:
    """A file's bytes; None where there is none. Raises UnreadableError; ``regular``: also where it is no such file."""
    try:
        handle = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnreadableError(_reason(error)) from None
    try:
        mode = os.fstat(handle).st_mode
        if regular and not stat.S_ISREG(mode):
            raise UnreadableError("is a directory" if stat.S_ISDIR(mode) else "not a regular file")
        pieces, size = [], 0
        # One byte more than is allowed shows that there is more.
        while size <= limit and (piece := os.read(handle, min(_CHUNK, limit + 1 - size))):
            pieces.append(piece)
            size += len(piece)
    except OSError as error:
        raise UnreadableError(_reason(error)) from None
    finally:
        os.close(handle)
    if size > limit:
        raise UnreadableError(f"too large (limit {_amount(limit)})")
    return b"".join(pieces)


def _there(raw: bytes | None, path: str) -> bytes | None:
    """What was read. Raises UnreadableError where nothing was, since a link on the way leads nowhere.

    Somebody meant a file to be there: that isn't the same as none.
    """
    while raw is None and path != os.path.dirname(path):
        if os.path.islink(path) and not os.path.exists(path):
            raise UnreadableError("a symbolic link that leads to nothing")
        path = os.path.dirname(path)
    return raw


def _amount(size: int) -> str:
    return f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1000} kB"


def _reason(error: OSError) -> str:
    return (error.strerror or "unreadable").lower()
