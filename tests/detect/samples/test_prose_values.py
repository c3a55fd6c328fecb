"""One address, one number: found where a sentence or a label in a notebook says what it is, silent elsewhere."""

from __future__ import annotations

import random

import pytest

from nbguard.detect.samples.document_search import find_samples
from nbguard.documents.reading import open_document
from tests.detect.samples import data
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, markdown, notebook, stream


def rules_in(cell: dict[str, object]) -> list[tuple[str, str]]:
    return [(f.rule, f.severity) for f in find_samples(open_document("a.ipynb", as_bytes(notebook(cell))))]


EMAIL = [("sample-email-address", "low")]
PHONE = [("sample-phone-number", "low")]
CARD = [("sample-card", "high")]


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("What's your email? anna.keller@gmx.de", EMAIL), ("You can write to anna.keller@gmx.de today.", EMAIL),
        ("Anna Keller\n\nE-mail:\nanna.keller@gmx.de\n\nWebsite: x", EMAIL),
        ("Send it to her mail anna.keller@gmx.de", EMAIL),
        ("my phone number is 030 90 12 34", PHONE), ("Call me at (602)272-9781 please.", PHONE),
        ("Date: today\nName: A. K.\nPhone: 467 3395", PHONE), ("They're not answering at 416 60 039", PHONE),
        ("Anna Keller\n60-56-85-91 office", PHONE), ("Mobile: +41 (0)96 471 07 95", PHONE),
        ("Desk: 345-899-3560x4587", PHONE), ("Is 0961-7596216-Fax the right one", PHONE),
        ("My IBAN is {small_iban}", [("sample-iban", "high")]), ("I have lost my card {card}. Please block it.", CARD),
        ("What is the limit for card {maestro}?", CARD), ("card: {card}", CARD), ("the cc {other} was charged", CARD),
    ],
)  # fmt: skip
def test_a_value_that_a_sentence_names(sentence: str, rules: list[tuple[str, str]]) -> None:
    rng = random.Random(5)
    text = sentence.format(
        card=data.card_number(rng),
        maestro=data._luhn_complete("58742856165"),
        other=data._luhn_complete("350213741614255"),
        small_iban=data.german_iban(rng).lower(),
    )
    assert rules_in(code(text)) == rules
    if rules in (CARD, EMAIL) or "Phone" in text or "Mobile" in text:
        assert rules_in(code("show()", stream(text))) == rules


@pytest.mark.parametrize(
    "source",
    [
        "# write to anna.keller@gmx.de\nx = 1\n", "send(to='anna.keller@gmx.de')\n",
        '"""My email anna.keller@gmx.de"""\n',
        "Author: Anna Keller, email anna.keller@gmx.de", "email anna.keller@example.com", "mail info@gmx.de",
        "email git@github.com", "my email me@x", "my list qiskit-dev@gmx.de", "%pip install x\n# phone: 030 901234\n",
        "phone = 309012345\n", "What are my options?", "I paid 1500000 for the office in 2024", "Run 1234567 shots",
        "the fax machine of 1984", "order 2024-05-17 by phone", "call f at 3.14159265", "Phone: +1 212 555 0123",
        "card of 4111 1111 1111 1111", "see section 12.3.4567 of the office manual",
        "import x\nmy email anna.keller@gmx.de\n",
    ],
)  # fmt: skip
def test_what_nobody_says(source: str) -> None:
    assert rules_in(code(source)) == []


def test_markdown_and_files_are_documentation() -> None:
    sentence = "What's your email? anna.keller@gmx.de Phone: 030 901234"
    assert rules_in(markdown(sentence)) == []
    assert list(find_samples(open_document("a.txt", sentence.encode()))) == []
    assert list(find_samples(open_document("a.py", f"# {sentence}\n".encode()))) == []


def test_metadata_of_a_package_in_an_output_is_credits() -> None:
    output = "Name: x\nAuthor: Anna Keller\nAuthor-email: anna.keller@gmx.de\nLicense: MIT\n"
    assert rules_in(code("!pip show x", stream(output))) == []


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["phone 030 ", "0 1 ", "my email ", "a@b.c ", "card 4", "(1) 2-3"])
def test_repetition_costs_no_more_than_its_length(piece: str) -> None:
    def scan(size: int) -> None:
        raw = as_bytes(notebook(code(piece * (size // len(piece)))))
        assert list(find_samples(open_document("a.ipynb", raw))) is not None

    assert_linear(scan, 20_000)
