"""Explains modifications that are none: notebooks git calls modified although only what is stripped has changed.

Git compares a file's size before it runs a filter: a notebook that was run again is "modified" with an empty diff,
until git looks into it. And a notebook committed with outputs differs from its stripped self until it is stored anew.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.errors import NbguardError
from nbguard.repository.filter_setup import own_drivers
from nbguard.repository.git import run_git_bytes, setting, top_of
from nbguard.repository.index import REGULAR, Staged, read_blobs
from nbguard.repository.listing import NOTEBOOK_ENDINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_PATTERNS = [f":(top,glob)**/*{ending}" for ending in NOTEBOOK_ENDINGS]
# Paths that a command line holds with ease.
_TOGETHER = 500


def find_phantoms(top: str, clean: Callable[[str, bytes], bytes], limit: int) -> list[Staged]:
    """The notebooks that git calls modified although the filter would make of them what is stored already.

    ``clean(path, content)`` is what the filter does; it is called here, as a filter that the repository's settings
    name isn't run. Files over ``limit`` bytes are taken for modified. Raises GitError.
    """
    from nbguard.documents.files import read_file

    phantoms = []
    for file, stored in read_blobs(top, _with_our_filter(top, _list_modified(top, _PATTERNS))):
        try:
            if clean(file.path, read_file(os.path.join(top, file.path), limit)) == stored:
                phantoms.append(file)
        except NbguardError:
            continue  # what can't be read isn't stored either
    return phantoms


def refresh(top: str, files: Sequence[Staged]) -> None:
    """Has git look into these notebooks, with our filter and no other, which stages nothing new. Raises GitError."""
    # An entry that is put in its own place has no size to compare, so git looks into the file.
    entries = [f"{file.mode} {file.blob}\t{file.path}\0".encode("utf-8", "surrogateescape") for file in files]
    for start in range(0, len(files), _TOGETHER):
        run_git_bytes(top, "update-index", "-z", "--index-info", stdin=b"".join(entries[start : start + _TOGETHER]))
        paths = [f":(top,literal){file.path}" for file in files[start : start + _TOGETHER]]
        run_git_bytes(top, "add", "--refresh", "--", *paths, own_drivers=own_drivers(top))


def refresh_written(paths: Iterable[str]) -> None:
    """Has git look into notebooks that we have written, where the filter is set up; else it calls them modified.

    A convenience: where git refuses, or isn't there, nothing happens.
    """
    by_top: dict[str, list[str]] = {}
    for path in paths:
        if path.endswith(NOTEBOOK_ENDINGS):
            place = os.path.realpath(path)
            try:
                top = os.path.realpath(top_of(os.path.dirname(place)))
                by_top.setdefault(top, []).append(os.path.relpath(place, top).replace(os.sep, "/"))
            except NbguardError:
                continue
    for top, names in by_top.items():
        try:
            if setting(top, "filter.nbguard.process"):
                for start in range(0, len(names), _TOGETHER):
                    literal = [f":(top,literal){name}" for name in names[start : start + _TOGETHER]]
                    refresh(top, _with_our_filter(top, _list_modified(top, literal)))
        except NbguardError:
            continue


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


def _list_modified(top: str, patterns: Sequence[str]) -> list[Staged]:
    """The files that git takes for modified in the work tree, as they are staged; those in conflict are left out."""
    # Of a file written in the same second as the index, git looks at the content, and for that runs the filter.
    arguments = ("--ignore-submodules=all", "--no-ext-diff", "-z", "--", *patterns)
    words = run_git_bytes(top, "diff-files", *arguments, own_drivers=own_drivers(top)).split(b"\0")
    files = []
    for head, path in zip(words[0::2], words[1::2], strict=False):
        mode, _, blob, _, kind = head.decode("ascii").lstrip(":").split(" ")
        if mode in REGULAR and kind == "M":
            files.append(Staged(path.decode("utf-8", "surrogateescape"), mode, blob))
    return files


def _with_our_filter(top: str, files: Sequence[Staged]) -> list[Staged]:
    if not files:
        return []
    names = "".join(f"{file.path}\0" for file in files).encode("utf-8", "surrogateescape")
    words = run_git_bytes(top, "check-attr", "-z", "--stdin", "filter", stdin=names).split(b"\0")
    return [file for file, value in zip(files, words[2::3], strict=False) if value == b"nbguard"]
