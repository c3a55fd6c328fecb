"""Strips many files; what goes wrong with one is told, and the others go on."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.files import Replacement, read_file
from nbguard.errors import ExitCode, FileChangedError, NbguardError
from nbguard.strip.strip_bytes import Volatile, find_volatile, strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbguard.strip.options import StripOptions

    # The options for a file, and the largest size in bytes it may have.
    Settings = Callable[[str], tuple[StripOptions, int]]

# From so many files on, several processes are faster than one.
_MANY = 256
_AT_ONCE = 16


class Outcome(NamedTuple):
    """What became of a file.

    ``exit_code`` is FINDINGS where something was (or, checked only, would be) taken out, INCOMPLETE or USAGE where
    there was a ``problem``. ``before`` and ``after`` are the file's bytes and ``volatile`` what goes, unless the file
    was written.
    """

    path: str
    before: bytes = b""
    after: bytes = b""
    volatile: tuple[Volatile, ...] = ()
    problem: str = ""
    exit_code: ExitCode = ExitCode.CLEAN

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Outcome({self.path!r}, {self.exit_code!r}, {self.problem!r})"


def strip_files(paths: Sequence[str], settings: Settings, write: bool, jobs: int | None = None) -> Iterator[Outcome]:
    """Strips each file in place, or with ``write`` false only says what would go. Yields one outcome a file, in order.

    ``settings(path)`` gives the options for a file and the largest size in bytes it may have. Many files are written
    by several processes (``jobs``; without it more than there are processors, as writing waits for the disk); should
    one of these die, the files that are left are done here.
    """
    if not write:
        for path in paths:
            yield strip_file(path, settings, write)
        return
    processors = os.cpu_count() or 1
    if len(paths) < _MANY or (jobs or processors) < 2:
        yield from _strip_in_groups(paths, settings)
        return
    done = 0
    try:
        for outcome in _strip_in_processes(paths, settings, jobs or min(2 * processors, 16)):
            yield outcome
            done += 1
    except OSError:  # no process can be started, or one was killed
        yield from _strip_in_groups(paths[done:], settings)


def strip_file(path: str, settings: Settings, write: bool) -> Outcome:
    """Strips one file in place, or with ``write`` false only says what would go."""
    if write:
        return _strip_group([path], settings)[0]
    try:
        options, limit = settings(path)
        before = read_file(path, limit)
        after = strip(before, options)
        if after is before:
            return Outcome(path, before, after)
        return Outcome(path, before, after, tuple(find_volatile(before, options)), exit_code=ExitCode.FINDINGS)
    except NbguardError as error:
        return _failed(path, error)


def _strip_in_groups(paths: Sequence[str], settings: Settings) -> Iterator[Outcome]:
    for start in range(0, len(paths), _AT_ONCE):
        yield from _strip_group(paths[start : start + _AT_ONCE], settings)


def _strip_group(paths: Sequence[str], settings: Settings) -> list[Outcome]:
    """Strips files in place. All are flushed before the first is renamed: the disk has a quarter of the work then."""
    outcomes: list[Outcome] = []
    pending: dict[int, Replacement] = {}
    # A fifth of the time would go to the collector, which finds nothing: there are no cycles in what is read.
    collecting = gc.isenabled()
    gc.disable()
    try:
        for number, path in enumerate(paths):
            try:
                options, limit = settings(path)
                before = read_file(path, limit)
                after = strip(before, options)
                if after is not before:
                    pending[number] = Replacement(path, after, before)
                outcomes.append(Outcome(path, exit_code=ExitCode.CLEAN if after is before else ExitCode.FINDINGS))
            except NbguardError as error:
                outcomes.append(_failed(path, error))
        for step in (Replacement.flush, Replacement.finish):
            for number, replacement in list(pending.items()):
                try:
                    step(replacement)
                except NbguardError as error:
                    del pending[number]
                    if isinstance(error, FileChangedError) and len(paths) > 1:
                        # Saved meanwhile, or the same file by another name: alone it is read anew.
                        outcomes[number] = strip_file(paths[number], settings, write=True)
                    else:
                        outcomes[number] = _failed(paths[number], error)
    finally:
        if collecting:
            gc.enable()
        for replacement in pending.values():
            replacement.drop()  # interrupted: nothing is left beside the notebooks
    return outcomes


def _failed(path: str, error: NbguardError) -> Outcome:
    return Outcome(path, problem=str(error), exit_code=error.exit_code)


def _strip_in_processes(paths: Sequence[str], settings: Settings, jobs: int) -> Iterator[Outcome]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    groups = [paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE)]
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(settings,)) as pool:
        try:
            for outcomes in pool.map(_strip_group_here, groups):
                yield from outcomes
        except BrokenProcessPool as error:
            raise OSError(str(error)) from None


_settings_here: list[Settings] = []


def _begin(settings: Settings) -> None:
    _settings_here[:] = [settings]


def _strip_group_here(paths: Sequence[str]) -> list[Outcome]:
    return _strip_group(paths, _settings_here[0])
