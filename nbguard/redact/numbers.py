"""Makes numbers that nobody is given: cards, IBANs, phone numbers and ids, from the letters and digits of a value.

Each function takes the value's letters and digits (``plain``, without separators) and a drawn number, and returns as
many letters and digits. Ranges: cards begin with 4000 0000, where payment services keep their test numbers; IBANs have
the bank code 0000; North American phone numbers end in 555-01xx, British and French ones lie in the ranges that
Ofcom and Arcep keep for films, others end as American ones do; ids begin with 999, which is no US social security
number and the NHS's range for tests.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.pii.stand_ins import RESERVED_PHONES

if TYPE_CHECKING:
    from collections.abc import Callable

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CAPITALS = bytes(range(256)).upper()
_NO_LETTER_OR_DIGIT = bytes(code for code in range(128) if not chr(code).isalnum())
# Digits from which an id has room for the prefix.
_PREFIXED = 4
# Numbers that are tried for the ones with right check digits.
_TRIES = 60
# Digits of the largest number a frame's column of integers holds.
_WIDEST = 19
# Series with more stand-ins than these are never used up.
_MOST = 200_000


class Series(NamedTuple):
    """Stand-ins that ``make`` makes of noise; ``size`` is how many there are at most, 0 where it isn't known.

    Those of the same name are among the same ones.
    """

    make: Callable[[int], str]
    name: str = ""
    size: int = 0


def lay_out(value: str, plain: str) -> str:
    """``plain`` put where the letters and digits of a value are, letters in their case; what is too long is added
    behind the last one.
    """
    places = [number for number, character in enumerate(value) if character.isascii() and character.isalnum()]
    characters = list(value)
    for place, character in zip(places, plain, strict=False):
        characters[place] = character.lower() if value[place].islower() else character
    if places and len(plain) > len(places):
        characters[places[-1]] += plain[len(places) :]
    return "".join(characters)


def plain_of(value: str) -> str:
    """A value's ASCII letters and digits, letters as capitals."""
    return value.encode("ascii", "ignore").translate(_CAPITALS, _NO_LETTER_OR_DIGIT).decode("ascii")


def card(plain: str, noise: int) -> str:
    """A test number of the same length whose check digit is right (ISO/IEC 7812)."""
    from stdnum import luhn

    body = "40000000" + _digits(noise, max(len(plain) - 9, 0))
    body = body[: len(plain) - 1]
    return body + str(luhn.calc_check_digit(body))


def iban(plain: str, noise: int) -> str:
    """An IBAN of the same country and length with the bank code 0000 (XXXX) and right check digits (ISO 13616)."""
    account = ("XXXX" if plain[4:8].isalpha() else "0000") + _alike(plain[8:], noise)
    number = int("".join(str(int(character, 36)) for character in account + plain[:2] + "00"))
    return f"{plain[:2]}{98 - number % 97:02}{account}"


def phone(plain: str, noise: int, international: bool) -> str:
    """A phone number of the same length in a range for fiction, in the same country where that has one."""
    return phones(plain, international).make(noise)


