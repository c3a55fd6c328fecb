"""Says what a column holds: by its name and by its values, which must agree."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nbguard.detect.pii.column_names import categories_by_name
from nbguard.detect.pii.national_ids import is_passport
from nbguard.detect.pii.stand_ins import stands_for_another
from nbguard.detect.pii.value_kinds import (
    card_kind,
    iban_kind,
    is_cast,
    is_date,
    is_fictional_phone,
    is_name_part,
    is_person_name,
    is_phone,
)
from nbguard.detect.pii.value_shapes import NOTHING, Meaning, count_emails, count_kinds, meaning_by_looks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbguard.tables.table import Column

# Values of a column that are judged; more would say the same.
_JUDGED = 40


_NAMES = ("full_name", "name", "first_name", "last_name")


def meaning_of(column: Column) -> Meaning:
    """What a column holds; NOTHING where it is nothing about people or their money."""
    if not column.name and _is_plain_number(column.values[:1]) and _is_plain_number(column.values[-1:]):
        return NOTHING
    values = list(dict.fromkeys(value.strip() for value in column.values if value and value.strip()))[:_JUDGED]
    if not values:
        return NOTHING
    for category in categories_by_name(column.name):
        meaning = _confirm(category, values)
        if meaning.real or meaning.synthetic:
            return meaning
    meaning = meaning_by_looks(values, not column.name or column.name.isdigit() or len(column.name) <= 2)
    made_up = _share(values, partial(stands_for_another, meaning.category)) if meaning.category else 0
    return meaning._replace(real=meaning.real - made_up, synthetic=meaning.synthetic + made_up)


def _is_plain_number(values: Sequence[str]) -> bool:
    """Whether a value is a number that no account, card, phone or id is written as: short, or with a decimal point."""
    if not values or not values[0] or values[0][:1] in "+0":
        return False
    value = values[0]
    return value.replace(".", "", 1).replace("-", "").isdigit() and (value.count(".") == 1 or len(value) < 7)


def _share(values: Sequence[str], test: Callable[[str], object]) -> int:
    return sum(bool(test(value)) for value in values)


def _confirm(category: str, values: Sequence[str]) -> Meaning:
    """Whether values are what their column's name promises."""
    if category == "email":
        return count_emails(values)
    if category in ("iban", "card"):
        kinds = [iban_kind(value) if category == "iban" else card_kind(value, True) for value in values]
        return count_kinds(category, kinds)
    if category == "phone":
        fictional = _share(values, is_fictional_phone)
        real = _share(values, lambda value: is_phone(value) and not is_fictional_phone(value))
        return _if(real + fictional, values, Meaning("phone", real, fictional))
    test = _TESTS.get(category, _is_word)
    real = _share(values, test)
    made_up = is_cast if category in _NAMES else partial(stands_for_another, category)
    cast = _share(values, made_up)
    return _if(real, values, Meaning(category, real - cast, cast))


def _if(hits: int, values: Sequence[str], meaning: Meaning, part: float = 0.6) -> Meaning:
    return meaning if hits >= part * len(values) else NOTHING


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
