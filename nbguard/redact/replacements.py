"""Makes a stand-in for a value: the same one for the same value and key, in the same form, in a range nobody is given.

Names come from the cast of cryptography's textbooks, e-mail addresses end in ``example.com`` (RFC 2606), IP addresses
are those for documentation (RFC 5737, 3849); ``numbers`` says what cards, IBANs, phone numbers and ids become. Two
values never share a stand-in, but for what is made coarse: dates of birth, ages, incomes, measurements.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.categories import IDS, categories_with
from nbguard.detect.pii.national_ids import module_of
from nbguard.detect.pii.stand_ins import is_stand_in
from nbguard.lazy_regex import lazy_regex
from nbguard.redact import numbers
from nbguard.redact.allocation import Allocation, is_round, stages
from nbguard.redact.coarse import coarse_age, coarse_number
from nbguard.redact.dates import first_of_january
from nbguard.redact.noise import Noise
from nbguard.redact.numbers import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_CAST = ("Alice", "Bob", "Carol", "Dave", "Eve", "Mallory", "Trent", "Charlie")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
NAMES = frozenset(("full_name", "name", "name_part"))
_MISSING = frozenset(load_knowledge("columns")["missing"])
_DIAGNOSIS = lazy_regex(r"[A-TV-Z]\d\d(?:\.\d{1,2})?")
_DECIMALS = lazy_regex(r"(\d+)(\.0+)")
# Ids that often only count customers: they are replaced from so many digits on, where they aren't round.
_COUNTED = categories_with("counted")
_LONG_ID = 6
_EXTENSION = lazy_regex(r"(?i:ext)|x")
_MAC = lazy_regex(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")


class Maker:
    """Makes stand-ins with one key, such as the repository's salt, and remembers them for as long as it lives."""

    def __init__(self, key: bytes) -> None:
        self.noise = Noise(key)
        self._results: dict[tuple[str, str], str] = {}
        self._allocation = Allocation(self.noise)
        self._unique = self._allocation.unique
        self._methods: dict[str, Callable[[str], str]] = {
            "email": self._email, "phone": self._phone, "card": self._card, "iban": self._iban,
            "card_detail": self._card_detail, "postcode": self._alike, "health": self._health,
            "address": self._address, "ip": self._ip,
        }  # fmt: skip

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Maker({len(self._allocation)} stand-ins)"

    def __len__(self) -> int:
        """How many values have a stand-in that is theirs alone."""
        return len(self._allocation)

    def reserve(self, values: Iterable[str]) -> None:
        """Keeps these values from being made as stand-ins for others: they stand somewhere themselves."""
        self._allocation.reserve(values)

    def replace(self, category: str, value: str) -> str:
        """The stand-in for a value of a category (as columns have them); the value itself where none is needed."""
        known = self._results.get((category, value))
        if known is None:
            known = self._results[category, value] = self._result(category, value)
        return known

    def _result(self, category: str, value: str) -> str:
        core = value.strip()
        if core.lower() in _MISSING or is_stand_in(category, core):
            return value
        made = self._replace(category, core)
        return made if core == value else value.replace(core, made, 1)

    def _replace(self, category: str, value: str) -> str:
        if category in NAMES and (" " in value or category != "name_part"):
            return self._name(value)
        if category in _WORDS:
            kind, make = _WORDS[category]
            return self._word_like(kind, value, make)
        if category in _COARSE:
            return _COARSE[category](value)
        if category in IDS:
            return self._id(category, value)
        method = self._methods.get(category)
        return method(value) if method else value

    def _name(self, value: str) -> str:
        turned = "," in value
        key = " ".join(part.strip() for part in reversed(value.split(","))) if turned else value
        key = " ".join(key.lower().split())
        if " " not in key:
            return self._word_like("first", value, _first)
        made = self._unique("name", key, _NAMES)
        first, last = made.split(" ")
        return _in_case(f"{last}, {first}" if turned else made, value)

    def _word_like(self, kind: str, value: str, make: Callable[[int, int], str]) -> str:
        return _in_case(self._unique(kind, " ".join(value.lower().split()), stages(make)), value)

    def _email(self, value: str) -> str:
        link = "mailto:" if value.lower().startswith("mailto:") else ""
        made = self._unique("email", value[len(link) :].lower(), _ADDRESSES)
        return link + (made.upper() if value.isupper() else made)

    def _phone(self, value: str) -> str:
        plain = numbers.plain_of(_EXTENSION.split(value, maxsplit=1)[0])
        if not plain.isdigit():
            return value
        international = value.lstrip("( ").startswith("+")
        first = numbers.phones(plain, international)
        longer = first._replace(make=lambda noise: first.make(noise) + "0", name=f"{first.name} 0")
        made = self._unique("phone", plain, lambda more: longer if more else first)
        return numbers.lay_out(value, made) if len(made) == len(numbers.plain_of(value)) else _digits_only(value, made)

    def _card(self, value: str) -> str:
        plain = numbers.plain_of(value)
        if not plain.isdigit() or len(plain) < 12:
            return self._alike(value)
        return numbers.lay_out(value, self._unique("card", plain, stages(lambda noise, _: numbers.card(plain, noise))))

    def _iban(self, value: str) -> str:
        plain = numbers.plain_of(value)
        if len(plain) < 15:
            return self._alike(value)
        return numbers.lay_out(value, self._unique("iban", plain, stages(lambda noise, _: numbers.iban(plain, noise))))

    def _id(self, category: str, value: str) -> str:
        if decimal := _DECIMALS.fullmatch(value):
            return self._id(category, decimal[1]) + decimal[2]
        plain = numbers.plain_of(value)
        if category in _COUNTED and ((plain.isdigit() and len(plain) < _LONG_ID) or is_count(category, value)):
            return value  # a number of a row: it reaches nobody, and code counts on it
        if not any(map(str.isdigit, plain)):
            return self._alike(value)
        module = module_of(value) if category == "national_id" else ""
        keep = category != "national_id"
        made = self._unique(
            "id",
            plain,
            lambda more: numbers.identities(plain + "0" * min(more, 3), module if not more else "", keep),
        )
        return numbers.lay_out(value, made)

    def _alike(self, value: str) -> str:
        """Letters for letters and digits for digits, such as a postcode."""
        if decimal := _DECIMALS.fullmatch(value):
            return self._alike(decimal[1]) + decimal[2]
        plain = numbers.plain_of(value)
        if not plain:
            return value
        made = self._unique("alike", plain, lambda more: numbers.alikes(plain + "0" * more))
        return numbers.lay_out(value, made)

    def _card_detail(self, value: str) -> str:
        if expiry := re.fullmatch(r"(\d{1,2})([/-])(\d{2,4})", value):
            return f"12{expiry[2]}{expiry[3]}"
        return self._alike(value) if value.isdigit() else value

    def _health(self, value: str) -> str:
        if not any(map(str.isalpha, value)):
            return coarse_number(value, 1)
        code = _DIAGNOSIS.match(value)
        if code is None:
            return self._word_like("health", value, _condition)
        words = value[code.end() :].strip(" :-,")
        # U50 to U99 are kept free for research (ICD-10, volume 2).
        made = self._unique("diagnosis", code[0], stages(lambda noise, more: _research_code(code[0], noise, more)))
        return made + (f" {self._word_like('health', words, _condition)}" if words else "")

    def _address(self, value: str) -> str:
        made = self._unique("address", " ".join(value.lower().split()), _HOUSES)
        # An Example Street in a city of its own where there was one too.
        town = f" Town-{_word(self.noise.draw('town', value), 3)}" if re.search(r"[,\n]", value) else ""
        return _in_case(f"{made} Example Street{town}", value)

    def _ip(self, value: str) -> str:
        if value.count(".") == 3:
            made = self._unique("ip", value, _addresses_for_documentation)
        elif _MAC.fullmatch(value):
            plain = value.replace("-", ":").lower()
            made = self._unique("ip", plain, _macs).replace(":", value[2])
        else:
            made = self._unique("ip", value.lower(), stages(lambda noise, _: f"2001:db8::{noise >> 96:x}"))
        return made.upper() if value.isupper() else made


