"""Reads and changes the small files by which git is set up: attributes and hooks."""

from __future__ import annotations

import os
import stat

from nbguard.documents.files import read_file, write_file
from nbguard.errors import NbguardError, UnreadableError, UsageError
from nbguard.whole_files import whole_file

# Bytes. Attributes and hooks are a few lines that somebody wrote; what is larger isn't read.
_LARGEST = 1_000_000


def read_small(path: str) -> bytes:
    """The bytes of a file; none where there is no file. Raises UsageError where it can't be read."""
    if not os.path.exists(path):
        return b""
    try:
        return read_file(path, _LARGEST)
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None


def change_small(path: str, content: bytes, before: bytes, *, executable: bool = False) -> None:
    """Puts other content into a file that held ``before``, making it where there is none; no content takes it away.

    Raises UsageError where that can't be done, or the file holds something else by now.
    """
    try:
        if not content:
            os.unlink(path)
            return
        if os.path.dirname(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.lexists(path):
            with whole_file(path, 0o777 if executable else 0o666) as file:
                file.write(content)
            return
        if executable:
            os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) | 0o111)  # noqa: S103 - git runs no other hook
        write_file(path, content, before)
    except NbguardError as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'can not be written').lower()}; nothing was written") from None
