"""Strips what is staged for the next commit; the working copies keep their outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, NbguardError
from nbguard.repository.git import top_of
from nbguard.repository.index import Staged, list_staged, read_blobs, read_staged, replace_staged
from nbguard.repository.listing import holds_outputs
from nbguard.strip.batch import Outcome
from nbguard.strip.strip_bytes import find_volatile, strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.strip.options import StripOptions


def is_clean_in_index(path: str, options: StripOptions) -> bool:
    """Whether a notebook is staged, and stripped there: by the git filter, or by a hook that works in the index.

    A commit then holds nothing that would be taken out of the working copy.
    """
    staged = read_staged(path)
    try:
        return staged is not None and strip(staged, options) is staged
    except NbguardError:
        return False


def strip_staged(folder: str, options: StripOptions, excludes: Callable[[str], bool], write: bool) -> list[Outcome]:
    """Strips the staged notebooks of the repository around ``folder``, or with ``write`` false only says what would go.

    ``excludes(path)`` says of a path from the top of the work tree whether to leave it alone. Nothing is written
    where one of the notebooks can't be read: half a commit helps nobody. Raises UsageError outside of a repository.
    """
    top = top_of(folder)
    wanted = [file for file in list_staged(top) if holds_outputs(file.path) and not excludes(file.path)]
    outcomes = []
    changes: list[tuple[Staged, bytes]] = []
    for file, before in read_blobs(top, wanted):
        try:
            after = strip(before, options)
            volatile = tuple(find_volatile(before, options)) if after is not before and not write else ()
        except NbguardError as error:
            outcomes.append(Outcome(file.path, problem=str(error), exit_code=error.exit_code))
            continue
        changed = after is not before
        outcomes.append(
            Outcome(file.path, before, after, volatile, exit_code=ExitCode.FINDINGS if changed else ExitCode.CLEAN)
        )
        if changed:
            changes.append((file, after))
    if write and not any(outcome.problem for outcome in outcomes):
        replace_staged(top, changes)
    return outcomes
