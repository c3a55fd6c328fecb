"""Knows values that stand for others: in ranges nobody is given, as `nbguard data redact` writes them."""

from __future__ import annotations

import re

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.categories import IDS
from nbguard.lazy_regex import lazy_regex

# A house in Example Street; ids that begin with 999 (no US social security number has that area); the first of
# January, of which the year is all that is left.
_STREET = lazy_regex(r"(?i)(?:.*\b)?example st(?:reet|\.)?\b.*")
_FIRST_MONTH = r"(?:jan(?:uar[iy]?|vier|eiro)?|jän(?:ner)?|ene(?:ro)?|gen(?:naio)?|sty(?:cznia)?|0?1)"
_JANUARY = lazy_regex(
    rf"(?i)(?:19|20)\d\d[-/. ]{_FIRST_MONTH}[-/. ]0?1(?:[T ].*)?|0?1\.?(?: de)?[-/. ]{_FIRST_MONTH}\.?(?: de)?[-/. ]"
    rf"(?:(?:19|20)?\d\d)|{_FIRST_MONTH}\.? 0?1,? (?:19|20)\d\d|(?:19|20)\d\d0101|"
    r"(?:\w+\.)?(?:date(?:time)?|timestamp)\(['\"]?(?:19|20)\d\d\D{1,2}0?1\D{1,2}0?1\b.*"
)
# By country code: the digits of a national number, and how those begin that are kept for films and books.
RESERVED_PHONES: dict[str, tuple[int, tuple[str, ...]]] = {
    code: (digits, tuple(starts.split()))
    for code, (digits, starts) in load_knowledge("numbers")["reserved_phones"].items()
}
# What `nbguard data redact` writes, by category.
_WRITTEN = load_knowledge("people")["stand_ins"]
_STAND_INS = {
    category: re.compile("(?i)" + _WRITTEN[kind].replace("{syllables}", _WRITTEN["syllables"]))
    for kind, categories in _WRITTEN["categories"].items()
    for category in categories
}


def is_stand_in(category: str, value: str) -> bool:
    """Whether a value is written exactly as the stand-ins of its category are."""
    pattern = _STAND_INS.get(category)
    if pattern is not None and pattern.fullmatch(value):
        return True
    if category == "phone":
        return is_reserved_phone("".join(filter(str.isdigit, value)))
    return category != "address" and stands_for_another(category, value)


def is_reserved_phone(digits: str) -> bool:
    """Whether the digits of an international number lie in a country's range for films."""
    digits = digits.removeprefix("00")
    reserved = RESERVED_PHONES.get(digits[:2])
    return reserved is not None and len(digits) == reserved[0] + 2 and digits[2:].startswith(reserved[1])


def stands_for_another(category: str, value: str) -> bool:
    """Whether a value of this category (of a column) is a stand-in by its own form."""
    if category == "address":
        return _STREET.fullmatch(value) is not None
    if category == "birth":
        return _JANUARY.fullmatch(value.strip()) is not None
    return category in IDS and "".join(filter(str.isdigit, value)).startswith("999")
