"""What a sweep is asked to look at: repositories by folder, glob or list, and object stores by URL."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.report.records import Skipped
from nbguard.scan.sweep.work import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REPOSITORY, STORE = "repository", "store"
# fsspec knows many more, among them some that unpack, mount or run things.
SCHEMES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "file", "memory")
_WILD = frozenset("*?[")
_MOST_LINE = 32_768


class Targets(NamedTuple):
    """The targets, each once, and what was named but can't be swept."""

    found: tuple[Target, ...]
    skipped: tuple[Skipped, ...]


def find_targets(named: Iterable[str], part: tuple[int, int] = (1, 1)) -> Targets:
    """The repositories and stores that words of a command line stand for.

    A URL is an object store. A folder is a repository, or is searched for repositories (not inside of repositories,
    and not through symbolic links). A glob is expanded. A file is a list of such words, one a line; ``-`` is that list
    on standard input. ``part`` (number, of how many) keeps one part of the targets, chosen by a hash of their names.
    Raises UsageError.
    """
    found: dict[str, Target] = {}
    skipped: list[Skipped] = []
    for word in named:
        for target in _expand(word, skipped, from_list=False):
            if _is_in(target.name, part):
                identity = target.place if target.kind == STORE else os.path.realpath(target.place)
                found.setdefault(identity, target)
    return Targets(tuple(found.values()), tuple(skipped))


def parse_part(text: str) -> tuple[int, int]:
    """``3/64`` as a pair. Raises UsageError."""
    number, _, total = text.partition("/")
    if not (number.isdecimal() and total.isdecimal() and 1 <= int(number) <= int(total)):
        raise UsageError(f"{text!r}: write --part NUMBER/OF, such as 3/64")
    return int(number), int(total)


def _is_in(name: str, part: tuple[int, int]) -> bool:
    from hashlib import blake2b

    number, total = part
    digest = blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % total == number - 1


def _expand(word: str, skipped: list[Skipped], *, from_list: bool) -> Iterator[Target]:
    if "://" in word:
        yield _store(word)
    elif os.path.isdir(word):
        yield from _search(word, skipped)
    elif os.path.isfile(word) or word == "-":
        if from_list:
            skipped.append(Skipped(word, "is a file, and a list of targets holds folders, globs and URLs"))
        elif word.lower().endswith(".ipynb"):
            raise UsageError(f"{word}: a notebook; `nbguard scan {word}` looks at it")
        else:
            for line in _read_list(word):
                yield from _expand(line, skipped, from_list=True)
    elif _WILD & set(word):
        yield from _glob(word, skipped)
    else:
        skipped.append(Skipped(word, "there is no such folder, file or URL"))


def _store(url: str) -> Target:
    scheme, _, rest = url.partition("://")
    if scheme.lower() not in SCHEMES:
        raise UsageError(f"{scheme}://: not an object store that is swept; known are {', '.join(SCHEMES)}")
    if "@" in rest.split("/")[0] or "?" in rest:
        # It would stand in every result.
        raise UsageError(f"{scheme}://…: leave credentials out of the URL; they come from the environment")
    return Target(url.rstrip("/"), STORE, url)


def _search(folder: str, skipped: list[Skipped]) -> Iterator[Target]:
    """The repository at a folder, or those below it."""
    any_here = False
    for where, folders, _ in os.walk(folder, onerror=lambda error: skipped.append(_unreadable(error))):
        inner = git_folder(where)
        if inner is None:
            folders.sort()
            continue
        any_here = True
        folders.clear()
        if os.path.islink(inner) or not os.path.isdir(inner):
            skipped.append(Skipped(where, "its .git leads to another place, which isn't followed; sweep that place"))
        else:
            yield Target(where, REPOSITORY, inner)
    if not any_here:
        skipped.append(Skipped(folder, "there is no git repository in it; for files, write file://FOLDER"))


def git_folder(folder: str) -> str | None:
    """Where a repository's data is: ``.git`` in a work tree, the folder itself in a bare one, else None."""
    inner = os.path.join(folder, ".git")
    if os.path.lexists(inner):
        return inner
    names = ("objects", "refs")
    bare = all(os.path.isdir(os.path.join(folder, name)) for name in names)
    return folder if bare and os.path.lexists(os.path.join(folder, "HEAD")) else None


def _glob(pattern: str, skipped: list[Skipped]) -> Iterator[Target]:
    from glob import iglob

    matched = False
    for path in sorted(iglob(pattern, recursive=True)):
        matched = True
        if os.path.isdir(path) and git_folder(path) is not None:
            yield from _search(path, skipped)
        else:
            skipped.append(Skipped(path, "matches the pattern and is no git repository"))
    if not matched:
        skipped.append(Skipped(pattern, "nothing matches the pattern"))


def _read_list(path: str) -> Sequence[str]:
    """The lines of a list; empty ones and those that begin with # don't count."""
    try:
        if path == "-":
            raw = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                raw = file.read()
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'unreadable').lower()}") from None
    if b"\0" in raw:
        raise UsageError(f"{path}: not a list of targets, one a line")
    lines = [os.fsdecode(line.strip()) for line in raw.splitlines()]
    if any(len(line) > _MOST_LINE for line in lines):
        raise UsageError(f"{path}: not a list of targets, one a line")
    return [line for line in lines if line and not line.startswith("#")]


def _unreadable(error: OSError) -> Skipped:
    return Skipped(os.fsdecode(error.filename or "?"), (error.strerror or "unreadable").lower())
