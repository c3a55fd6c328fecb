"""Reads files within bounds, and writes them whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress

from nbguard.errors import FileChangedError, UnreadableError

_MEGABYTE = 1_000_000
_CHUNK = 1 << 18
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends


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
        if status.st_size > limit:
            raise UnreadableError(f"too large: {status.st_size // _MEGABYTE} MB (limit {limit // _MEGABYTE} MB)")
        return _read_whole(path)
    except OSError as error:
        raise UnreadableError(_reason(error)) from None


def read_head(path: str, size: int) -> bytes:
    """The first bytes of a regular file. Raises UnreadableError with the reason."""
    return read_between(path, 0, size)


def read_between(path: str, start: int, end: int) -> bytes:
    """The bytes of a regular file between two offsets, as far as there are any. Raises UnreadableError."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise UnreadableError("not a regular file")
        with open(path, "rb") as file:
            file.seek(start)
            return file.read(end - start)
    except OSError as error:
        raise UnreadableError(_reason(error)) from None


def write_file(path: str, data: bytes, expected: bytes) -> None:
    """Replaces a file's content in one step: the file is the old one or the new one at every moment.

    The new content goes to a temporary file beside it, is flushed to disk and renamed. Mode is kept; owner, access
    lists and other attributes where permitted; a symbolic link stays one and its target is replaced. ``expected`` is
    what the file held when it was read: where it holds something else by now, FileChangedError is raised. Raises
    UnreadableError where the file system refuses.
    """
    replacement = Replacement(path, data, expected)
    replacement.flush()
    replacement.finish()
    try:
        _flush_folder(os.path.dirname(replacement.target) or ".")
    except OSError:
        pass  # the rename itself is done


class Replacement:
    """A file's new content, written beside it but not in its place yet. Many of them can share the disk's time.

    Takes and raises what ``write_file`` does. Where a step raises, the temporary file is gone and the file as it was.
    """

    def __init__(self, path: str, data: bytes, expected: bytes) -> None:
        self._handle = -1
        self._temporary = ""
        try:
            # Links among the folders may stay: the new file is made beside the old one.
            self.target = os.path.realpath(path) if os.path.islink(path) else path
            self._status = _compare(self.target, expected)
            if not os.access(self.target, os.W_OK):
                raise UnreadableError("read-only; nothing was written")
            name = f".nbguard-{os.getpid()}-{os.urandom(4).hex()}"
            temporary = os.path.join(os.path.dirname(self.target), name)
            self._temporary = temporary  # before it is there: an interrupt can come right after
            self._handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
            left = memoryview(data)
            while left:
                left = left[os.write(self._handle, left) :]
            _keep_mode_and_owner(self._handle, temporary, self._status)
            _keep_attributes(self._handle, self.target)
        except BaseException as error:
            self._undo(error)
            raise

    def flush(self) -> None:
        """Has the new content on the disk before it takes its place: else a power cut could leave an empty file."""
        try:
            os.fsync(self._handle)
        except BaseException as error:
            self._undo(error)
            raise

    def finish(self) -> None:
        """Puts the new content in the file's place."""
        try:
            os.close(self._handle)
            self._handle = -1
            if _identity(os.stat(self.target)) != _identity(self._status):
                raise FileChangedError("changed on disk since it was read; nothing was written")
            os.replace(self._temporary, self.target)
            self._temporary = ""
        except BaseException as error:
            self._undo(error)
            raise

    def drop(self) -> None:
        """Forgets the new content; after ``finish`` it does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        if self._temporary:
            try:
                os.unlink(self._temporary)
            except OSError:
                pass
            self._temporary = ""

    def _undo(self, error: BaseException) -> None:
        self.drop()
        if isinstance(error, OSError):
            raise UnreadableError(f"{_reason(error)}; nothing was written") from None

    def __del__(self) -> None:
        # An interrupt between two steps leaves nobody else to do it.
        self.drop()


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _read_whole(path: str) -> bytes:
    # Plain system calls take half as long as a file object does.
    handle = os.open(path, os.O_RDONLY | _BINARY)
    try:
        size = os.fstat(handle).st_size
        # One byte more than there should be shows, without another call, that this is all.
        content = os.read(handle, size + 1)
        if len(content) == size:
            return content
        pieces = [content]
        while pieces[-1]:
            pieces.append(os.read(handle, _CHUNK))
        return b"".join(pieces)
    finally:
        os.close(handle)


def _compare(path: str, expected: bytes) -> os.stat_result:
    """The status of a file that holds what is expected; raises FileChangedError for another."""
    handle = os.open(path, os.O_RDONLY | _BINARY)
    try:
        at = 0
        while chunk := os.read(handle, _CHUNK):
            if not expected.startswith(chunk, at):
                break
            at += len(chunk)
        if chunk or at != len(expected):
            raise FileChangedError("changed on disk since it was read; nothing was written")
        return os.fstat(handle)
    finally:
        os.close(handle)


def _keep_mode_and_owner(handle: int, temporary: str, status: os.stat_result) -> None:
    if sys.platform == "win32":  # pragma: no cover
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        return
    try:
        os.fchown(handle, status.st_uid, status.st_gid)
    except OSError:
        pass  # only root may give a file away; mode matters more
    os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _keep_attributes(handle: int, path: str) -> None:
    """Gives a new file the extended attributes of another, access lists among them, and no others of the folder's."""
    if sys.platform != "linux":  # pragma: no cover - the others have no such calls
        return
    # Not every file system has them, and some only root may give or take.
    with suppress(OSError):
        kept = {name: os.getxattr(path, name) for name in os.listxattr(path)}
        for name in {*os.listxattr(handle)} - {*kept}:
            with suppress(OSError):
                os.removexattr(handle, name)
        for name, value in kept.items():
            with suppress(OSError):
                os.setxattr(handle, name, value)


def _flush_folder(folder: str) -> None:
    if sys.platform == "win32":  # pragma: no cover - there are no handles on folders
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
