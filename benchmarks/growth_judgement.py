"""Whether work on a text takes too long, or grows faster than the text does: told from a few noisy measurements.

Other load, a fixed cost and a step (from one way of working to another, past some size) all look like growth, or hide
it. So what every run pays is taken off, which makes a small square show; what looks like a breach is measured again,
of which the least counts, all sizes in turn; and growth has to be there at the next doubling too. Work that grows
faster than its input grows no slower there, a step is behind it by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# The piece once: what is paid for any text. Then the sizes that are asked about, and the one that confirms.
ONCE = 0
SIZES = (30_000, 60_000, 120_000)
CONFIRMING = 240_000
MOST_SECONDS = 2.0
MOST_GROWTH = 2.3
# From here on more measurements decide: one that other load made long can hide growth as well.
SUSPICIOUS = 2.1
# What takes less than this for 60 kB isn't looked at any closer.
FLOOR = 0.35
# Growth of less than this beyond the fixed cost is noise.
LEAST = 0.1
# How often what looks like a breach is measured again at most.
REPEATS = 4


class Measured(NamedTuple):
    """CPU seconds of one door on one file; ``end`` says why it was stopped, empty where it wasn't."""

    seconds: float
    end: str = ""


class Judged(NamedTuple):
    """The least that each size took, in how far that grows for twice the size, and what is wrong with it."""

    taken: dict[int, Measured]
    growth: float
    wrong: str


def judge(measure: Callable[[int], Measured]) -> Judged:
    """Judges what ``measure`` says of a text of so many bytes."""
    taken = {60_000: measure(60_000)}
    if taken[60_000].seconds > FLOOR:
        _again(taken, (ONCE, *SIZES), measure)
        _again(taken, (60_000, 120_000), measure)
    for _ in range(REPEATS):
        if not _faults(taken, SUSPICIOUS):
            break
        _again(taken, tuple(taken), measure)
    if growth_of(taken) > MOST_GROWTH:
        for _ in range(REPEATS):
            _again(taken, (ONCE, 60_000, 120_000, CONFIRMING), measure)
            if growth_of(taken) <= MOST_GROWTH:
                break
    return Judged(taken, growth_of(taken), _faults(taken, MOST_GROWTH))


def _again(taken: dict[int, Measured], sizes: Iterable[int], measure: Callable[[int], Measured]) -> None:
    """Measures sizes once more. Where a run was stopped, that is kept: no other run takes it back."""
    for size in sizes:
        found = measure(size)
        before = taken.get(size, found)
        taken[size] = Measured(min(before.seconds, found.seconds), before.end and found.end)


def growth_of(taken: dict[int, Measured]) -> float:
    """How many times longer twice the size takes, without what any size takes: the least of the doublings.

    0 where nothing took long.
    """
    if ONCE not in taken:
        return 0.0
    beyond = {size: result.seconds - taken[ONCE].seconds for size, result in taken.items()}
    doublings = [size for size in (60_000, 120_000) if 2 * size in beyond]
    return min((beyond[2 * size] / max(beyond[size], LEAST) for size in doublings), default=0.0)


def _faults(taken: dict[int, Measured], most_growth: float) -> str:
    wrong = [f"{size // 1000} kB: {result.end}" for size, result in sorted(taken.items()) if result.end]
    if taken[60_000].seconds > MOST_SECONDS:
        wrong.append(f"{taken[60_000].seconds:.1f} s")
    growth = growth_of(taken)
    if growth > most_growth:
        each = ", ".join(f"{size // 1000} kB {result.seconds:.2f} s" for size, result in sorted(taken.items()))
        wrong.append(f"{growth:.1f} times for twice the size ({each})")
    return "; ".join(wrong)
