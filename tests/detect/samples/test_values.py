"""Check digits and reserved ranges decide; names, phones and dates are known by their form."""

from __future__ import annotations

import random

import pytest

from nbguard.detect.pii.national_ids import national_id
from nbguard.detect.pii.value_kinds import (
    card_kind,
    email_kind,
    iban_kind,
    is_date,
    is_dialable,
    is_fictional_phone,
    is_person_name,
    is_phone,
)
from tests.detect.samples import data


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("anna.schmidt@gmx.de", "person"), ("a+b@sub.posteo.de", "person"), ("jürgen@müller.de", "person"),
        ("noreply@gmx.de", "role"), ("info@firma.de", "role"), ("git@github.com", "role"),
        ("anna@example.com", "reserved"), ("anna@mail.example.org", "reserved"), ("a@b.test", "reserved"),
        ("1+2@users.noreply.github.com", "reserved"), ("icon@2x.png", ""),
        ("a@b.com", "reserved"), ("ann@x.com", "person"), ("www.a.tld@google.com", "role"), ("a.b@gmx.com", "person"),
        ("A@B", ""), ("no address", ""),
    ],
)  # fmt: skip
def test_email_kind(value: str, kind: str) -> None:
    assert email_kind(value) == kind


def test_every_single_digit_error_in_an_iban_is_seen() -> None:
    """The check digits catch any one digit that is changed."""
    rng = random.Random(3)
    iban = data.german_iban(rng)
    assert iban_kind(iban) == "real"
    assert iban_kind(" ".join(iban[at : at + 4] for at in range(0, 22, 4))) == "real"
    for at in range(4, 22):
        wrong = iban[:at] + str((int(iban[at]) + 1) % 10) + iban[at + 1 :]
        assert iban_kind(wrong) == ""


def test_cards_need_issuer_and_check_digit_and_be_no_test_number() -> None:
    card = data.card_number(random.Random(4))
    assert card_kind(card) == "real"
    assert card_kind(f"{card[:4]} {card[4:8]} {card[8:12]} {card[12:]}") == "real"
    assert card_kind(card[:-1] + str((int(card[-1]) + 1) % 10)) == ""
    assert card_kind("4242 4242 4242 4242") == "synthetic"
    assert card_kind("0000000000000000") == ""
    assert card_kind("1716239022000000") == ""


@pytest.mark.parametrize(
    "value", ["Anna Schmidt", "Dr. Jürgen von der Heide", "O'Neill, Mary", "José Luis García Pérez"]
)
def test_names_of_people(value: str) -> None:
    assert is_person_name(value)


@pytest.mark.parametrize(
    "value",
    [
        "Bell State",
        "Random Forest",
        "Quantum Circuit",
        "anna",
        "Anna",
        "XX YY",
        "Pauli Z",
        "New York",
        "1 Anna Schmidt",
    ],
)
def test_what_is_no_name(value: str) -> None:
    assert not is_person_name(value)


def test_phones_and_dates() -> None:
    assert is_phone("+49 30 901820")
    assert is_phone("(0118) 496 0406")
    assert not is_phone("1980-03-04")
    assert not is_phone("0.123456789")
    assert is_dialable("+49 30 901820")
    assert not is_dialable("+49 1")
    assert is_fictional_phone("+1 202 555 0143")
    for value in ("1980-03-04", "04.03.1980", "3/4/1980", "date(1980, 3, 4)"):
        assert is_date(value)
    assert not is_date("1.26.4")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("RSSMRA85T10A562S", "Italian codice fiscale"), ("756.9217.0769.85", "Swiss AHV number"),
        ("X1234567L", "Spanish NIE"), ("44051401359", "Polish PESEL"), ("390.533.447-05", "Brazilian CPF"),
    ],
)  # fmt: skip
def test_national_ids_by_check_digits(value: str, name: str) -> None:
    assert national_id(value) == name
    flipped = value.replace("5", "6", 1) if "5" in value else value.replace("4", "9", 1)
    assert national_id(flipped) == ""


def test_published_examples_are_no_ids() -> None:
    assert national_id("078-05-1120") == ""
    assert national_id("123-45-6789") == ""
