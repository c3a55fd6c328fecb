"""Holds work to time that grows as its input does, on any machine: CPU time, and only the growth to the eightfold."""

import time
from collections.abc import Callable

import pytest

# 8 when linear, 64 when quadratic.
STEEPEST = 30
# Below this the clock says nothing, in seconds.
_FLOOR = 0.05


def cpu_seconds(work: Callable[[], object]) -> float:
    """The CPU time that some work takes in this process."""
    started = time.process_time()
    work()
    return time.process_time() - started


def burn(seconds: float) -> None:
    """Works for so much CPU time of this thread."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def assert_linear(work: Callable[[int], object], size: int, what: str = "") -> None:
    """Fails where ``work(8 * size)`` takes more than 30 times what ``work(size)`` does.

    A second try decides: the first may have loaded something, or met a busy machine.
    """
    for _ in range(2):
        large = cpu_seconds(lambda: work(8 * size))
        if large < STEEPEST * _FLOOR:
            return
        small = cpu_seconds(lambda: work(size))
        if large < STEEPEST * max(small, _FLOOR):
            return
    pytest.fail(f"{small:.2f} s, then {large:.2f} s for eight times as much {what}")
