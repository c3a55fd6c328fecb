"""Carries a plan out, or leaves everything as it was: what a step changes is put back where a later one fails."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.named_files import write_inside
from nbguard.errors import NbguardError, UsageError
from nbguard.repository.filter_setup import install_filter
from nbguard.repository.git import common_path, git_path, run_git
from nbguard.repository.hooks import hook_path, install_hook
from nbguard.repository.own_files import change_own, read_own, what_is_foreign
from nbguard.repository.small_files import read_small

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbguard.repository.adoption.planning import Plan


class _Kept(NamedTuple):
    """A file before a change. Without ``mode`` there was none; ``folders`` are those that weren't there either."""

    path: str
    content: bytes
    mode: int | None
    folders: tuple[str, ...]


class KeptFiles:
    """Small files of a repository as they were before they were changed."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._kept: dict[str, _Kept] = {}

    def keep(self, path: str) -> None:
        """Remembers a file. Raises UsageError for one that isn't the repository's own."""
        if path in self._kept:
            return
        if problem := what_is_foreign(self._top, path):
            raise UsageError(f"{path}: {problem}")
        missing = []
        folder = os.path.dirname(path)
        while folder and not os.path.lexists(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        mode = stat.S_IMODE(os.stat(path).st_mode) if os.path.lexists(path) else None
        self._kept[path] = _Kept(path, read_own(self._top, path), mode, tuple(missing))

    def put_back(self) -> list[str]:
        """Puts every file back; returns those for which that failed."""
        failed = []
        for kept in reversed(self._kept.values()):
            try:
                _put_back(kept)
            except (OSError, NbguardError):
                failed.append(kept.path)
        return failed


def _put_back(kept: _Kept) -> None:
    if kept.mode is not None:
        if read_small(kept.path) == kept.content and stat.S_IMODE(os.stat(kept.path).st_mode) == kept.mode:
            return  # writing it again could fail, as on a full disk
        write_inside(os.path.dirname(kept.path), os.path.basename(kept.path), kept.content)
        os.chmod(kept.path, kept.mode)
        return
    if os.path.lexists(kept.path):
        os.unlink(kept.path)
    for folder in kept.folders:
        if os.path.isdir(folder) and not os.listdir(folder):
            os.rmdir(folder)


def carry_out(top: str, plan: Plan, others: Iterable[str], import_baseline: Callable[[str], object]) -> None:
    """Does what a plan says, all of it or nothing.

    ``others`` are files that ``import_baseline`` changes, which is called for each baseline. Raises what a step
    raises, with everything as it was before; a NbguardError then says so.
    """
    kept = KeptFiles(top)
    try:
        for path in _touched(top, plan, others):
            kept.keep(path)
        _do(top, plan, import_baseline)
    except BaseException as error:
        failed = kept.put_back()
        if not isinstance(error, NbguardError | OSError):
            raise
        state = f"not put back: {', '.join(failed)}" if failed else "everything is as it was"
        raise UsageError(f"{error}; {state}") from None


def _touched(top: str, plan: Plan, others: Iterable[str]) -> list[str]:
    paths = [change.path for change in plan.changes]
    if plan.drivers or plan.filter:
        paths.append(common_path(top, "config"))
    if plan.filter:
        paths.append(git_path(top, "info/attributes"))
    if plan.hook:
        paths.append(hook_path(top))
    return [*paths, *(others if plan.baselines else ())]


def _do(top: str, plan: Plan, import_baseline: Callable[[str], object]) -> None:
    for change in plan.changes:
        change_own(top, change.path, change.after, change.before)
    for section in plan.drivers:
        run_git(top, "config", "--local", "--remove-section", section)
    if plan.filter:
        install_filter(top)
    if plan.hook:
        install_hook(top)
    for name in plan.baselines:
        import_baseline(name)
