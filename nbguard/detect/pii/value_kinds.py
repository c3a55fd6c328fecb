"""Judges single values: is this an e-mail of a person, a real IBAN, a card, a phone number, a birth date, a name?

Check digits are python-stdnum's and phone plans are phonenumbers'; both are imported when a candidate is there.
"""

from __future__ import annotations

import re
from functools import lru_cache

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.pii.stand_ins import is_reserved_phone
from nbguard.lazy_regex import lazy_regex

EMAIL = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9._%+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}")
_EMAIL_ANY = lazy_regex(r"[^\s@,;<>\"()]{1,64}@(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,18}")
_KNOWN = load_knowledge("people")


def _words(name: str) -> frozenset[str]:
    return frozenset(_KNOWN[name].split())


def _any_of(name: str) -> str:
    known = _KNOWN[name]
    return "|".join(known.split() if isinstance(known, str) else known)


_RESERVED_DOMAIN = lazy_regex(_any_of("reserved_domains"))
_NO_DOMAIN = _words("no_domains")
_ROLE = lazy_regex(rf"(?:{_any_of('roles')})(?:\+.*)?")
_NAME_TOKEN = lazy_regex(r"[^\W\d_a-zà-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*\.?")
_PARTICLE, _NOT_NAMES = _words("particles"), _words("not_names")
_TITLE = lazy_regex(rf"(?:{_any_of('titles')})\.?(?:-?Ing\.?)?")
_CAST = lazy_regex(rf"(?:{_any_of('cast')})\b")
_DATE = lazy_regex(
    r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[T ][\d:.]+Z?)?|"
    r"(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|1[0-2]|[A-Za-z]{3,9})[-/. ](?:(?:19|20)?\d\d)|"
    r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:19|20)\d\d|"
    r"(?:datetime\.)?(?:date(?:time)?|Timestamp)\(.{6,24}\)|(?:[A-Z][a-z]{2,8}\.? \d{1,2}, (?:19|20)\d\d)"
)
_PHONE = lazy_regex(r"(?:\+|00)?[\d(][\d ()./-]{5,22}\d(?: ?(?:x|ext\.?) ?\d{1,6})?")
_FICTIONAL_PHONE = lazy_regex(r".*555[ .-]?01\d\d$|.*(?:123[ .-]?456[ .-]?7890|555[ .-]?\d{4})$|.*(?:0{5}|1{6}|9{6}).*")
_NO_DIGIT, _FICTIONAL_END = re.compile(r"\D"), re.compile(r"55501\d\d\Z")
_EXAMPLE_IBANS, _TEST_CARDS = (
    frozenset(load_knowledge("numbers")[name].split()) for name in ("example_ibans", "test_cards")
)
# Issuer ranges and lengths as ISO/IEC 7812 registers them for the schemes.
_ISSUER = lazy_regex(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})|3[47]\d{13}|"
    r"(?:6011|64[4-9]\d|65\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[689]\d)\d{11}|62\d{14}|(?:2131|1800)\d{11}"
)
# What is called a card may be of any issuer, and of any that is to come: the check digit says enough.
_NAMED = lazy_regex(r"0604\d{8}|[1-6]\d{11,18}")


@lru_cache(4096)
def email_kind(value: str) -> str:
    """``person``, ``role``, ``reserved``, or empty where the value isn't an e-mail address."""
    value = value.strip().lower().removeprefix("mailto:")
    if "@" not in value or not (EMAIL.fullmatch(value) or _EMAIL_ANY.fullmatch(value)):
        return ""
    local, _, domain = value.rpartition("@")
    if domain.rpartition(".")[2] in _NO_DOMAIN:
        return ""
    if _RESERVED_DOMAIN.fullmatch("@" + domain):
        return "reserved"
    return "role" if _ROLE.fullmatch(local) else "person"


