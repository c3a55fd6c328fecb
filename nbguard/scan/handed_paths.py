"""What the pre-commit framework hands to a hook: files, symbolic links, and folders that stand for submodules.

A commit holds of a link where it leads, and of a submodule at which commit it is. So no link is followed and no folder
of a submodule is walked through, or stripped, as where a person names one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbguard.policy.policy_settings import Config
    from nbguard.scan.staged_entries import StagedEntries

# Both are set where commits are looked at and not what is staged (https://pre-commit.com/#hooks-environment-variables).
_FROM, _TO = "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF"


class Handed(NamedTuple):
    """The paths of files, of links, and of submodules."""

    files: tuple[str, ...]
    links: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


def sort_handed(paths: Sequence[str], environment: Mapping[str, str]) -> Handed:
    """The paths by what they are in git; all count as files where it isn't the framework that hands them."""
    if "PRE_COMMIT" not in environment:
        return Handed(tuple(paths))
    from nbguard.repository.tracked import is_submodule
    from nbguard.work_tree import work_tree_around

    top = work_tree_around(".")
    links = [path for path in paths if os.path.islink(path)]
    modules = [path for path in paths if path not in links and _is_below(path, top) and is_submodule(path)]
    others = {*links, *modules}
    return Handed(tuple(path for path in paths if path not in others), tuple(links), tuple(modules))


def _is_below(path: str, top: str | None) -> bool:
    """Whether a folder lies in the work tree; its top may be a submodule of another one, and is meant as it is."""
    return top is not None and os.path.isdir(path) and os.path.abspath(path).startswith(os.path.join(top, ""))


def entries_of(modules: Sequence[str], config: Config, environment: Mapping[str, str]) -> StagedEntries | None:
    """What the commit, or the commits that are looked at, bring of submodules. Raises GitError."""
    if not modules:
        return None
    from nbguard.repository.git import top_of
    from nbguard.repository.history import resolve
    from nbguard.scan.staged_entries import StagedEntries

    top = top_of(config.root)
    names = {os.path.relpath(os.path.abspath(path), top).replace(os.sep, "/") for path in modules}
    if not environment.get(_TO):
        return StagedEntries(top, config, names)
    try:
        before = resolve(top, environment.get(_FROM, ""))
    except UsageError:
        before = ""  # a first push
    return StagedEntries(top, config, names, (before, resolve(top, environment[_TO])))
