"""Files of its own for which git would wait (a pipe) or read for ever (a device), as anybody may put them there."""

from __future__ import annotations

import os
import stat
from time import monotonic
from typing import TYPE_CHECKING

from nbguard.policy.kept_out import git_folder_of
from nbguard.repository.discovery import is_git_directory
from nbguard.repository.settings_files import files_named_in
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What git reads for nearly every question: at a work tree's top, in each folder that it goes through, and in its own.
_AT_THE_TOP = (".gitattributes", ".gitignore", ".gitmodules", ".mailmap")
_IN_EACH_FOLDER = (".gitattributes", ".gitignore")
_IN_ITS_OWN = (
    "HEAD", "commondir", "config", "config.worktree", "index", "info/attributes", "info/exclude", "info/grafts",
    "info/sparse-checkout", "objects/info/alternates", "packed-refs", "shallow",
)  # fmt: skip
_SETTINGS = ("config", "config.worktree")
# Seconds after which git is slow enough to be worth a look, and which that look takes at most.
SOON = 1.0
_LOOK = 10.0
_LONGEST_LINE = 65_536


def blocking_file(folder: str) -> str:
    """Such a file that git would open first, for whatever it is asked about a folder; empty where there is none."""
    top = work_tree_around(folder)
    at_the_top = (os.path.join(top, name) for name in _AT_THE_TOP) if top is not None else ()
    return _first(_with_names(at_the_top), folder) or _first(_read_first(folder, top), folder)


def blocking_file_below(folder: str) -> str:
    """Such a file anywhere that git might look; empty where there is none.

    All folders are walked through, which takes a while: for when git is waited for already.
    """
    top = work_tree_around(folder)
    until = monotonic() + _LOOK
    return (
        blocking_file(folder)
        or _first(_named_in(_of_the_user(), top or folder), folder)
        or _first(_with_names(_below_git_folders(folder, until)), folder)
        or _first(_with_names(_below_work_tree(top, until)), folder)
    )


def _first(files: Iterable[tuple[str, str]], folder: str) -> str:
    """The first of some files, each with the one that names it, that git would wait for; as it is shown."""
    top = os.path.join(work_tree_around(folder) or os.path.abspath(folder), "")
    for path, by in files:
        if _blocks(path):
            shown, namer = (os.path.abspath(name).removeprefix(top) if name else "" for name in (path, by))
            return f"{shown} (named in {namer})" if namer else shown
    return ""


def _with_names(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((path, "") for path in paths)


def _read_first(folder: str, top: str | None) -> Iterator[tuple[str, str]]:
    for own in _git_folders(folder, top):
        yield from ((os.path.join(own, name), "") for name in _IN_ITS_OWN)
        yield from _named_in((os.path.join(own, name) for name in _SETTINGS), top or own)
        head = _line_of(os.path.join(own, "HEAD"))
        if head.startswith("ref: "):
            yield os.path.join(own, head[5:].strip()), ""


def _git_folders(folder: str, top: str | None) -> Iterator[str]:
    """Git's own folders for what is asked about a folder: of the work tree, those it shares with others, or itself."""
    own = git_folder_of(top) if top is not None else None
    for place in (own, folder if is_git_directory(folder) else None):
        if place is not None:
            yield place
            if shared := _line_of(os.path.join(place, "commondir")):
                yield os.path.join(place, shared)


def _named_in(settings: Iterable[str], top: str) -> Iterator[tuple[str, str]]:
    for path in settings:
        yield path, ""
        yield from files_named_in(path, top)


def _of_the_user() -> Iterator[str]:
    beside = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    yield os.environ.get("GIT_CONFIG_GLOBAL") or os.path.expanduser("~/.gitconfig")
    yield from (os.path.join(beside, "git", name) for name in ("config", "attributes", "ignore"))
    yield os.environ.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig"


def _below_git_folders(folder: str, until: float) -> Iterator[str]:
    """All files of git's own, and of the stores of objects that these name in turn."""
    waiting = list(_git_folders(folder, work_tree_around(folder)))
    seen: set[str] = set()
    while waiting and monotonic() < until:
        place = os.path.realpath(waiting.pop())
        if place in seen:
            continue
        seen.add(place)
        for where, _, files in os.walk(place):
            yield from (os.path.join(where, name) for name in files)
            if where.endswith(os.path.join("", "info")) and "alternates" in files:
                stores = _lines_of(os.path.join(where, "alternates"))
                waiting += [os.path.join(os.path.dirname(where), store) for store in stores]
            if monotonic() > until:
                return


def _below_work_tree(top: str | None, until: float) -> Iterator[str]:
    for where, folders, files in os.walk(top) if top is not None else ():
        if ".git" in folders:
            folders.remove(".git")
        yield from (os.path.join(where, name) for name in _IN_EACH_FOLDER if name in files)
        if monotonic() > until:
            return


def _line_of(path: str) -> str:
    """The first line of a small file; empty where it isn't one."""
    return next(iter(_lines_of(path)), "")


def _lines_of(path: str) -> list[str]:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return []
        with open(path, "rb") as file:
            return os.fsdecode(file.read(_LONGEST_LINE)).splitlines()
    except OSError:
        return []


def _blocks(path: str) -> bool:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return False  # git says what is wrong with it, or there is none
    if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
        return False
    return not os.path.exists(os.devnull) or not os.path.samestat(status, os.stat(os.devnull))
