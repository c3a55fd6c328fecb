"""The strings that a few offsets stand in are those that a walk through the whole JSON value finds."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.decode import decode, strings_at
from nbguard.documents.fields import Document, Part

TEXTS = st.text(alphabet='ab"\\{}[]:, \né\U0001f600', max_size=8)
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(), st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=15,
)


def opened(raw: bytes) -> tuple[Document, Part]:
    part = Part("output", None, "data", "application/json", "json", 3, len(raw) + 3)
    return Document("a.ipynb", b"..." + raw, "notebook", "python", (part,)), part


@given(VALUES, st.booleans(), st.data())
def test_a_string_is_found_by_any_offset_in_it(value: object, ascii_only: bool, data: st.DataObject) -> None:
    """In order, each once; escapes, quotes and brackets in strings change nothing."""
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    document, part = opened(raw)
    strings = {(field.part.start, field.part.end): field.text for field in decode(document, part)}
    chosen = sorted(data.draw(st.sets(st.sampled_from(sorted(strings)))) if strings else set())
    # The opening quote is in the string, the place behind the closing one isn't.
    offsets = [data.draw(st.integers(start, end - 1)) for start, end in chosen]
    found = [(field.part.start, field.part.end, field.text) for field in strings_at(document, part, offsets)]
    assert found == [(*span, strings[span]) for span in chosen]


def test_a_key_leads_to_its_string() -> None:
    """The word that names a value stands in the key; numbers and lists behind a key are no strings."""
    raw = b'{"patient" : "Anna Keller", "age": 12, "list": ["x"], "b": "y"}'
    document, part = opened(raw)

    def at(text: bytes) -> int:
        return raw.index(text) + 3

    for offset in (at(b'"patient'), at(b"atient"), at(b'" :'), at(b' : "A')):
        (field,) = strings_at(document, part, [offset])
        assert (field.key, field.text) in (("patient", "Anna Keller"), ("", "Anna Keller"))
    assert list(strings_at(document, part, [at(b"age"), at(b"12"), at(b"list")])) == []
    assert [field.text for field in strings_at(document, part, [at(b"age"), at(b"x"), at(b"b")])] == ["x", "y"]


def test_a_key_that_is_long_enough_for_a_token_is_a_string_itself() -> None:
    raw = b'{"Anna Keller, Ute Beck": 12, "short": {"Jan Kowal, Ute Beck": "x"}}'
    document, part = opened(raw)
    found = list(strings_at(document, part, [raw.index(b"Keller") + 3, raw.index(b"Kowal") + 3]))
    assert [field.text for field in found] == ["Anna Keller, Ute Beck", "Jan Kowal, Ute Beck", "x"]
