"""Where the bytes come from: files, folders, standard input."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

from nbguard.documents.files import read_between, read_file, read_head
from nbguard.errors import UnreadableError, UsageError
from nbguard.named_tuple import NamedTuple
from nbguard.scan.blobs import STANDARD_INPUT, Blob, is_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Folders that hold other people's files, in any repository.
_NEVER_ENTERED = frozenset((".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv", ".ipynb_checkpoints"))

_NOT_CHECKED_OUT = (
    "not looked into: a submodule that isn't checked out (`git submodule update --init` brings it; `exclude` its path"
    " where it is scanned by itself)"
)
# Bytes of a piece of a large file, and that two have in common.
_WINDOW = 16 << 20
_OVERLAP = 1 << 16


def read_paths(paths: Iterable[str], limit: int, heads: bool = False) -> Iterator[Blob]:
    """Yields each file's bytes; ``-`` is standard input. What can't be read comes with its problem.

    With ``heads`` only the beginning is read of a large file (see ``samples.sizes.LARGE``), and of one above the
    limit, that is neither a notebook nor an archive within the limit.
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
            yield Blob(path, read_file(path, limit))
        except UnreadableError as error:
            yield Blob(path, b"", str(error))


def _large_size(path: str, limit: int) -> int:
    """The size of a file of which only the beginning is read; 0 for others, and for what is no file."""
    from nbguard.detect.samples.sizes import LARGE

    try:
        status = os.stat(path)
    except OSError:
        return 0
    if status.st_size <= min(LARGE, limit) or not stat.S_ISREG(status.st_mode):
        return 0
    if path.lower().endswith(".ipynb") or (is_archive(path) and status.st_size <= limit):
        return 0
    return status.st_size


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


class Sources(NamedTuple):
    """The files that some paths stand for, and what among it isn't looked into, with the reason as its problem;
    how many files the policy excludes; and which symbolic links are there, looked into or not.
    """

    files: tuple[str, ...]
    unread: tuple[Blob, ...] = ()
    excluded: int = 0
    links: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """All that has a name: files, links, and what isn't looked into."""
        return tuple(dict.fromkeys((*self.files, *self.links, *(blob.path for blob in self.unread))))


class _Entry(NamedTuple):
    """Something that is named or in a folder: a file, or what isn't looked into with the reason. ``link``: it is a
    symbolic link; those in folders aren't read.
    """

    path: str
    problem: str = ""
    link: bool = False
    is_read: bool = True

    @property
    def counts(self) -> bool:
        """Whether it is read, or should be: a link to what is looked at anyway, or to nothing, is no file."""
        return self.is_read or bool(self.problem)


def list_files(paths: Sequence[str], exclude: Sequence[str] = (), root: str = "") -> list[str]:
    """The files that the given files and folders stand for (see find_sources)."""
    return list(find_sources(paths, exclude, root).files)


def find_sources(
    paths: Sequence[str], exclude: Sequence[str] = (), root: str = "", links: Sequence[str] = ()
) -> Sources:
    """The files that the given files and folders stand for, folders in sorted order, each file once.

    In a git repository a folder stands for the files that git tracks or would track there; elsewhere, and where git
    ignores the very folder that is named, for every file below it. So do repositories within it, submodules too.
    Symbolic links inside folders are not followed, but they have a name and a target. Globs of ``exclude`` are held
    against the path relative to ``root``; a file named outright is never excluded. Raises UsageError where there is
    nothing of a given name. ``links`` are symbolic links that aren't to be followed either.
    """
    collected = _Collected({}, dict.fromkeys(links), {}, set())
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            collected.take(_named(path))
            continue
        some = False
        for entry in _look_below(path):
            some = some or entry.counts
            if not (exclude and is_excluded(os.path.relpath(entry.path, root or path), exclude)):
                collected.take(entry)
            elif entry.counts:
                collected.excluded.add(entry.path)
        if not some:
            collected.unread.update(_why_nothing_below(path))
    unread = tuple(Blob(path, b"", problem) for path, problem in collected.unread.items())
    return Sources(tuple(collected.files), unread, len(collected.excluded), tuple(collected.links))


