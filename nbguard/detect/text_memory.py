"""Remembers what was read from texts that come again: versions of a file share most of theirs, and so do edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

# Characters of texts that one memory holds; then the older half goes.
_MOST = 8_000_000
# What an entry costs beside its text, in characters.
_ENTRY = 200


class _Forgetful(Protocol):
    def forget(self) -> None:
        """Lets go of everything."""


_memories: WeakSet[_Forgetful] = WeakSet()


def add_memory(memory: _Forgetful) -> None:
    """Has a memory forget with all others (see forget_answers)."""
    _memories.add(memory)


class TextMemory(Generic[T]):
    """Answers by text, and by what else they hang on. They must hang on nothing but these."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._answers: dict[tuple[str | bytes, Hashable], T] = {}
        self._size = 0
        add_memory(self)

    def __repr__(self) -> str:
        """Shows no text."""
        return f"TextMemory({len(self._answers)} texts)"

    def answer(self, text: str | bytes, other: Hashable, find: Callable[[], T]) -> T:
        """What was found for a text and another thing, or is found now."""
        key = text, other
        known = self._answers
        if key in known:
            # What is asked for again goes last.
            found = known[key] = known.pop(key)
            return found
        found = known[key] = find()
        self._size += len(text) + _ENTRY
        if self._size > self._most:
            self._let_go()
        return found

    def forget(self) -> None:
        """Lets go of everything."""
        self._answers.clear()
        self._size = 0

    def _let_go(self) -> None:
        for key in list(self._answers):
            if self._size <= self._most // 2:
                return
            del self._answers[key]
            self._size -= len(key[0]) + _ENTRY


def forget_answers() -> None:
    """Lets go of all texts and answers: for whoever lives longer than a run."""
    for memory in list(_memories):
        memory.forget()
