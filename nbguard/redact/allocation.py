"""Gives each value a stand-in that no other value has, and remembers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex
from nbguard.redact import numbers
from nbguard.redact.numbers import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbguard.redact.noise import Noise

_ROUND = lazy_regex(r"\d{1,3}000+")
# Stand-ins are tried in stages, each with more room than the one before.
_STAGES, _TRIES = 100, 40


def is_round(value: str) -> bool:
    """Whether a value is a number such as 301000, which in code may be a count."""
    return _ROUND.fullmatch(value) is not None


class Allocation:
    """Stand-ins by the kind of value that they are unique among."""

    def __init__(self, noise: Noise) -> None:
        self._noise = noise
        self._made: dict[tuple[str, str], str] = {}
        self._taken: dict[str, dict[str, str]] = {}
        self._used_up: dict[tuple[str, str], set[str]] = {}
        self._originals: set[str] = set()

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Allocation({len(self._made)} stand-ins)"

    def __len__(self) -> int:
        """How many values have a stand-in."""
        return len(self._made)

    def reserve(self, values: Iterable[str]) -> None:
        """Keeps these values from being made as stand-ins for others: they stand somewhere themselves."""
        self._originals.update(map(numbers.plain_of, values))

    def unique(self, kind: str, value: str, series: Callable[[int], Series]) -> str:
        """A stand-in from the series of the first stage that has one which no other value of the kind has. Stages count
        from 0.

        Where each of a series was found to be another's or of no use, it is passed over, as none becomes free again.
        """
        known = self._made.get((kind, value))
        if known is None:
            known = self._made[kind, value] = self._find(kind, value, series)
        return known

    def _find(self, kind: str, value: str, series: Callable[[int], Series]) -> str:
        taken = self._taken.setdefault(kind, {})
        for stage in range(_STAGES):
            make, name, size = series(stage)
            used: set[str] = self._used_up.setdefault((kind, name), set()) if size else set()
            if size and len(used) >= size:
                continue
            for number in range(stage * _TRIES, (stage + 1) * _TRIES):
                made = make(self._noise.draw(kind, value, str(number or "")))
                if made == value:
                    continue
                used.add(made)
                if numbers.plain_of(made) in self._originals or is_round(made):
                    continue
                if taken.setdefault(made, value) == value:
                    return made
        return make(self._noise.draw(kind, value, str(_STAGES * _TRIES - 1)))


def stages(make: Callable[[int, int], str]) -> Callable[[int], Series]:
    """Series without an end: what ``make`` makes of noise and of the stage."""
    return lambda stage: Series(lambda noise: make(noise, stage))