def phones(plain: str, international: bool) -> Series:
    """The numbers of ``phone``."""
    before, digits, international = _parts(plain, international)
    if international and (reserved := _reserved(digits)):
        code, length, starts = reserved

        def make_reserved(noise: int) -> str:
            start = starts[noise % len(starts)]
            return before + code + start + _digits(noise // 16, length - len(start))

        return _series(make_reserved, f"{before}+{code}", sum(10 ** (length - len(start)) for start in starts))
    kept = 2 if international and not digits.startswith("1") else 1
    free = max(len(digits) - 7 - kept, 0)
    if len(digits) == 10 and not international and digits[0] != "0":
        return _series(
            lambda noise: f"{before}{noise // 7 % 8 + 2}{_digits(noise // 100, free)}55501{noise % 100:02}",
            "1",
            8 * 10**free * 100,
        )
    american = digits.startswith("1") and len(digits) == 11
    start, room = digits[:kept], max(len(digits), 7)

    def make(noise: int) -> str:
        area = _digits(noise // 100, free)
        if american:
            area = str(noise // 7 % 8 + 2) + area[1:]
        return before + f"{start}{area}55501{noise % 100:02}"[-room:]

    return _series(make, f"{before}+{start} {len(digits)}", (8 * 10 ** (free - 1) if american else 10**free) * 100)


def _parts(plain: str, international: bool) -> tuple[str, str, bool]:
    """The zeros before the code of a country, the digits behind them, and whether such a code stands there."""
    digits = plain.removeprefix("00")
    before = plain[: len(plain) - len(digits)]
    return before, digits, international or bool(before)


def _reserved(digits: str) -> tuple[str, int, tuple[str, ...]] | None:
    for code, (length, starts) in RESERVED_PHONES.items():
        if digits.startswith(code) and len(digits) == len(code) + length:
            return code, length, starts
    return None


def identity(plain: str, noise: int, module: str = "", keep_letters: bool = True) -> str:
    """An id of the same letters and digits that begins with 999; with right check digits where the number of that
    ``module`` of python-stdnum can begin so.
    """
    if sum(map(str.isdigit, plain)) < _PREFIXED:
        return _alike(plain, noise)
    if module in ("us.ssn", "us.itin"):
        return f"999{noise % 5}{_digits(noise // 5, 5)}"  # the group of a taxpayer number begins with 5 or more
    if module and _can_begin_so(module, re.sub(r"\d", "0", re.sub("[A-Z]", "A", plain))):
        return _checked(plain, noise, module) or _prefixed(_alike(plain, noise))
    if plain.isdigit() and len(plain) == _WIDEST:
        return _alike(plain, noise)  # beginning with 999 it would be too large
    lead = re.match(r"[A-Z]*", plain) if keep_letters else None
    start = lead[0] if lead else ""
    return start + _prefixed(_alike(plain[len(start) :], noise))


def identities(plain: str, module: str = "", keep_letters: bool = True) -> Series:
    """The ids of ``identity``; how many there are is known of those that are all digits and of no module."""
    if module or not plain.isdigit() or len(plain) == _WIDEST:
        return Series(lambda noise: identity(plain, noise, module, keep_letters))
    if len(plain) < _PREFIXED:
        return alikes(plain)
    count = len(plain)
    return _series(lambda noise: "999" + _digits(noise, count)[-4::-1], f"999 {count}", 10 ** (count - 3))


def alikes(plain: str) -> Series:
    """What ``alike`` makes; how many there are is known of numbers."""
    if not plain.isdigit():
        return Series(lambda noise: _alike(plain, noise))
    first = 1 if plain[0] == "0" else 8
    return _series(lambda noise: _alike(plain, noise), f"{first} {len(plain)}", first * 10 ** (len(plain) - 1))


def _series(make: Callable[[int], str], name: str, size: int) -> Series:
    return Series(make, name, size) if size <= _MOST else Series(make)


def alike(plain: str, noise: int) -> str:
    """Other letters for letters and other digits for digits; a zero in front stays one, and none comes there."""
    return _alike(plain, noise)


@lru_cache(64)
def _can_begin_so(module: str, shape: str) -> bool:
    """Whether a number of this shape that begins with 999 can have right check digits."""
    return any(_checked(shape, noise * 104_729, module) for noise in range(4))


def _checked(plain: str, noise: int, module: str) -> str:
    """Tries what stands in the last place until the check digits are right; empty where they never are."""
    from importlib import import_module

    is_valid = import_module(f"stdnum.{module}").is_valid
    for number in range(_TRIES):
        made = _prefixed(_alike(plain, noise + number * 7919))
        for last in "0123456789" if plain[-1].isdigit() else _LETTERS:
            if is_valid(made[:-1] + last):
                return made[:-1] + last
    return ""


def _prefixed(plain: str) -> str:
    """The first three digits become nines."""
    if plain.isdigit():
        return "9" * len(plain[:3]) + plain[3:]
    places = [number for number, character in enumerate(plain) if character.isdigit()][:3]
    return "".join("9" if number in places else character for number, character in enumerate(plain))


def _alike(plain: str, noise: int) -> str:
    if plain.isdigit():  # the digits of the noise from its last one on, as below
        made_digits = _digits(noise, len(plain))[::-1]
        return ("0" if plain[0] == "0" else str(int(made_digits[0]) % 8 + 1)) + made_digits[1:]
    made = []
    for place, character in enumerate(plain):
        if character.isdigit():
            noise, digit = divmod(noise, 10)
            if place == 0:
                digit = 0 if character == "0" else digit % 8 + 1
            made.append(str(digit))
        else:
            noise, letter = divmod(noise, 26)
            made.append(_LETTERS[letter])
    return "".join(made)


def _digits(noise: int, count: int) -> str:
    return str(noise % 10**count).zfill(count) if count else ""
