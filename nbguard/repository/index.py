"""Reads what is staged and puts other content in its place; the work tree isn't touched."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.changes import SUBMODULE
from nbguard.repository.git import run_git, run_git_bytes
from nbguard.repository.git_errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REGULAR = ("100644", "100755")
UNMERGED = "000000"


class Staged(NamedTuple):
    """A staged file: its path from the top of the work tree, its mode and the id of its blob.

    Of a submodule, ``blob`` is the commit that it is to be at, and ``before`` the one at which it was; empty where it
    is new.
    """

    path: str
    mode: str
    blob: str
    before: str = ""


def list_staged(top: str) -> list[Staged]:
    """The regular files that the next commit adds or changes. Files with intent to add only aren't among them.

    ``top`` is the top of the work tree. Raises GitError.
    """
    return [entry for entry in list_entries(top) if entry.mode in REGULAR]


def list_entries(top: str) -> list[Staged]:
    """Everything that the next commit adds or changes, symbolic links and submodules too.

    What is in conflict, so that no version of it is staged, has the mode ``UNMERGED``. Raises GitError.
    """
    try:
        base = run_git(top, "rev-parse", "--verify", "-q", "HEAD")
    except GitError:
        base = run_git(top, "hash-object", "-t", "tree", "--stdin", stdin=b"")  # nothing is committed yet
    raw = run_git_bytes(
        top,
        "diff-index",
        "--cached",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=none",  # what .gitmodules says of that is the judged party's to say
        "--diff-filter=AMTU",
        "-z",
        base,
    )
    words = raw.split(b"\0")
    entries: dict[str, Staged] = {}
    for head, name in zip(words[0::2], words[1::2], strict=False):
        was, mode, before, blob, _ = head.decode("ascii").lstrip(":").split(" ")
        path = name.decode("utf-8", "surrogateescape")
        # A path in conflict is told twice, once with what the last commit has of it.
        if mode == UNMERGED or path not in entries:
            entries[path] = Staged(path, mode, blob, before if was == mode == SUBMODULE else "")
    return list(entries.values())


def read_blobs(top: str, files: Iterable[Staged]) -> Iterator[tuple[Staged, bytes]]:
    """Yields each file with its content, all from one git process. Raises GitError, also where one isn't here."""
    files = list(files)
    if not files:
        return
    raw = memoryview(run_git_bytes(top, "cat-file", "--batch", stdin="".join(f"{f.blob}\n" for f in files).encode()))
    at = 0
    for file in files:
        head_end = bytes(raw[at : at + 200]).index(b"\n") + at
        words = bytes(raw[at:head_end]).split(b" ")
        if len(words) != 3:
            raise GitError(f"{file.path}: git doesn't have this content (a partial clone, or a damaged repository)")
        size = int(words[2])
        yield file, bytes(raw[head_end + 1 : head_end + 1 + size])
        at = head_end + size + 2


def read_staged(path: str) -> bytes | None:
    """What is staged of a file, given by its path; None where it isn't tracked, is in conflict, or git isn't there."""
    folder, name = os.path.split(os.path.realpath(path))
    try:
        return run_git_bytes(folder, "cat-file", "blob", f":./{name}")
    except UsageError:
        return None


def replace_staged(top: str, changes: Iterable[tuple[Staged, bytes]]) -> None:
    """Stages other content for files that are staged; the work tree keeps what it has. Raises GitError."""
    lines = []
    for file, content in changes:
        # Without filters: this is the content that is to be stored.
        blob = run_git(top, "hash-object", "-w", "--no-filters", "--stdin", stdin=content)
        lines.append(f"{file.mode} {blob}\t{file.path}\0".encode("utf-8", "surrogateescape"))
    if lines:
        run_git_bytes(top, "update-index", "-z", "--index-info", stdin=b"".join(lines))
