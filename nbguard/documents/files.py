"""Reads files within bounds, and writes them whole or not at all."""

from __future__ import annotations

import os
import stat

from nbguard.errors import FileChangedError, UnreadableError

_MEGABYTE = 1_000_000


def read_file(path: str, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    Raises UnreadableError with the reason: missing, no permission, no regular file, too large.
    """
    try:
        # A pipe is recognised before it is opened: opening one waits for a writer.
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError("is a directory")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("not a regular file")
        with open(path, "rb") as file:
            if status.st_size > limit:
                raise UnreadableError(f"too large: {status.st_size // _MEGABYTE} MB (limit {limit // _MEGABYTE} MB)")
            return file.read()
    except OSError as error:
        raise UnreadableError(_reason(error)) from None


def write_file(path: str, data: bytes, expected: bytes, flush_folder: bool = True) -> None:
    """Replaces a file's content in one step: the file is the old one or the new one at every moment.

    The new content goes to a temporary file beside it, is flushed to disk and renamed. Mode is kept, owner where
    permitted; a symbolic link stays one and its target is replaced. ``expected`` is what the file held when it was
    read: where it holds something else by now, FileChangedError is raised. Without ``flush_folder`` a power cut right
    after may bring the old content back, whole; many files are written faster. Raises UnreadableError where the file
    system refuses.
    """
    target = os.path.realpath(path)
    temporary = ""
    try:
        with open(target, "rb") as file:
            status = os.fstat(file.fileno())
            if file.read() != expected:
                raise FileChangedError("changed on disk since it was read; nothing was written")
        if not os.access(target, os.W_OK):
            raise UnreadableError("read-only; nothing was written")
        folder = os.path.dirname(target)
        temporary = os.path.join(folder, f".nbguard-{os.getpid()}-{os.urandom(4).hex()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _keep_mode_and_owner(file.fileno(), temporary, status)
            os.fsync(file.fileno())
        os.replace(temporary, target)
        temporary = ""
        if flush_folder:
            _flush_folder(folder)
    except OSError as error:
        raise UnreadableError(f"{_reason(error)}; nothing was written") from None
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)


def _keep_mode_and_owner(handle: int, temporary: str, status: os.stat_result) -> None:
    if hasattr(os, "fchown"):
        try:
            os.fchown(handle, status.st_uid, status.st_gid)
        except OSError:
            pass  # only root may give a file away; mode matters more
        os.fchmod(handle, stat.S_IMODE(status.st_mode))
    else:  # pragma: no cover - Windows
        os.chmod(temporary, stat.S_IMODE(status.st_mode))


def _flush_folder(folder: str) -> None:
    if os.name == "nt":  # pragma: no cover - Windows has no handle on folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:
        pass  # some network file systems refuse; the rename itself is done
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    message = (error.strerror or str(error)).lower()
    return {"no such file or directory": "no such file", "is a directory": "is a directory"}.get(message, message)