def is_missing(value: str) -> bool:
    """Whether a cell says that it holds nothing."""
    return value.strip().lower() in _MISSING


def is_count(category: str, value: str) -> bool:
    """Whether an id is a round number such as 301000, which in code may be a count: it stays wherever it stands."""
    return category in _COUNTED and is_round(value)


def _first(noise: int, more: int) -> str:
    return f"{_CAST[noise % 8]}-{_word(noise // 8, 2 + more)}"


def _condition(noise: int, more: int) -> str:
    return f"Condition-{_word(noise, 3 + more)}"


def _word(noise: int, syllables: int) -> str:
    letters = []
    for _ in range(syllables):
        noise, consonant = divmod(noise, len(_CONSONANTS))
        noise, vowel = divmod(noise, len(_VOWELS))
        letters += [_CONSONANTS[consonant], _VOWELS[vowel]]
    return "".join(letters).capitalize()


def _research_code(code: str, noise: int, more: int) -> str:
    decimals = len(code.partition(".")[2]) + more
    return f"U{50 + noise % 50}" + (f".{str(noise // 50 % 10**decimals).zfill(decimals)}" if decimals else "")


def _addresses_for_documentation(more: int) -> Series:
    if more:  # those are used up: the range for measuring networks (RFC 2544)
        wide = 2 * 256 * 254
        return Series(lambda n: f"198.{18 + n % 2}.{n // 2 % 256}.{n // 512 % 254 + 1}", "RFC 2544", wide)
    nets = ("192.0.2", "198.51.100", "203.0.113")
    return Series(lambda noise: f"{nets[noise % 3]}.{noise // 3 % 254 + 1}", "RFC 5737", 3 * 254)