class _Collected(NamedTuple):
    files: dict[str, None]
    links: dict[str, None]
    unread: dict[str, str]
    excluded: set[str]

    def take(self, entry: _Entry) -> None:
        if entry.link:
            self.links[entry.path] = None
        if entry.problem:
            self.unread[entry.path] = entry.problem
        elif entry.is_read:
            self.files[entry.path] = None


def _named(path: str) -> _Entry:
    if path != "-" and not os.path.lexists(path):
        raise UsageError(f"{path}: no such file or folder")
    return _Entry(path, link=path != "-" and os.path.islink(path), is_read=True)


def _look_below(folder: str) -> Iterator[_Entry]:
    """What is below a folder."""
    from nbguard.repository.tracked import is_ignored, list_repository_below

    tracked = list_repository_below(folder)
    if tracked is None or is_ignored(folder):
        yield from _walk(folder)
        return
    passed_over: dict[str, int] = {}
    for path, is_passed_over in tracked:
        if is_passed_over and not os.path.lexists(path):
            place = _highest_that_is_missing(path)
            passed_over[place] = passed_over.get(place, 0) + 1
        elif os.path.islink(path):
            yield _Entry(path, _why_not_followed(path, folder), link=True, is_read=False)
        elif os.path.isfile(path):
            yield _Entry(path)
        elif os.path.isdir(path):
            # A repository of its own: a submodule, or a clone that somebody put here.
            if os.path.lexists(os.path.join(path, ".git")):
                yield from _look_below(path)
            else:
                yield _Entry(path, _NOT_CHECKED_OUT)
    for place, number in passed_over.items():
        files = "it" if number == 1 else f"{number} files of it"
        reason = f"not looked into: git tracks {files}, and was told not to check that out (`git ls-files -v`)"
        yield _Entry(place, reason)


def _highest_that_is_missing(path: str) -> str:
    """A file that isn't there, or the highest folder above it that isn't: a sparse checkout leaves out whole ones."""
    above = os.path.dirname(path)
    while above and not os.path.lexists(above):
        path, above = above, os.path.dirname(above)
    return path


def _why_nothing_below(folder: str) -> dict[str, str]:
    """Why there is no file to be looked at in a folder that was named; an empty one is no reason."""
    from nbguard.repository.tracked import is_submodule

    if is_submodule(folder):
        return {folder: _NOT_CHECKED_OUT}
    try:
        names = os.listdir(folder)
    except OSError:
        return {}  # said when it was walked through
    if any(name != ".git" for name in names):
        return {folder: "not looked into: there is no file in it that git tracks or would track"}
    return {}


def _walk(folder: str) -> Iterator[_Entry]:
    from nbguard.repository.discovery import is_git_directory

    unlisted: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=unlisted.append):
        if is_git_directory(where):
            folders.clear()
            yield _Entry(where, "not looked into: a bare repository; `nbguard sweep` looks through its history")
            continue
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        folders[:] = sorted(name for name in folders if name not in _NEVER_ENTERED)
        for name in sorted([*files, *links]):
            path = os.path.join(where, name)
            shown = path if folder != "." else os.path.relpath(path)
            if os.path.islink(path):
                yield _Entry(shown, _why_not_followed(path, folder), link=True, is_read=False)
            else:
                yield _Entry(shown)
    for error in unlisted:
        reason = f"not looked into: it can't be listed ({(error.strerror or 'unreadable').lower()})"
        yield _Entry(os.path.normpath(os.fsdecode(error.filename or folder)), reason)


def _why_not_followed(link: str, folder: str) -> str:
    """Why what a symbolic link leads to isn't looked into; empty where it is, under its own name, or isn't there."""
    try:
        target, top = os.path.realpath(link), os.path.realpath(folder)
    except OSError as error:  # it went away meanwhile, or nobody may read where it leads, as in /proc
        return f"not looked into: a symbolic link that can't be followed ({error.strerror})"
    if not os.path.exists(target) or target == top or target.startswith(os.path.join(top, "")):
        return ""
    return "not looked into: a symbolic link out of the folder; name what it leads to, or exclude it"


def is_excluded(path: str, globs: Sequence[str]) -> bool:
    """Whether one of the globs holds for a path from the repository's root."""
    from nbguard.policy.globs import matches_any

    return matches_any(path, globs)
