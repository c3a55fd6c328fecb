"""What commits bring of submodules: what of it is on this machine, and what is told as not looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.report.records import Skipped
from nbguard.repository.git_errors import GitError
from nbguard.repository.submodules import MOST_MOVES, not_here, what_is_brought

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.repository.submodules import FromModule
    from nbguard.scan.one_history import OneHistory

# Submodules of one repository that are followed: a tree can name more of them than there is time to ask for.
_MOST = 200


def find_moved(history: OneHistory, skipped: list[Skipped]) -> Iterator[tuple[str, FromModule]]:
    """Yields the path of each submodule that was added or moved and is here, with a ``/``, and what that brings.

    What isn't looked into goes to ``skipped``.
    """
    for number, (path, moves) in enumerate(history.moves.items()):
        if number >= _MOST:
            left = len(history.moves) - _MOST
            reason = f"not looked into: {left:,} submodules, beside the first {_MOST} that were added or moved"
            skipped.append(Skipped(f"{history.above}(history)", reason))
            return
        if len(moves) > MOST_MOVES:
            reason = f"not looked into: a submodule that was moved more than {MOST_MOVES:,} times; scan it by itself"
            skipped.append(Skipped(path, reason))
            continue
        try:
            brought = what_is_brought(history.folder, path.removeprefix(history.above), list(moves))
        except GitError as error:
            skipped.append(Skipped(path, f"not looked into: a submodule; {error}"))
            continue
        if brought.missing:
            skipped.append(Skipped(path, not_here(brought.missing)))
        if brought.folder:
            yield f"{path}/", brought
