"""Finds single values that only their label makes personal: birth dates, passport numbers, names of customers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.detect.pii.first_names import has_first_name
from nbguard.detect.pii.stand_ins import stands_for_another
from nbguard.detect.pii.value_kinds import is_cast, is_date, is_person_name
from nbguard.detect.samples.hits import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LINK = r"[\"']?\s{0,8}(?:[:=]|->|=>)\s{0,8}(?:\w{1,12}\()?[\"']?"
_BIRTH = re.compile(
    r"(?i)(?<![a-z])(?:d\.?o\.?b\.?|date[ _]of[ _]birth|birth[ _-]?da(?:te|y)|geburts(?:datum|tag)|"
    r"date[ _]de[ _]naissance|fecha[ _](?:de[ _])?nacimiento|"
    r"data[ _]di[ _]nascita|data[ _]de[ _]nascimento|geboorte_?datum|data[ _]urodzenia)"
    + _LINK
    + r"(\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4})(?!\d)"
)
_PASSPORT = re.compile(
    r"(?i)(?<![a-z])(?:passport|passeport|pasaporte|reisepass|passaporto|paspoort|paszport)"
    r"(?:[ _-]?(?:no|nr|num|number|nummer|id|n[uú]mero)\b\.?)?" + _LINK + r"((?-i:[A-Z]{0,2}\d{6,9}[A-Z]?))(?![\w])"
)
_NAME = re.compile(
    r"(?i)(?<![a-z])(?:patient|customer|client|employee|insured|card_?holder|account_?holder|kunde|patientin|mitarbeiter|"
    r"cliente|paciente|paziente|full)[ _]?(?:(?:full[ _]?)?name|nombre|nome)?" + r"[\"']?\s{0,8}[:=]\s{0,8}"
    r"[\"']([^\"'\n]{5,48})[\"']"
)
# Characters around such a word in which label and value stand, and how far one
# look goes before the next begins.
_BEFORE, _AFTER, _STEP = 10, 150, 40
_COUNTING = "01234567890123456789"


def labelled_values(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Hit]:
    """The birth dates, passport numbers and names that stand behind a label and outside the spans in ``taken``."""
    lowered = text.lower()
    for words, pattern, test, rule, message in _KINDS:
        done = 0
        for word in words:
            at = lowered.find(word)
            while at >= 0:
                found = pattern.search(text, max(0, at - _BEFORE), at + _AFTER)
                start, end = found.span(1) if found else (0, 0)
                if found and test(found[1]) and not any(first <= start < last for first, last in (*taken, (0, done))):
                    yield Hit(rule, start, end, found[1], message)
                    done = end
                at = lowered.find(word, max(at + _STEP, end))


def _is_birth_date(value: str) -> bool:
    year = re.search(r"(?:19|20)\d\d", value)
    return is_date(value) and (year is None or int(year[0]) <= 2020) and not stands_for_another("birth", value)


def _is_document(value: str) -> bool:
    digits = "".join(filter(str.isdigit, value))
    return not stands_for_another("passport", value) and digits not in _COUNTING and len(set(digits)) > 3


def _is_name(value: str) -> bool:
    return " " in value and is_person_name(value) and has_first_name(value) and not is_cast(value)


# The words of a label (one of them has to be there), its pattern with the value, the value's test, rule and message.
_KINDS = (
    (
        ("dob", "d.o.b", "birth", "geburt", "naissance", "nacimiento", "nascita", "nascimento", "geboorte", "urodz"),
        _BIRTH,
        _is_birth_date,
        "sample-birth-date",
        "a date of birth",
    ),
    (
        ("passpo", "passep", "pasapo", "reisep", "passap", "paspo", "paszp"),
        _PASSPORT,
        _is_document,
        "sample-passport",
        "a passport number",
    ),
    (
        (
            "patient",
            "customer",
            "client",
            "employee",
            "insured",
            "holder",
            "kunde",
            "mitarbeiter",
            "paciente",
            "paziente",
            "full",
        ),
        _NAME,
        _is_name,
        "sample-name",
        "a person's name beside what they are",
    ),
)
