"""The lines of a file that has an entry on each, as people and merges leave it: with a mark, CRLF, conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

# https://git-scm.com/docs/git-merge#_how_conflicts_are_presented
_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


def lines_of(raw: bytes, name: str) -> Iterator[tuple[int, str]]:
    """The lines that aren't empty, with their numbers. Raises UsageError where a merge isn't resolved, or no UTF-8."""
    try:
        # An editor may begin a file with a byte order mark.
        lines = raw.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not UTF-8") from None
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICT):
            raise UsageError(
                f"{name}: line {number} is the mark of a merge conflict: take such lines out and keep the entries of"
                " both sides"
            )
        if line.strip():
            yield number, line
