"""Says what a column holds: by its name and by its values, which must agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.samples.names import categories_by_name
from nbguard.detect.samples.national_ids import is_passport, national_id
from nbguard.detect.samples.values import (
    card_kind,
    email_kind,
    iban_kind,
    is_date,
    is_dialable,
    is_fictional_phone,
    is_name_part,
    is_person_name,
    is_phone,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbguard.detect.samples.tables import Column

# An ICD-10 code, alone or before its words; a record number that says so.
_DIAGNOSIS = re.compile(r"[A-TV-Z]\d\d(?:\.\d{1,2}[A-Z]?)?(?: .{3,}|\Z)")
_DOCUMENT = re.compile(r"[A-Z]{2}\d{7}|[A-Z]\d{8}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_STREET = re.compile(
    r"(?i)^\d{1,5},? [^\W\d]|[^\W\d]{3,},? \d{1,4}[a-z]?(?: .*)?$|str(?:\.|a[sß]+e)|\b(?:rue|avenue|via|calle|piazza)\b"
)
_RECORD = re.compile(r"(?:MRN|PAT|PID|P)?[ #:-]?\d{4,12}")
# Values of a column that are judged; more would say the same.
_JUDGED = 40


class Meaning(NamedTuple):
    """What a column holds: a category of ``names``; ``real``: how many different values count as somebody's;
    ``synthetic``: how many pass as made up; ``named``: the column's name said so.
    """

    category: str
    real: int
    synthetic: int
    named: bool


NOTHING = Meaning("", 0, 0, False)


def meaning_of(column: Column) -> Meaning:
    """What a column holds; NOTHING where it is nothing about people or their money."""
    values = list(dict.fromkeys(value.strip() for value in column.values if value and value.strip()))[:_JUDGED]
    if not values:
        return NOTHING
    for category in categories_by_name(column.name):
        meaning = _confirm(category, values)
        if meaning.real or meaning.synthetic:
            return meaning
    return _by_values(values, not column.name or column.name.isdigit() or len(column.name) <= 2)


def _share(values: Sequence[str], test: Callable[[str], object]) -> int:
    return sum(bool(test(value)) for value in values)


def _confirm(category: str, values: Sequence[str]) -> Meaning:
    """Whether values are what their column's name promises."""
    if category == "email":
        return _emails(values, True)
    if category in ("iban", "card"):
        kinds = [iban_kind(value) if category == "iban" else card_kind(value, True) for value in values]
        return _counted(category, kinds, len(values), True)
    if category == "phone":
        fictional = _share(values, is_fictional_phone)
        real = _share(values, lambda value: is_phone(value) and not is_fictional_phone(value))
        return _if(real + fictional, values, Meaning("phone", real, fictional, True))
    test = _TESTS.get(category, _is_word)
    real = _share(values, test)
    return _if(real, values, Meaning(category, real, 0, True))


def _if(hits: int, values: Sequence[str], meaning: Meaning, part: float = 0.6) -> Meaning:
    return meaning if hits >= part * len(values) else NOTHING


def _emails(values: Sequence[str], named: bool) -> Meaning:
    kinds = [email_kind(value) for value in values]
    if len(values) - kinds.count("") < 0.6 * len(values):
        return NOTHING
    return Meaning("email", kinds.count("person"), kinds.count("reserved") + kinds.count("role"), named)


def _counted(category: str, kinds: Sequence[str], total: int, named: bool) -> Meaning:
    real, synthetic = kinds.count("real"), kinds.count("synthetic")
    return Meaning(category, real, synthetic, named) if real + synthetic >= 0.5 * total else NOTHING


def _has_letters(value: str) -> bool:
    return sum(map(str.isalpha, value)) >= 2


def _is_word(value: str) -> bool:
    return bool(value)


def _is_street(value: str) -> bool:
    return len(value) > 5 and _has_letters(value) and any(map(str.isdigit, value)) and " " in value


def _is_number(value: str) -> bool:
    return any(map(str.isdigit, value))