def _macs(more: int) -> Series:
    if more:  # addresses that are administered locally
        return Series(lambda noise: "02:5e:53:" + ":".join(f"{noise >> 8 * n & 255:02x}" for n in range(3)))
    return Series(lambda noise: f"00:00:5e:00:53:{noise % 256:02x}", "RFC 7042", 256)


def _in_case(made: str, value: str) -> str:
    letters = "".join(filter(str.isalpha, value))
    return made.upper() if letters.isupper() and len(letters) > 1 else made.lower() if letters.islower() else made


def _digits_only(value: str, made: str) -> str:
    """A number laid out in a value that has letters behind it, such as an extension."""
    end = len(re.match(r"[\d ()+./-]*", value)[0])  # type: ignore[index]
    return numbers.lay_out(value[:end], made) + re.sub(r"\d", "0", value[end:])


_NAMES = stages(lambda noise, more: f"{_CAST[noise % 8]} {_word(noise // 8, 4 + more)}")
_ADDRESSES = stages(lambda noise, more: f"{_word(noise, 3 + more).lower()}{noise % 997}@example.com")
_HOUSES = stages(lambda noise, more: f"{noise % 10 ** (3 + more) + 1}")
# Categories of words: what they are unique among, and what makes them.
_WORDS: dict[str, tuple[str, Callable[[int, int], str]]] = {
    "first_name": ("first", _first),
    "name_part": ("first", _first),
    "last_name": ("last", lambda noise, more: f"Test-{_word(noise, 3 + more)}"),
    "city": ("city", lambda noise, more: f"Town-{_word(noise, 3 + more)}"),
    "username": ("user", lambda noise, more: f"user{noise % 10 ** (6 + more)}"),
}
# Categories whose values become coarse: several of them may have the same stand-in.
_COARSE: dict[str, Callable[[str], str]] = {
    "birth": first_of_january,
    "age": coarse_age,
    "income": coarse_number,
}
