"""Finds the repository of a submodule on this machine, and what of it a change of the one around it brings.

Nothing is fetched, and no name or address of ``.gitmodules`` is believed: a repository is the right one if it has the
commit, whatever it is called.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.repository.discovery import is_git_directory, is_kept_module
from nbguard.repository.git import common_path, git_path, run_git, run_git_bytes
from nbguard.repository.git_errors import GitError, GitGaveUpError
from nbguard.repository.history import Selection
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Moves of one submodule that are followed, each with a question to git; repositories that are asked for a commit; and
# folders that are entered to find them.
MOST_MOVES = 1_000
_MOST_ASKED = 200
_MOST_ENTERED = 10_000
_REMEDY = "(`git submodule update --init` brings it; `exclude` its path where it is scanned by itself)"


class ModuleMove(NamedTuple):
    """A submodule is to be at another commit: ``before`` are those at which it was, none where it is new."""

    after: str
    before: tuple[str, ...] = ()


class FromModule(NamedTuple):
    """What moves of a submodule bring: the repository that has it, and which commits of it. ``missing`` are those
    commits that are nowhere here.
    """

    folder: str
    selection: Selection
    missing: tuple[str, ...]


def not_here(missing: Sequence[str]) -> str:
    """Why a submodule wasn't looked into, with what to do next."""
    commits = (
        f"whose commit {missing[0][:12]} isn't" if len(missing) == 1 else f"{len(missing)} of whose commits aren't"
    )
    return f"not looked into: a submodule, {commits} here {_REMEDY}"


def what_is_brought(folder: str, path: str, moves: Sequence[ModuleMove]) -> FromModule:
    """What some moves of the submodule at ``path`` bring to the repository in ``folder``.

    Where the commit before is here and led to the one after, these are the commits between them; else all files that
    the one after has. Raises GitGaveUpError where git had to be stopped.
    """
    wanted = list(dict.fromkeys(move.after for move in moves))
    place, here = find_module(folder, path, wanted, [old for move in moves for old in move.before])
    missing = tuple(commit for commit in wanted if commit not in here)
    return FromModule(place, _select(place, [move for move in moves if move.after in here], here), missing)


def find_module(folder: str, path: str, wanted: Sequence[str], more: Sequence[str]) -> tuple[str, frozenset[str]]:
    """The repository of a submodule that has the most of the ``wanted`` commits, and which of all it has.

    Its name is empty where none has any of them. Raises GitGaveUpError.
    """
    asked = list(dict.fromkeys((*wanted, *more)))
    place, here = "", frozenset[str]()
    for candidate in _candidates(folder, path):
        present = _commits_in(candidate, asked)
        if len(present.intersection(wanted)) > len(here.intersection(wanted)):
            place, here = candidate, present
        if here.issuperset(wanted):
            break
    return place, here


def _select(place: str, moves: Iterable[ModuleMove], here: frozenset[str]) -> Selection:
    """The commits between those before and after; of what has nothing before it, the tree."""
    followed: dict[str, None] = {}
    trees: dict[str, None] = {}
    starts: dict[str, None] = {}
    for after, before in moves:
        olds = [old for old in before if old in here and _led_to(place, old, after)]
        if olds:
            followed[after] = None
            starts |= dict.fromkeys(olds)
        else:
            trees[after] = None
    # What every first commit has was there before any of the moves; each later one comes after a first one.
    first = [commit for commit in starts if commit not in followed]
    return Selection(tuple(followed), _shared(place, first), trees=tuple(trees))


def _shared(place: str, commits: list[str]) -> tuple[str, ...]:
    if len(commits) < 2:
        return tuple(commits)
    try:
        return tuple(run_git(place, "merge-base", "--octopus", "--all", *commits).split())
    except GitGaveUpError:
        raise
    except GitError:
        return ()  # they share nothing


def _led_to(place: str, before: str, after: str) -> bool:
    try:
        run_git_bytes(place, "merge-base", "--is-ancestor", before, after)
    except GitGaveUpError:
        raise
    except GitError:
        return False
    return True


def _candidates(folder: str, path: str) -> Iterator[str]:
    """Where a submodule's repository can be: in its place in the work tree, or among those that git keeps."""
    top = None if is_kept_module(folder) else work_tree_around(folder)
    if top is not None:
        place = os.path.join(top, path)
        # A link on the way would lead to somebody else's repository.
        straight = os.path.realpath(place) == os.path.join(os.path.realpath(top), os.path.normpath(path))
        if straight and os.path.lexists(os.path.join(place, ".git")):
            yield place
    # Most are called as their paths are: then the first one is the right one.
    kept = sorted(kept_modules(folder), key=lambda one: (not one.endswith(f"{os.sep}{path}"), one))
    yield from kept[:_MOST_ASKED]


def kept_modules(folder: str) -> Iterator[str]:
    """The repositories of submodules that git keeps, checked out by now or not. Raises GitError."""
    entered = 0
    for above in dict.fromkeys((os.path.abspath(git_path(folder, "modules")), common_path(folder, "modules"))):
        for where, folders, _ in os.walk(above):
            entered += 1
            if entered > _MOST_ENTERED:
                return  # whatever it is, no git made it
            if is_git_directory(where):
                folders.clear()
                yield where


def _commits_in(place: str, wanted: Sequence[str]) -> frozenset[str]:
    """Which of some ids are those of commits that a repository has."""
    asked = "".join(f"{identity}\n" for identity in wanted).encode("ascii")
    try:
        told = run_git_bytes(place, "cat-file", "--batch-check=%(objectname) %(objecttype)", stdin=asked)
    except GitGaveUpError:
        raise
    except GitError:
        return frozenset()  # no repository, or one that git can't read
    lines = (line.split(" ") for line in told.decode("ascii", "replace").splitlines())
    return frozenset(identity for identity, kind, *_ in lines if kind == "commit")
