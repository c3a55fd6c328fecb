"""Where a word stands in a text or in bytes, one place after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, AnyStr

if TYPE_CHECKING:
    from collections.abc import Iterator


def occurrences(
    text: AnyStr, word: AnyStr, start: int = 0, end: int | None = None, *, overlapping: bool = False
) -> Iterator[int]:
    """The offsets of a word; those of overlapping ones only where they are asked for."""
    at, step = text.find(word, start, end), 1 if overlapping else len(word)
    while at >= 0:
        yield at
        at = text.find(word, at + step, end)
