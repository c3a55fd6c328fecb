"""Where the bytes come from: files, folders, standard input."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from nbguard.documents.files import read_between, read_file, read_head
from nbguard.errors import UnreadableError
from nbguard.scan.blobs import ARCHIVES, STANDARD_INPUT, Blob

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Folders that hold other people's files, in any repository.
_NEVER_ENTERED = frozenset((".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv", ".ipynb_checkpoints"))

# Bytes of a piece of a large file, and that two have in common.
_WINDOW = 16 << 20
_OVERLAP = 1 << 16


def read_paths(paths: Iterable[str], limit: int, unpack: bool = False, heads: bool = False) -> Iterator[Blob]:
    """Yields each file's bytes; ``-`` is standard input. What can't be read comes with its problem.

    With ``unpack`` the notebooks in an archive come after it. With ``heads`` only the beginning is read of a large
    file (see ``samples.sizes.LARGE``), and of one above the limit, that is neither a notebook nor an archive.
    """
    for path in paths:
        if path == "-":
            yield _read_standard_input(limit)
            continue
        try:
            if heads and (size := _large_size(path, limit)):
                from nbguard.detect.samples.sampling import HEAD, head_of

                yield Blob(path, head_of(read_head(path, HEAD)), size=size)
                continue
            blob = Blob(path, read_file(path, limit))
        except UnreadableError as error:
            yield Blob(path, b"", str(error))
            continue
        yield blob
        if unpack and path.lower().endswith(ARCHIVES):
            from nbguard.scan.archives import unpack_notebooks

            yield from unpack_notebooks(blob, limit)


def _large_size(path: str, limit: int) -> int:
    """The size of a file of which only the beginning is read; 0 for others, and for what is no file."""
    from nbguard.detect.samples.sizes import LARGE

    try:
        status = os.stat(path)
    except OSError:
        return 0
    if status.st_size <= min(LARGE, limit) or not stat.S_ISREG(status.st_mode):
        return 0
    return 0 if path.lower().endswith((".ipynb", *ARCHIVES)) else status.st_size


def read_windows(path: str, size: int) -> Iterator[bytes]:
    """A large file piece by piece; what stands across a border of two is whole in one of them.

    Raises UnreadableError with the reason.
    """
    for at in range(0, size, _WINDOW):
        yield read_between(path, max(at - _OVERLAP, 0), at + _WINDOW)


def _read_standard_input(limit: int) -> Blob:
    """What comes in, under a notebook's name if it looks like one: nothing else says what it is."""
    raw = sys.stdin.buffer.read(limit + 1)
    if len(raw) > limit:
        return Blob(STANDARD_INPUT, b"", f"too large (limit {limit // 1_000_000} MB)", packed=True)
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    notebook = start == b"{" and (b'"cells"' in raw or b'"worksheets"' in raw)
    return Blob(STANDARD_INPUT + ".ipynb" if notebook else STANDARD_INPUT, raw, packed=True)


def list_files(paths: Sequence[str], exclude: Sequence[str] = (), root: str = "") -> list[str]:
    """The files that the given files and folders stand for, folders in sorted order, each file once.

    In a git repository a folder stands for the files that git tracks or would track there; elsewhere for every file
    below it. Symbolic links inside folders are not followed. Globs of ``exclude`` are held against the path relative
    to ``root``; a file named outright is never excluded.
    """
    found: dict[str, None] = {}
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            found[path] = None
            continue
        for file in _files_below(path):
            if not (exclude and is_excluded(os.path.relpath(file, root or path), exclude)):
                found[file] = None
    return list(found)


def _files_below(folder: str) -> Iterable[str]:
    from nbguard.repository.tracked import list_files_of_repository

    tracked = list_files_of_repository(folder)
    if tracked is not None:
        return [path for path in tracked if os.path.isfile(path) and not os.path.islink(path)]
    return _walk(folder)


def _walk(folder: str) -> Iterator[str]:
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NEVER_ENTERED)
        for name in sorted(files):
            path = os.path.join(where, name)
            if not os.path.islink(path):
                yield path if folder != "." else os.path.relpath(path)


def is_excluded(path: str, globs: Sequence[str]) -> bool:
    """Whether one of the globs holds for a path from the repository's root."""
    from nbguard.policy.globs import matches_any

    return matches_any(path, globs)