def _is_national_id(value: str) -> bool:
    """Six to eighteen digits, few letters, no decimal point: a named column needs no check digits."""
    digits = sum(map(str.isdigit, value))
    plain = value.replace(" ", "").replace("-", "").replace(".", "").replace("/", "").replace("+", "")
    return 6 <= digits <= 18 and len(plain) - digits <= 9 and plain.isalnum() and value.count(".") != 1


def _is_full_name(value: str) -> bool:
    return is_person_name(value)


def _is_health(value: str) -> bool:
    return (
        _has_letters(value)
        or "/" in value
        or (len(value) <= 7 and value[:1].isalpha())
        or value in ("A+", "B+", "O+", "A-", "B-", "O-")
    )


_TESTS: dict[str, Callable[[str], object]] = {
    "first_name": is_name_part,
    "last_name": is_name_part,
    "full_name": _is_full_name,
    "name": _is_full_name,
    "birth": is_date,
    "address": _is_street,
    "postcode": _is_number,
    "city": _has_letters,
    "nationality": _has_letters,
    "income": _is_number,
    "ip": lambda value: value.count(".") == 3 or value.count(":") >= 5,
    "account": _is_number,
    "card_detail": _is_number,
    "national_id": _is_national_id,
    "passport": is_passport,
    "mrn": lambda value: _is_number(value) and len(value) >= 4,
    "health": _is_health,
    "person_id": _is_number,
}


def _by_values(values: Sequence[str], unnamed: bool) -> Meaning:
    """What values alone say: only what has check digits or a form of its own."""
    sample = values[0]
    if "@" in sample:
        return _emails(values, False)
    if sample[:2].isalpha() and sample[2:4].isdigit():
        meaning = _counted("iban", [iban_kind(value) for value in values], len(values), False)
        if meaning.real + meaning.synthetic:
            return meaning
    digits = sum(map(str.isdigit, sample))
    if digits >= 13 and "." not in sample:
        meaning = _counted("card", [card_kind(value) for value in values], len(values), False)
        if meaning.real + meaning.synthetic >= 0.8 * len(values):
            return meaning
    if (
        digits >= 5
        and _share(values, lambda value: national_id(value, telling_only=True)) >= 0.9 * len(values)
        and len(values) >= 2
    ):
        return Meaning("national_id", len(values), 0, False)
    if sample[0] in "+0" and digits >= 8 and _share(values, is_dialable) >= 0.6 * len(values):
        return Meaning("phone", _share(values, is_dialable), _share(values, is_fictional_phone), False)
    if unnamed and digits == 9 and len(values) >= 3 and _share(values, _is_dashed_ssn) >= 0.9 * len(values):
        return Meaning("national_id", len(values), 0, False)
    if (
        unnamed
        and " " in sample
        and any(map(str.isdigit, sample))
        and _share(values, _STREET.search) >= 0.6 * len(values)
    ):
        return Meaning("address", len(values), 0, False)
    if " " in sample and digits == 0 and len(values) >= 2 and _share(values, is_person_name) >= 0.8 * len(values):
        return Meaning("name", len(values), 0, False)
    if unnamed and _share(values, _DIAGNOSIS.match) >= 0.8 * len(values):
        return Meaning("health", len(values), 0, False)
    if unnamed and _share(values, _RECORD.fullmatch) >= 0.9 * len(values) and any(v[0] in "MP" for v in values):
        return Meaning("mrn", len(values), 0, False)
    if unnamed and len(values) >= 2 and _share(values, _DOCUMENT.fullmatch) >= 0.9 * len(values):
        return Meaning("passport", len(values), 0, False)
    if unnamed and not digits and len(values) >= 3 and _share(values, is_name_part) >= 0.9 * len(values):
        return Meaning("name_part", len(values), 0, False)
    if unnamed and is_date(sample) and _share(values, is_date) >= 0.9 * len(values):
        years = sorted(int(year[0]) for value in values if (year := _YEAR.search(value)))
        # Dates of one project lie close together; birth dates of people don't.
        category = "birth" if years and years[-1] - years[0] >= 8 and years[-1] < 2020 else "date"
        return Meaning(category, len(values), 0, False)
    return NOTHING


def _is_dashed_ssn(value: str) -> bool:
    return len(value) == 11 and value[3] == value[6] == "-" and bool(national_id(value))
