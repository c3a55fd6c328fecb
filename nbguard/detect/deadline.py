"""A time after which looking at a file ends, for whoever has somebody waiting: an editor, a save.

It is asked for between pieces of work (detectors, fields), each of which is bounded. Without a deadline it costs one
look at an empty dictionary. Processor time counts: on a busy machine any file takes long.
"""

from __future__ import annotations

from _thread import get_ident
from time import thread_time
from typing import TYPE_CHECKING, TypeVar

from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Item = TypeVar("Item")

# When the work of a thread has to end, by the thread's number; seconds of the thread's processor time.
_UNTIL: dict[int, float] = {}


class TookTooLongError(UnreadableError):
    """The time that there was for a file is over, and it wasn't looked through."""


class Deadline:
    """``with Deadline(seconds):`` what this thread does inside ends with TookTooLongError after that processor time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        _UNTIL[get_ident()] = thread_time() + self._seconds

    def __exit__(self, *_: object) -> None:
        _UNTIL.pop(get_ident(), None)


def check_deadline() -> None:
    """Raises TookTooLongError where this thread's time is over."""
    if _UNTIL and thread_time() > _UNTIL.get(get_ident(), float("inf")):
        raise TookTooLongError("it takes too long to look through")


class _Timed(tuple[Item, ...]):
    """Items before each of which the time is looked at."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Item]:
        for item in super().__iter__():
            check_deadline()
            yield item


def timed(items: Sequence[Item]) -> Sequence[Item]:
    """The items, and where this thread has a deadline, none of them after it: iterating raises TookTooLongError."""
    return _Timed(items) if _UNTIL and get_ident() in _UNTIL else items
