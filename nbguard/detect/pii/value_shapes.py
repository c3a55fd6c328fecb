"""Says what a column holds by its values alone: only what has check digits or a form of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.pii.national_ids import national_id
from nbguard.detect.pii.value_kinds import (
    card_kind,
    email_kind,
    iban_kind,
    is_cast,
    is_date,
    is_dialable,
    is_fictional_phone,
    is_name_part,
    is_person_name,
)
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Meaning(NamedTuple):
    """What a column holds: a category of ``names``, empty for nothing of interest; ``real``: how many different
    values count as somebody's; ``synthetic``: how many pass as made up.
    """

    category: str
    real: int = 0
    synthetic: int = 0


class ValueForm(NamedTuple):
    """A form that tells a category: at least ``least`` different values, and this ``share`` of them, pass ``test``."""

    category: str
    least: int
    share: float
    test: Callable[[str], object]


NOTHING = Meaning("")
# An ICD-10 code, alone or before its words; a record number that says so; a document number.
_DIAGNOSIS = lazy_regex(r"[A-TV-Z]\d\d(?:\.\d{1,2}[A-Z]?)?(?: .{3,}|\Z)")
_RECORD = lazy_regex(r"(?:MRN|PAT|PID|P)?[ #:-]?\d{4,12}")
_DOCUMENT = lazy_regex(r"[A-Z]{2}\d{7}|[A-Z]\d{8}|\d{9}")
_STREET = lazy_regex(
    r"(?i)^\d{1,5},? [^\W\d]|[^\W\d]{3,},? \d{1,4}[a-z]?(?: .*)?$|"
    r"[^\W\d]str(?:\.|a[sß]+e)|\b(?:rue|avenue|via|calle|piazza|street|road)\b"
)
_YEAR = lazy_regex(r"(?:19|20)\d\d")


def _is_telling_id(value: str) -> bool:
    return any(map(str.isdigit, value)) and bool(national_id(value, telling_only=True))


def _is_dashed_ssn(value: str) -> bool:
    return len(value) == 11 and value[3] == value[6] == "-" and bool(national_id(value))


def _is_full_name(value: str) -> bool:
    return " " in value and is_person_name(value)


def _is_street(value: str) -> bool:
    return " " in value and _STREET.search(value) is not None


# What tells under any name, and what tells only where a column has no name of its own.
_ALWAYS = (
    ValueForm("national_id", 2, 0.9, _is_telling_id),
    ValueForm("name", 2, 0.8, _is_full_name),
)
_UNNAMED = (
    ValueForm("national_id", 3, 0.9, _is_dashed_ssn),
    ValueForm("address", 2, 0.6, _is_street),
    ValueForm("health", 2, 0.8, _DIAGNOSIS.match),
    ValueForm("name_part", 3, 0.9, is_name_part),
)


def meaning_by_looks(values: Sequence[str], unnamed: bool) -> Meaning:
    """What different values hold; ``unnamed``: the column has no name that could say otherwise."""
    if "@" in values[0]:
        return count_emails(values)
    meaning = _numbers(values)
    if meaning.category:
        return meaning
    for look in (*_ALWAYS, *_UNNAMED) if unnamed else _ALWAYS:
        # Two values that both fail settle it for most columns.
        if len(values) >= look.least and (look.test(values[0]) or look.test(values[-1])) and _passes(look, values):
            cast = sum(map(is_cast, values)) if look.category in ("name", "name_part") else 0
            return Meaning(look.category, len(values) - cast, cast)
    if unnamed and any(value[0].isupper() for value in values):
        # Some of the numbers begin with letters, all are of one kind.
        if all(map(_DOCUMENT.fullmatch, values)):
            return Meaning("passport", len(values))
        if any(value[0] in "MP" for value in values) and sum(map(_is_record, values)) >= 0.9 * len(values):
            return Meaning("mrn", len(values))
    return _dates(values) if unnamed and is_date(values[0]) else NOTHING


def _is_record(value: str) -> bool:
    return _RECORD.fullmatch(value) is not None


def _passes(look: ValueForm, values: Sequence[str]) -> bool:
    return sum(bool(look.test(value)) for value in values) >= look.share * len(values)


def _numbers(values: Sequence[str]) -> Meaning:
    """Accounts, cards and phones by their check digits or their country's plan."""
    sample = values[0]
    digits = sum(map(str.isdigit, sample))
    if sample[:2].isalpha() and sample[2:4].isdigit():
        return count_kinds("iban", [iban_kind(value) for value in values])
    if digits >= 13 and "." not in sample:
        return count_kinds("card", [card_kind(value) for value in values], 0.8)
    if digits >= 8 and sample[0] in "+0":
        real = sum(map(is_dialable, values))
        if real >= 0.6 * len(values):
            return Meaning("phone", real, sum(map(is_fictional_phone, values)))
    return NOTHING


def _dates(values: Sequence[str]) -> Meaning:
    if sum(map(is_date, values)) < 0.9 * len(values):
        return NOTHING
    years = sorted(int(year[0]) for value in values if (year := _YEAR.search(value)))
    # Dates of one project lie close together; birth dates of people don't.
    spread = bool(years) and years[-1] - years[0] >= 8 and years[-1] < 2020
    return Meaning("birth" if spread else "date", len(values))


def count_emails(values: Sequence[str]) -> Meaning:
    """The meaning of a column of e-mail addresses; NOTHING where too few are any."""
    kinds = [email_kind(value) for value in values]
    if kinds.count("") > 0.4 * len(values):
        return NOTHING
    return Meaning("email", kinds.count("person"), kinds.count("reserved") + kinds.count("role"))


def count_kinds(category: str, kinds: Sequence[str], share: float = 0.5) -> Meaning:
    """The meaning of a column whose values are real, synthetic or neither; NOTHING where too few are either."""
    real, synthetic = kinds.count("real"), kinds.count("synthetic")
    return Meaning(category, real, synthetic) if real + synthetic >= share * len(kinds) else NOTHING
