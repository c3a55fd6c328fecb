"""Strips files one after the other; what goes wrong with one is told, and the others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.files import read_file, write_file
from nbguard.errors import ExitCode, NbguardError
from nbguard.strip.api import Volatile, find_volatile, strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.strip.options import StripOptions


class Outcome(NamedTuple):
    """What became of a file: what was (or, checked only, would be) taken out, or the problem there was.

    ``before`` and ``after`` are the file's bytes; they are the same object where nothing is to be done.
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


def strip_files(
    paths: Iterable[str], settings: Callable[[str], tuple[StripOptions, int]], write: bool
) -> Iterator[Outcome]:
    """Strips each file in place, or with ``write`` false only says what would go. Yields one outcome a file.

    ``settings(path)`` gives the options for a file and the largest size in bytes it may have.
    """
    for path in paths:
        try:
            options, limit = settings(path)
            before = read_file(path, limit)
            after = strip(before, options)
            if after is before:
                yield Outcome(path, before, after)
                continue
            volatile = () if write else tuple(find_volatile(before, options))
            if write:
                write_file(path, after, before, flush_folder=False)
            yield Outcome(path, before, after, volatile, exit_code=ExitCode.FINDINGS)
        except NbguardError as error:
            yield Outcome(path, problem=str(error), exit_code=error.exit_code)
