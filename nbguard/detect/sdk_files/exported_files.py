"""Reads an export that is one file on disk, a folder of files or a zip of them."""

from __future__ import annotations

import os
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Broken archives (RuntimeError: one with a password), and what isn't as its schema has it.
UNREADABLE = (
    OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile, AttributeError, TypeError, KeyError,
)  # fmt: skip


def read_exported(path: str, endings: tuple[str, ...], largest: int) -> Iterator[tuple[str, bytes]]:
    """The names and contents of the files with one of some endings; of a larger one in a folder only the beginning.

    Raises one of ``UNREADABLE``.
    """
    if os.path.isdir(path):
        for folder, _, names in os.walk(path):
            for name in sorted(names):
                if name.endswith(endings):
                    with open(os.path.join(folder, name), "rb") as file:
                        yield name, file.read(largest)
    elif path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.endswith(endings) and member.file_size <= largest:
                    with archive.open(member) as file:
                        yield member.filename, file.read(largest)
    else:
        with open(path, "rb") as file:
            yield path, file.read(largest)
