"""Words and capitalised strings count as signals where they can name a column or a person, and the shortcut loses
nothing: every labelled form has the same findings as a search in which each word counts.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.samples import word_places
from nbguard.detect.samples.document_search import find_samples
from nbguard.detect.samples.signal_search import signals_in_file
from nbguard.detect.samples.word_places import Values, are_people, names_something
from nbguard.documents.reading import open_document
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook, stream


def at_word(text: str, word: str) -> bool:
    raw = text.encode()
    return names_something(raw, raw.index(word.encode()) + len(word), False, Values(raw))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[{'phone': '030 12345'}]", "phone"), ('"phone_number": 49301234567', "phone"),
        ("phone=['+49 30 1234']", "phone"),
        ("name,phone\nAnna,030 123\n", "phone"), ("name,phone,city\nAnna,030 123,B\n", "phone"),
        ("name;Telefon;Ort\nA;0301234;B\n", "Telef"), ("name\tphone\nAnna\t030 123\n", "phone"),
        ("| name | phone |\n|---|---|\n| A | 0301 |\n", "phone"), ("<th>phone</th><td>030 12345</td>", "phone"),
        ("  name     phone  \n0  Anna  030 123\n", "phone"), ("'name,phone\\nAnna,030 123\\n'", "phone"),
        ("customer = \"Thomas Wagner\"", "customer"),
        ("DOB: 03/17/1984", "DOB"), ("date of birth -> 1984-03-17", "birth"),
        ("phone <- c('030 12345')", "phone"), ("phone: '030 12345'", "phone"),
        ('\\"phone\\": \\"030 12345\\"', "phone"),
        ("columns=['n', 'birth']\nrows = [('A', date(1980, 1, 2))]", "birth"),
    ],
)  # fmt: skip
def test_a_word_that_names_something(text: str, word: str) -> None:
    assert at_word(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("def connect(address, port):\n    pass\n", "address"), ("self.address = address\n", "address"),
        ("return address.decode()\n", "address"), ("# The address of the server is kept.\n", "address"),
        ('if kind == "address":\n    return None\n', "address"), ("address: str | None = None\n", "address"),
        ("import phonenumbers\n", "phone"), ("let streetView = true;\n", "street"),
    ],
)  # fmt: skip
def test_a_word_of_code(text: str, word: str) -> None:
    assert not at_word(text, word)


def test_capitalised_strings_of_code_are_no_people() -> None:
    text = b'KINDS = ["Left", "Right", "Top", "Bottom"]\n'
    assert not are_people(text, [9, 17, 26, 33])
    assert are_people(b"x = ['Anna Keller', 'Udo Meyer', 'Ines Haas']", [5, 20, 33])


def rows_of(kind: str) -> list[dict[str, object]]:
    """Rows of a kind; those of the last kinds say little but by the names of their columns."""
    rows = data.people(kind, 12, seed=4)
    if kind == "described":
        return [{"full_name": row["name"], "gender": "MF"[n % 2], "age": 30 + n} for n, row in enumerate(rows)]
    if kind == "ill":
        return [{"customer_id": 100 + n, "diagnosis": data.DIAGNOSES[n % 4]} for n, _ in enumerate(rows)]
    return rows


@pytest.mark.parametrize("kind", ["personal", "payment", "health", "government-id", "described", "ill"])
@pytest.mark.parametrize("form", [*data.SOURCES, *data.PRINTED])
def test_the_findings_are_those_of_a_search_in_which_every_word_counts(
    kind: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(kind)
    cell = code(data.SOURCES[form](rows)) if form in data.SOURCES else code("df", stream(data.PRINTED[form][1](rows)))
    for path, raw in (("a.ipynb", as_bytes(notebook(cell))), ("a.py", str(cell["source"]).encode())):
        document = open_document(path, raw)
        fast = list(find_samples(document, signals=signals_in_file(raw)))
        with monkeypatch.context() as patch:
            patch.setattr(word_places, "names_something", lambda *_: True)
            patch.setattr(word_places, "are_people", lambda _, places: len(places) >= 3)
            slow = list(find_samples(document, signals=signals_in_file(raw)))
        assert [(f.rule, f.start, f.end, f.value) for f in fast] == [(f.rule, f.start, f.end, f.value) for f in slow]


@given(
    st.lists(st.sampled_from(["address", " = 1\n", "12345", '"Anna Ostrowska"', " " * 900, "x" * 3000]), max_size=60)
)
def test_values_asked_for_one_after_the_other_are_those_asked_for_alone(pieces: list[str]) -> None:
    raw = "".join(pieces).encode()
    values = Values(raw)
    for place in range(0, len(raw), 501):
        assert values.is_near(place) == Values(raw).is_near(place)
