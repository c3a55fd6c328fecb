"""Strips many files; what goes wrong with one is told, and the others go on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.files import read_file, write_file
from nbguard.errors import ExitCode, NbguardError
from nbguard.strip.api import Volatile, find_volatile, strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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


def strip_files(paths: Sequence[str], settings: Settings, write: bool) -> Iterator[Outcome]:
    """Strips each file in place, or with ``write`` false only says what would go. Yields one outcome a file, in order.

    ``settings(path)`` gives the options for a file and the largest size in bytes it may have. Many files are written
    by several processes; should one of these die, the files that are left are done here.
    """
    if not write or len(paths) < _MANY or (os.cpu_count() or 1) < 2:
        for path in paths:
            yield strip_file(path, settings, write)
        return
    done = 0
    try:
        for outcome in _strip_in_processes(paths, settings):
            yield outcome
            done += 1
    except OSError:  # no process can be started, or one was killed
        for path in paths[done:]:
            yield strip_file(path, settings, write)


def strip_file(path: str, settings: Settings, write: bool) -> Outcome:
    """Strips one file in place, or with ``write`` false only says what would go."""
    try:
        options, limit = settings(path)
        before = read_file(path, limit)
        after = strip(before, options)
        if after is before:
            return Outcome(path) if write else Outcome(path, before, after)
        if write:
            write_file(path, after, before, flush_folder=False)
            return Outcome(path, exit_code=ExitCode.FINDINGS)
        return Outcome(path, before, after, tuple(find_volatile(before, options)), exit_code=ExitCode.FINDINGS)
    except NbguardError as error:
        return Outcome(path, problem=str(error), exit_code=error.exit_code)


def _strip_in_processes(paths: Sequence[str], settings: Settings) -> Iterator[Outcome]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    groups = [paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE)]
    # Writing waits for the disk, so more processes than processors pay.
    with ProcessPoolExecutor(min(2 * (os.cpu_count() or 1), 16), initializer=_begin, initargs=(settings,)) as pool:
        try:
            for outcomes in pool.map(_strip_group, groups):
                yield from outcomes
        except BrokenProcessPool as error:
            raise OSError(str(error)) from None


_settings_here: list[Settings] = []


def _begin(settings: Settings) -> None:
    _settings_here[:] = [settings]


def _strip_group(paths: Iterable[str]) -> list[Outcome]:
    return [strip_file(path, _settings_here[0], write=True) for path in paths]
