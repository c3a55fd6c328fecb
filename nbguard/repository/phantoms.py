"""Explains modifications that are none: notebooks git calls modified although only what is stripped has changed.

Git compares a file's size before it runs a filter: a notebook that was run again is "modified" with an empty diff,
until git looks into it. And a notebook committed with outputs differs from its stripped self until it is stored anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.repository.git import run_git_bytes
from nbguard.repository.index import Staged, read_blobs
from nbguard.repository.listing import NOTEBOOK_ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATTERNS = [f":(top,glob)**/*{ending}" for ending in NOTEBOOK_ENDINGS]


def find_phantoms(top: str) -> list[str]:
    """The notebooks that git calls modified although it would store the same content again. Raises GitError."""
    called_modified = _names(run_git_bytes(top, "diff-files", "--name-only", "-z", "--", *_PATTERNS))
    if not called_modified:
        return []
    differ = set(_names(run_git_bytes(top, "diff", "--no-ext-diff", "--name-only", "-z", "--", *_PATTERNS)))
    return [name for name in called_modified if name not in differ]


def refresh(top: str, names: list[str]) -> None:
    """Has git look into these notebooks, which stages nothing new. Raises GitError."""
    if names:
        run_git_bytes(top, "--literal-pathspecs", "add", "-u", "--", *names)


def read_tracked(top: str) -> Iterator[tuple[Staged, bytes]]:
    """The notebooks git tracks with the content it has stored; those in conflict are left out. Raises GitError."""
    files = []
    for entry in run_git_bytes(top, "ls-files", "-s", "-z", "--", *_PATTERNS).split(b"\0"):
        head, _, name = entry.partition(b"\t")
        mode, _, rest = head.decode("ascii").partition(" ")
        blob, _, stage = rest.partition(" ")
        if mode.startswith("100") and stage == "0":
            files.append(Staged(name.decode("utf-8", "surrogateescape"), mode, blob))
    yield from read_blobs(top, files)


def _names(raw: bytes) -> list[str]:
    return [name.decode("utf-8", "surrogateescape") for name in dict.fromkeys(raw.split(b"\0")) if name]
