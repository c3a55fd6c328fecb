"""Series that are used up are passed over, and what is made stays what it would be without that."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies

from nbguard.redact import numbers
from nbguard.redact.allocation import Allocation
from nbguard.redact.noise import Noise
from nbguard.redact.replacements import Maker

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.redact.numbers import Series

DIGITS = strategies.text("0123456789", min_size=1, max_size=20)
VALUES = strategies.text(strategies.sampled_from("0123456789 -+()ABCz.ßé\udc80٣"), max_size=24)


class Unhurried(Allocation):
    """One that knows of no series that it has an end."""

    def unique(self, kind: str, value: str, series: Callable[[int], Series]) -> str:
        return super().unique(kind, value, lambda stage: numbers.Series(series(stage).make))


VALUES_OF = {
    "person_id": lambda rng: f"{rng.randrange(100_000, 104_000)}",
    "mrn": lambda rng: f"{rng.randrange(10_000, 13_000)}",
    "phone": lambda rng: rng.choice(("+44 1632 96{:04}", "+33 1 99 0{:04}", "555{:04}", "+49 30 12{:04}")).format(
        rng.randrange(700)
    ),
    "postcode": lambda rng: f"{rng.randrange(100):03}",
    "ip": lambda rng: f"10.9.{rng.randrange(8)}.{rng.randrange(256)}",
}


@pytest.mark.parametrize("category", VALUES_OF)
def test_the_stand_ins_are_those_without_the_shortcut(category: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(category)
    values = list(dict.fromkeys(VALUES_OF[category](rng) for _ in range(700)))

    def made() -> list[str]:
        maker = Maker(b"a key")
        maker.reserve(values[::3])
        return [maker.replace(category, value) for value in values]

    quick = made()
    monkeypatch.setattr("nbguard.redact.replacements.Allocation", Unhurried)
    assert made() == quick


@pytest.mark.parametrize("count", [30, 200])
def test_a_series_that_is_used_up_costs_nothing(count: int) -> None:
    """Ten stand-ins, and more values: each try counts."""
    tried = []

    def series(stage: int) -> Series:
        def make(noise: int) -> str:
            tried.append(stage)
            return f"{stage}-{noise % 10}"

        return numbers.Series(make, str(stage), 10)

    allocated = Allocation(Noise(b"a key"))
    made = [allocated.unique("id", f"value {n}", series) for n in range(count)]
    assert len(set(made)) == count
    assert len(tried) < 12 * count


@given(DIGITS, strategies.booleans(), strategies.lists(strategies.integers(0, 2**128 - 1), max_size=40))
def test_a_series_has_no_more_than_its_size(plain: str, international: bool, drawn: list[int]) -> None:
    for series in (numbers.phones(plain, international), numbers.identities(plain), numbers.alikes(plain)):
        few = series.size and series.size <= 1000
        noises = [*drawn, *(random.Random(plain).getrandbits(128) for _ in range(3 * series.size if few else 0))]
        assert not series.size or len({series.make(noise) for noise in noises}) <= series.size


@given(strategies.sampled_from(["1", "44", "33", "0044", "030", "5", "212"]), strategies.integers(5, 10),
       strategies.data(), strategies.booleans(), strategies.integers(0, 2**128 - 1))  # fmt: skip
def test_phone_series_of_one_name_make_the_same_numbers(
    start: str, length: int, data: strategies.DataObject, international: bool, noise: int
) -> None:
    tails = strategies.text("0123456789", min_size=length, max_size=length)
    one, other = (numbers.phones(start + data.draw(tails), international) for _ in range(2))
    if one.size and one.name == other.name:
        assert one.make(noise) == other.make(noise)


@given(VALUES)
def test_plain_are_the_ascii_letters_and_digits(value: str) -> None:
    plain = "".join(character for character in value if character.isascii() and character.isalnum()).upper()
    assert numbers.plain_of(value) == plain


@given(DIGITS, strategies.integers(0, 2**128 - 1), strategies.booleans())
def test_numbers_are_made_digit_by_digit(plain: str, noise: int, keep: bool) -> None:
    digits, rest = [], noise
    for place in range(len(plain)):
        rest, digit = divmod(rest, 10)
        digits.append(str(digit if place else 0 if plain[0] == "0" else digit % 8 + 1))
    made = "".join(digits)
    assert numbers.alike(plain, noise) == numbers.alikes(plain).make(noise) == made
    identity = made if len(plain) < 4 or len(plain) == 19 else "999" + made[3:]
    assert numbers.identity(plain, noise, "", keep) == numbers.identities(plain, "", keep).make(noise) == identity
