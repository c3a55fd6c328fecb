"""Deletes leftovers that somebody asked to have deleted: those of the plan, at their own names, and nothing else.

A repository may hold links, a folder that is called ``~``, and anything may change between the plan and its removal.
So no link is followed, no name is read as a shell reads it, and what isn't what the plan showed stays.
"""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbguard.audit.leftovers import Leftover

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_BY_HANDLE = os.open in os.supports_dir_fd and os.unlink in os.supports_dir_fd and shutil.rmtree.avoids_symlink_attacks


class Planned(NamedTuple):
    """A leftover, where it is (``name`` below the folder ``base``), and what stood there when the plan was made.

    ``problem`` says why it can't be deleted; it is empty where it can.
    """

    item: Leftover
    base: str
    name: str
    known: tuple[int, ...]
    problem: str = ""


def plan_removal(items: Iterable[Leftover], bases: Sequence[str]) -> list[Planned]:
    """What can be deleted of some leftovers: what lies below one of ``bases``, the repository and the home directory.

    A relative place is one below the first of them.
    """
    return [_planned(item, bases) for item in items]


def remove(plan: Iterable[Planned]) -> Iterator[tuple[Leftover, str]]:
    """Deletes what is planned; yields each with why it couldn't be, empty where it was."""
    for planned in plan:
        problem = planned.problem
        if not problem:
            try:
                problem = _delete(planned)
            except OSError as error:
                problem = (error.strerror or "can't be deleted").lower()
        yield planned.item, problem


def _planned(item: Leftover, bases: Sequence[str]) -> Planned:
    place = os.path.join(bases[0], item.place)
    for base in bases:
        name = os.path.relpath(place, base)
        if name.split(os.sep)[0] in (os.curdir, os.pardir) or os.path.isabs(name):
            continue
        problem = _behind_a_link(base, name)
        try:
            return Planned(item, base, name, _identity(os.lstat(place)), problem)
        except OSError as error:
            return Planned(item, base, name, (), problem or (error.strerror or "can't be looked at").lower())
    return Planned(item, "", place, (), "it lies outside of the repository and the home directory")


def _behind_a_link(base: str, name: str) -> str:
    """Whether a folder on the way from ``base`` is a link to elsewhere."""
    folder = base
    for part in name.split(os.sep)[:-1]:
        folder = os.path.join(folder, part)
        if os.path.islink(folder):
            return f"{os.path.relpath(folder, base)} is a symbolic link"
    return ""


def _identity(found: os.stat_result) -> tuple[int, ...]:
    """What tells whether the same thing still stands at a name. A folder's time changes with every file in it."""
    same = (found.st_dev, found.st_ino, stat.S_IFMT(found.st_mode))
    return same if stat.S_ISDIR(found.st_mode) else (*same, found.st_size, found.st_mtime_ns)


def _delete(planned: Planned) -> str:
    """Deletes it, or says why not. Raises OSError."""
    *folders, last = planned.name.split(os.sep)
    if not _BY_HANDLE:
        if problem := _behind_a_link(planned.base, planned.name):
            return problem
        return _delete_at(os.path.join(planned.base, planned.name), planned, None)
    # Handle by handle: a folder that is made a link meanwhile isn't entered.
    handle = os.open(planned.base, _FOLDER & ~getattr(os, "O_NOFOLLOW", 0))
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        return _delete_at(last, planned, handle)
    finally:
        os.close(handle)


def _delete_at(path: str, planned: Planned, handle: int | None) -> str:
    found = os.stat(path, dir_fd=handle, follow_symlinks=False)
    if _identity(found) != planned.known:
        return "it changed since the plan was made"
    if not stat.S_ISDIR(found.st_mode):
        os.unlink(path, dir_fd=handle)
        return ""
    whole = os.path.join(planned.base, planned.name)
    if _holds_a_mount(whole):
        return "another file system is mounted in it"
    shutil.rmtree(path, dir_fd=handle)
    return ""


def _holds_a_mount(folder: str) -> bool:
    here = os.lstat(os.path.dirname(folder)).st_dev
    return any(os.lstat(inside).st_dev != here for inside, _, _ in os.walk(folder))
