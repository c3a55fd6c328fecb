"""Changes of a text in which lookups take the places of credentials, and what makes them safe."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.whole_values import is_joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A piece of what was recognised would stay in the file.
_PIECE_LEFT = "more characters stand right beside what was recognised, so a piece of the credential would be left"
_OVERLAPS = "it overlaps with another credential"
_TOKEN = re.compile(r"[A-Za-z0-9_-]", re.ASCII)


class TextChange(NamedTuple):
    """Puts ``text`` in the place of the characters from ``start`` to ``end``."""

    start: int
    end: int
    text: str

    def __repr__(self) -> str:
        """Shows no content."""
        return f"TextChange({self.start}, {self.end})"


class CannotRewriteError(Exception):
    """There is no safe way to put a lookup in this place. The message is the reason, without a value."""


def apply_changes(text: str, changes: set[TextChange] | Sequence[TextChange]) -> str:
    """The text with every change made. Raises CannotRewriteError where two overlap."""
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(changes):
        if start < at:
            raise CannotRewriteError(_OVERLAPS)
        pieces += (text[at:start], new)
        at = end
    return "".join((*pieces, text[at:]))


def add_change(changes: list[TextChange], new: TextChange) -> None:
    """Adds a change to sorted ones, once. Raises CannotRewriteError where it overlaps with one of them."""
    at = bisect_left(changes, new)
    before, behind = changes[at - 1 : at], changes[at : at + 1]
    if behind == [new]:
        return
    if (before and before[0].end > new.start) or (behind and new.end > behind[0].start):
        raise CannotRewriteError(_OVERLAPS)
    changes.insert(at, new)


def check_alone(text: str, changes: Iterable[TextChange]) -> None:
    """Raises CannotRewriteError where a token character would stand beside what takes a credential's place.

    This is the last look at every rewriting, whatever made its changes.
    """
    for start, end, new in changes:
        if end == start or not new:
            continue
        # A space at an end keeps a word of the code apart; no token goes on there.
        before, behind = is_joined(text, start, end)
        if text[end - 1] in "\"'`":
            # A literal went as a whole: what follows is code, such as a method's call.
            behind = text[end : end + 1].isalnum() or text[end : end + 1] == "_"
        if (before and new[0] != " ") or (behind and new[-1] != " "):
            raise CannotRewriteError(_PIECE_LEFT)


def check_neighbours(before: str | bytes | None, after: str | bytes | None) -> None:
    """Raises CannotRewriteError where the literals joined to a credential's go on with token characters.

    ``before`` and ``after`` are what these literals say; None where nothing is joined, or it can't be told.
    """
    if _TOKEN.fullmatch(_as_text(before)[-1:]) or _TOKEN.fullmatch(_as_text(after)[:1]):
        raise CannotRewriteError(_PIECE_LEFT)


def _as_text(literal: str | bytes | None) -> str:
    return literal.decode("latin-1") if isinstance(literal, bytes) else literal or ""
