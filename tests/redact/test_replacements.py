"""A stand-in has its value's form, belongs to that value alone, and is its own stand-in."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import assume, given, settings, strategies
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.de import idnr
from stdnum.es import dni
from stdnum.gb import nhs
from stdnum.nl import bsn

from nbguard.detect.pii.column_meaning import meaning_of
from nbguard.detect.pii.stand_ins import is_stand_in
from nbguard.redact.replacements import Maker
from nbguard.tables.table import Column
from tests.detect.samples import data

KEY = b"a key"


def shape(value: str) -> str:
    return re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "0", value)))


def complete(start: str, is_valid) -> str:
    """The number that begins so and whose last digits or letter make it valid."""
    ends = [*map(str, range(10)), *(f"{n:02}" for n in range(100)), *"ABCDEFGHJKLMNPQRSTVWXYZ"]
    return next(start + end for end in ends if is_valid(start + end))


@pytest.mark.parametrize(
    ("module", "start"),
    [(nhs, "943476591"), (dni, "52843671"), (cpf, "390533447"), (bsn, "17263548"), (idnr, "3657426180")],
)
def test_check_digits_stay_right(module, start: str) -> None:
    """Where a number that begins with 999 can have right check digits; else it keeps the form."""
    value = complete(start, module.is_valid)
    made = Maker(KEY).replace("national_id", value)
    assert made.startswith("999")
    assert shape(made) == shape(value)
    assert module.is_valid(made) or module is idnr  # a German one has only one digit twice or three times


@pytest.mark.parametrize(
    ("category", "values"),
    [
        ("email", [f"a{n}@gmx.de" for n in range(5000)]),
        ("name", [f"Anna K{n}x".translate(str.maketrans("0123456789", "abcdefghij")) for n in range(5000)]),
        ("first_name", [f"A{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(676)]),
        ("phone", [f"+1 212 66{n:05}" for n in range(3000)]),
        ("card", [data.card_number(random.Random(n)) for n in range(3000)]),
        ("iban", [data.german_iban(random.Random(n)) for n in range(3000)]),
        ("national_id", [f"278-{n // 100 + 10}-{n % 100:04}" for n in range(3000)]),
        ("mrn", [f"{n + 10_000}" for n in range(3000)]),
        ("postcode", [f"{n:05}" for n in range(3000)]),
        ("address", [f"Hauptstr. {n}" for n in range(3000)]),
        ("city", [f"Neu{chr(97 + n // 26)}{chr(97 + n % 26)}stadt" for n in range(676)]),
        ("ip", [f"10.0.{n // 250}.{n % 250}" for n in range(2000)]),
        ("health", [f"E{n // 10:02}.{n % 10}" for n in range(400)]),
    ],
)
def test_no_two_values_share_a_stand_in(category: str, values: list[str]) -> None:
    maker = Maker(KEY)
    assert len({maker.replace(category, value) for value in values}) == len(set(values))


@pytest.mark.parametrize("extension", [" ext 52", " ext. 52", " Ext 52", "x52", " x 52", ", extension 52"])
def test_a_phone_number_with_an_extension_is_replaced(extension: str) -> None:
    made = Maker(KEY).replace("phone", f"+1 212 664 7665{extension}")
    assert "664 7665" not in made
    assert shape(made) == shape(f"+1 212 664 7665{extension}")
    assert "52" not in made.partition("55501")[2][2:]


@settings(max_examples=150, deadline=None)
@given(
    strategies.sampled_from([
        ("phone", r"\+(?!0)\d{2}[ -]\d{2,4}[ /-]\d{5,7}"), ("phone", r"\([2-9]\d\d\) \d{3}-\d{4}"),
        ("card", r"4\d{3}[ -]\d{4}[ -]\d{4}[ -]\d{4}"), ("national_id", r"[1-8]\d{2}-\d{2}-\d{4}"),
        ("mrn", r"MRN[ :-]?[1-8]\d{6}"), ("person_id", r"C-[1-8]\d{6}"),
        ("postcode", r"[1-9]\d{4}|[A-Z]{2}\d [0-9][A-Z]{2}"),
        ("passport", r"[A-Z]{2}[1-8]\d{6}"), ("birth", r"19[5-9]\d-(?:0[2-9]|1[0-2])-(?:0[2-9]|1\d|2[0-8])"),
    ]).flatmap(
        lambda pair: strategies.tuples(
            strategies.just(pair[0]), strategies.from_regex(re.compile(pair[1], re.ASCII), fullmatch=True)
        )
    )
)  # fmt: skip
def test_layout_stays_and_a_stand_in_stands_for_itself(pair: tuple[str, str]) -> None:
    category, value = pair
    assume(not is_stand_in(category, value))
    made = Maker(KEY).replace(category, value)
    assert made != value
    assert shape(made) == shape(value)
    if category != "postcode":
        assert Maker(b"another key").replace(category, made) == made


@pytest.mark.parametrize(
    ("value", "made"),
    [
        ("17.03.84", "01.01.84"), ("March 17, 1984", "January 01, 1984"), ("17 mars 1984", "01 janvier 1984"),
        ("17. März 1984", "01. Januar 1984"), ("1984/3/7", "1984/1/1"), ("19840317", "19840101"),
        ("17 MAR 1984", "01 JAN 1984"), ("3 maggio 1984", "1 gennaio 1984"),
        ("1984-03-17T10:20:30Z", "1984-01-01T10:20:30Z"),
        ("no date", "no date"), ("12345", "12345"),
    ],
)  # fmt: skip
def test_a_birth_date_keeps_its_year_and_its_language(value: str, made: str) -> None:
    assert Maker(KEY).replace("birth", value) == made


@pytest.mark.parametrize(
    ("category", "value", "made"),
    [
        ("age", "34", "30"), ("age", "34.0", "30.0"), ("age", "101", "90"), ("age", "4 years", "0 years"),
        ("income", "53412.10", "53000.00"), ("income", "53,412", "53,000"), ("health", "27.35", "20.00"),
        ("person_id", "1042", "1042"), ("email", "n/a", "n/a"), ("name", "", ""), ("card_detail", "03/27", "12/27"),
    ],
)  # fmt: skip
def test_what_only_describes_becomes_coarse(category: str, value: str, made: str) -> None:
    assert Maker(KEY).replace(category, value) == made


def test_one_person_written_in_several_ways_is_one_person() -> None:
    maker = Maker(KEY)
    first, last = maker.replace("name", "Anna Keller").split()
    assert maker.replace("full_name", "Keller, Anna") == f"{last}, {first}"
    assert maker.replace("name", "ANNA KELLER") == f"{first} {last}".upper()
    assert maker.replace("card", "4539578763621486") == maker.replace("card", "4539 5787 6362 1486").replace(" ", "")
    assert maker.replace("email", "Anna@gmx.de") == maker.replace("email", "anna@gmx.de")


@pytest.mark.parametrize("category", ["name", "email", "phone", "card", "iban", "ssn"])
def test_a_column_of_stand_ins_is_nobodys(category: str) -> None:
    """What redaction writes isn't found again."""
    maker, rng = Maker(KEY), random.Random(3)
    values = {
        "name": [row["name"] for row in data.people("personal", 9)],
        "email": [row["email"] for row in data.people("personal", 9)],
        "phone": [row["phone"] for row in data.people("personal", 9)],
        "card": [data.card_number(rng) for _ in range(9)],
        "iban": [data.german_iban(rng) for _ in range(9)],
        "ssn": [data.us_ssn(rng) for _ in range(9)],
    }[category]
    kind = "national_id" if category == "ssn" else category
    made = tuple(maker.replace(kind, value) for value in values)
    assert meaning_of(Column(category, tuple(values))).real > 0
    assert meaning_of(Column(category, made)).real == 0
    if category == "card":
        assert all(map(luhn.is_valid, made))
    if category == "iban":
        assert all(iban.is_valid(value, check_country=False) for value in made)


def test_no_stand_in_is_a_value_that_stands_there_itself() -> None:
    """Neither another row's value nor one that is a stand-in already and therefore stays."""
    kept = Maker(KEY).replace("iban", "DE85089263789949973234")
    values = {
        "iban": ["DE85089263789949973234", kept],
        "postcode": [f"{n:03}" for n in range(100, 500)],
        "email": ["a@gmx.de", Maker(KEY).replace("email", "a@gmx.de")],
        "mrn": ["MRN123456", Maker(KEY).replace("mrn", "MRN123456")],
    }
    for category, originals in values.items():
        maker = Maker(KEY)
        maker.reserve(originals)
        made = [maker.replace(category, value) for value in originals]
        changed = {new for old, new in zip(originals, made, strict=True) if new != old}
        assert not changed & set(originals), category
        assert len(set(made)) == len(originals), category


@pytest.mark.parametrize(
    ("category", "make"), [("iban", data.german_iban), ("card", data.card_number), ("national_id", data.us_ssn)]
)
def test_values_that_tests_make_up_are_no_stand_ins(category: str, make) -> None:
    """Else they would stay as they are, once in some thousand runs."""
    assert not any(is_stand_in(category, make(random.Random(seed))) for seed in range(20_000))