@lru_cache(4096)
def iban_kind(value: str) -> str:
    """``real`` for a valid IBAN, ``synthetic`` for an example of the registry, else empty."""
    number = value.replace(" ", "").replace("-", "").upper()
    if not 15 <= len(number) <= 34 or not number[:2].isalpha() or not number[2:4].isdigit() or not number.isascii():
        return ""
    if number in _EXAMPLE_IBANS or number[4:8] in ("0000", "XXXX"):  # no bank has that code
        return "synthetic"
    from stdnum import iban

    # Not the country's own check of the account number: banks' systems go by the IBAN's check digits.
    return "real" if iban.is_valid(number, check_country=False) else ""


@lru_cache(4096)
def card_kind(value: str, named: bool = False) -> str:
    """``real`` for a card number, ``synthetic`` for a test number, else empty; ``named``: a column says card."""
    number = value.replace(" ", "").replace("-", "")
    if not 12 <= len(number) <= 19 or not (number.isascii() and number.isdigit()):
        return ""
    if number in _TEST_CARDS or number.startswith("40000000"):  # where payment services keep their test numbers
        return "synthetic"
    if not (_ISSUER.fullmatch(number) or (named and _NAMED.fullmatch(number))) or len(set(number)) < 4:
        return ""
    from stdnum import luhn

    return "real" if luhn.is_valid(number) else ""


@lru_cache(4096)
def is_person_name(value: str) -> bool:
    """Whether a value is written as people's full names are: two to five capitalised words, no physics in them."""
    if not 4 <= len(value) <= 48 or "  " in value:
        return False
    words = [word for word in value.replace(",", " ").split() if not _TITLE.fullmatch(word)]
    names = [word for word in words if word.lower() not in _PARTICLE]
    if not 2 <= len(names) <= 5 or len(words) > 7:
        return False
    return all(_NAME_TOKEN.fullmatch(word) and word.lower() not in _NOT_NAMES for word in names) and any(
        (len(word) > 2 and not word.isupper()) or (word.isalpha() and len(word) > 3) for word in names
    )


def is_cast(value: str) -> bool:
    """Whether a name is one of those that textbooks, and protocols of cryptography, are played by."""
    small = value.lower()
    return (_CAST.match(small) or _CAST.match(small.rpartition(", ")[2])) is not None


def is_name_part(value: str) -> bool:
    """Whether a value can be a first or a last name."""
    words = value.split()
    return 1 <= len(words) <= 4 and all(
        word.lower() in _PARTICLE or (_NAME_TOKEN.fullmatch(word) and word.lower() not in _NOT_NAMES) for word in words
    )


def is_date(value: str) -> bool:
    """Whether a value is a date as tables write it."""
    return _DATE.fullmatch(value.strip()) is not None


def is_phone(value: str) -> bool:
    """Whether a value is written as phone numbers are; which country's plan it follows isn't asked."""
    value = value.strip()
    if not 6 < sum(map(str.isdigit, value)) < 18 or _PHONE.fullmatch(value) is None:
        return False
    return not is_date(value) and not (value.count(".") == 1 and value.replace(".", "").isdigit())


def is_fictional_phone(value: str) -> bool:
    """Whether a number is reserved for fiction or plainly made up."""
    digits = _NO_DIGIT.sub("", value)
    return (
        _FICTIONAL_PHONE.fullmatch(value.strip()) is not None
        or _FICTIONAL_END.search(digits) is not None
        or is_reserved_phone(digits)
    )


@lru_cache(4096)
def is_dialable(value: str) -> bool:
    """Whether an international number (``+49 …``) is valid in its country's plan."""
    if not value.lstrip().startswith(("+", "00")) or is_fictional_phone(value):
        return False
    import phonenumbers

    number = value.strip()
    number = "+" + number[2:] if number.startswith("00") else number
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return False


def forget_values() -> None:
    """Lets go of the values that were judged: for whoever lives longer than a run."""
    for judged in (email_kind, iban_kind, card_kind, is_person_name, is_dialable):
        judged.cache_clear()
