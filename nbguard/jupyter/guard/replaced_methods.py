"""Puts something around a method of a contents manager, whether the manager's methods are awaited or not."""

from __future__ import annotations

from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    # The original, awaited in any case, and the call's arguments.
    Deed = Callable[..., Coroutine[Any, Any, Any]]


def is_awaited(manager: Any, name: str) -> bool:
    """Whether a method is a coroutine: only there a deed may wait for anything but the original."""
    return iscoroutinefunction(getattr(manager, name, None))


def replace_method(manager: Any, name: str, deed: Deed) -> None:
    """Has ``deed(original, *args, **kwargs)`` done in a method's place, if the manager has the method."""
    original = getattr(manager, name, None)
    if original is None:
        return
    if iscoroutinefunction(original):

        @wraps(original)
        async def done_later(*args: Any, **kwargs: Any) -> Any:
            return await deed(original, *args, **kwargs)

        setattr(manager, name, done_later)
        return

    async def call(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs)

    @wraps(original)
    def done(*args: Any, **kwargs: Any) -> Any:
        return _at_once(deed(call, *args, **kwargs))

    setattr(manager, name, done)


def _at_once(coroutine: Awaitable[Any]) -> Any:
    """Runs a coroutine that waits for nothing."""
    steps = coroutine.__await__()
    try:
        next(steps)
    except StopIteration as ended:
        return ended.value
    raise RuntimeError("a method that isn't awaited can't wait")
