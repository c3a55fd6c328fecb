"""Makes a stand-in for a value: the same one for the same value and key, in the same form, in a range nobody is given.

Names come from the cast of cryptography's textbooks, e-mail addresses end in ``example.com`` (RFC 2606), phone numbers
in 555-01xx, cards begin with 4000 0000 and pass Luhn's check, IBANs have the bank code 0000 and right check digits,
ids begin with 999, dates of birth keep their year. Other numbers and words keep their length and their kinds of
characters.
"""

from __future__ import annotations

import re

_FIRST = ("Alice", "Bob", "Carol", "Dave", "Eve", "Mallory", "Trent", "Charlie")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_IDS = frozenset(("national_id", "passport", "mrn", "person_id", "account"))
_DATE = re.compile(r"\d+|[A-Za-z]+")


class Maker:
    """Makes stand-ins with one key, such as the repository's salt."""

    def __init__(self, key: bytes) -> None:
        from hashlib import blake2b

        self._key = blake2b(key, digest_size=32).digest()

    def replace(self, category: str, value: str) -> str:
        """The stand-in for a value of a category (as columns have them); the value itself where none is needed."""
        noise = self._noise(category, value)
        if category in ("full_name", "name", "name_part"):
            return f"{_FIRST[noise % 8]} {_word(noise)}" if " " in value.strip() else _FIRST[noise % 8]
        if category == "first_name":
            return _FIRST[noise % 8]
        if category == "last_name":
            return f"Test-{_word(noise)}"
        if category == "email":
            return f"{_word(noise).lower()}{noise % 997}@example.com"
        if category == "phone":
            return _digits(value, noise, -7, f"55501{noise % 100:02}")
        if category == "card":
            return _card(value, noise)
        if category == "iban":
            return _iban(value, noise)
        if category in _IDS:
            return _digits(_letters(value, noise), noise, 0, "999")
        if category == "birth":
            return _first_of_january(value)
        if category == "address":
            return f"{noise % 89 + 10} Example Street"
        if category in ("username", "ip"):
            return "192.0.2." + str(noise % 254 + 1) if category == "ip" else f"user{noise % 10**6}"
        return value

    def _noise(self, category: str, value: str) -> int:
        from hashlib import blake2b

        kind = "name" if category in ("full_name", "name_part") else category
        text = f"{kind}\0{value.strip().lower()}".encode("utf-8", "surrogatepass")
        return int.from_bytes(blake2b(text, digest_size=16, key=self._key, person=b"nbguard/redact").digest(), "big")


def _word(noise: int) -> str:
    letters = []
    for number in range(6):
        noise, rest = divmod(noise, len(_VOWELS if number % 2 else _CONSONANTS))
        letters.append((_VOWELS if number % 2 else _CONSONANTS)[rest])
    return "".join(letters).capitalize()


def _digits(value: str, noise: int, at: int, fixed: str) -> str:
    """The value with its digits drawn anew and ``fixed`` from its digit ``at`` on; everything else stays."""
    places = [number for number, character in enumerate(value) if character.isdigit()]
    drawn = [str(noise // 10**number % 10) for number in range(len(places))]
    if at < 0:
        # The country's code of an international number stays.
        kept = 3 if value.lstrip().startswith("+") else 1
        drawn[:kept] = [value[place] for place in places[:kept]]
    first = max(len(places) + at, 0) if at < 0 else at
    for number, digit in enumerate(fixed):
        if first + number < len(drawn):
            drawn[first + number] = digit
    characters = list(value)
    for place, digit in zip(places, drawn, strict=True):
        characters[place] = digit
    return "".join(characters)


def _letters(value: str, noise: int) -> str:
    return "".join(
        "X" if character.isascii() and character.isupper() else "x" if character.isascii() and character.islower()
        else character
        for character in value
    ) if noise else value  # fmt: skip


def _card(value: str, noise: int) -> str:
    from stdnum import luhn

    length = sum(map(str.isdigit, value))
    body = "40000000" + str(noise)[-max(length - 9, 0) :].zfill(max(length - 9, 0))
    return _digits(value, 0, 0, body[: length - 1] + luhn.calc_check_digit(body[: length - 1]))


def _iban(value: str, noise: int) -> str:
    plain = "".join(filter(str.isalnum, value)).upper()
    account = ("XXXX" if plain[4:8].isalpha() else "0000") + str(noise)[-len(plain) + 8 :].zfill(len(plain) - 8)
    number = int("".join(str(int(character, 36)) for character in account + plain[:2] + "00"))
    made = iter(f"{plain[:2]}{98 - number % 97:02}{account}")
    return "".join(next(made) if character.isalnum() else character for character in value)


def _first_of_january(value: str) -> str:
    """A date with its year and its layout, and 01 for month and day."""
    pieces = _DATE.findall(value)
    if pieces and any(piece.isalpha() for piece in pieces[1:2]):
        return re.sub(r"^\d+(\W)[A-Za-z]+", lambda found: f"01{found[1]}Jan", value)
    if len(pieces[0]) == 4:
        return re.sub(r"^(\d{4})(\D)\d{1,2}(\D)\d{1,2}", r"\g<1>\g<2>01\g<3>01", value)
    return re.sub(r"^\d{1,2}(\D)\d{1,2}(\D)", r"01\g<1>01\g<2>", value)
