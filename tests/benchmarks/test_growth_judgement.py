"""What the judgement of growth says of work whose growth is known, on a machine with other load."""

import random
from collections.abc import Callable

import pytest

from benchmarks.growth_judgement import Measured, judge

SEEDS = 200
Work = Callable[[float], float]
# Seconds for so many times 60 kB.
SUPERLINEAR: dict[str, Work] = {
    "a square": lambda n: 0.5 * n**2,
    "n to the 1.5": lambda n: 0.5 * n**1.5,
    "a square beside as much that is linear": lambda n: 0.3 * n + 0.3 * n**2,
    "a small square under a fixed cost": lambda n: 0.35 + 0.12 * n**2,
    "a square with a step below 60 kB": lambda n: 0.3 * n**2 + 0.3 * (n > 0.8),
    "a square that costs less after a step": lambda n: 0.4 * n**2 - 0.1 * (n > 1.5),
}
LINEAR: dict[str, Work] = {
    "in step with the text": lambda n: 0.8 * n,
    "a fixed cost": lambda n: 0.3 + 0.2 * n,
    "a step below 60 kB": lambda n: 0.2 + 0.2 * n + 0.2 * (n > 0.8),
    "a step between 60 and 120 kB": lambda n: 0.2 + 0.4 * n + 0.6 * (n > 1.5),
    "a step behind 120 kB": lambda n: 0.2 + 0.4 * n + 0.8 * (n > 3),
    "less and less": lambda n: 0.9 * n**0.5,
}


def _on_a_busy_machine(work: Work, seed: int) -> Callable[[int], Measured]:
    """Measurements as other load makes them: mostly a little too much, at times a lot, never too little."""
    chance = random.Random(seed)

    def measure(size: int) -> Measured:
        least = 0.15 + work(size / 60_000)
        return Measured(least * (1 + min(chance.expovariate(12), 1.0)))

    return measure


@pytest.mark.parametrize("name", SUPERLINEAR)
def test_growth_beyond_the_text_is_told(name: str) -> None:
    judged = [judge(_on_a_busy_machine(SUPERLINEAR[name], seed)) for seed in range(SEEDS)]
    assert [one for one in judged if "times for twice the size" not in one.wrong] == []


@pytest.mark.parametrize("name", LINEAR)
def test_what_grows_with_the_text_is_let_through(name: str) -> None:
    judged = [judge(_on_a_busy_machine(LINEAR[name], seed)) for seed in range(SEEDS)]
    assert [one.wrong for one in judged if one.wrong] == []


def test_the_least_of_several_decides_about_seconds() -> None:
    other_load = iter((5.0, 3.0))
    assert judge(lambda size: Measured(size / 60_000 + next(other_load, 0.0))).wrong == ""
    assert judge(lambda size: Measured(2.1 * size / 60_000)).wrong == "2.1 s"


def test_what_was_stopped_is_told() -> None:
    stopped = "stopped at the deadline"
    judged = judge(lambda size: Measured(20.0, stopped) if size > 60_000 else Measured(1.9 * size / 60_000))
    assert judged.wrong.startswith(f"120 kB: {stopped}")


def test_what_takes_next_to_nothing_is_measured_once() -> None:
    asked: list[int] = []

    def measure(size: int) -> Measured:
        asked.append(size)
        return Measured(0.2)

    assert judge(measure).wrong == ""
    assert asked == [60_000]
