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

from nbguard.detect.pii.stand_ins import RESERVED_PHONES

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Digits from which an id has room for the prefix.
_PREFIXED = 4
# Numbers that are tried for the ones with right check digits.
_TRIES = 60
# Digits of the largest number a frame's column of integers holds.
_WIDEST = 19


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
    return "".join(character for character in value if character.isascii() and character.isalnum()).upper()


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
    digits = plain.removeprefix("00")
    before = plain[: len(plain) - len(digits)]
    if international or before:
        for code, (length, starts) in RESERVED_PHONES.items():
            if digits.startswith(code) and len(digits) == len(code) + length:
                start = starts[noise % len(starts)]
                return before + code + start + _digits(noise // 16, length - len(start))
    kept = 1
    international = international or bool(before)
    if international and not digits.startswith("1"):
        kept = 2
    area = _digits(noise // 100, max(len(digits) - 7 - kept, 0))
    if digits.startswith("1") and len(digits) == 11:
        area = str(noise // 7 % 8 + 2) + area[1:]
    if len(digits) == 10 and not international and digits[0] != "0":
        return before + str(noise // 7 % 8 + 2) + area + f"55501{noise % 100:02}"
    return before + (digits[:kept] + area + f"55501{noise % 100:02}")[-max(len(digits), 7) :]


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
    places = [number for number, character in enumerate(plain) if character.isdigit()][:3]
    return "".join("9" if number in places else character for number, character in enumerate(plain))


def _alike(plain: str, noise: int) -> str:
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
