"""Protects the short way to one line of a notebook: it says what the full reader says, or nothing."""

import json

from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.enclosing import enclosing_string

TEXT = st.text(alphabet=st.sampled_from(list('ab"\\/\n:é€\U0001f600 ')), max_size=20)


@given(before=TEXT, inside=TEXT, after=TEXT, ascii_only=st.booleans())
def test_it_is_the_string_the_byte_lies_in(before, inside, after, ascii_only):
    marked = inside + "MARK" + inside
    raw = json.dumps([before, marked, after], ensure_ascii=ascii_only).encode()
    assert enclosing_string(raw, raw.index(b"MARK"), 1000) == marked


def test_a_key_is_no_text():
    raw = b'{"token" : "value"}'
    assert enclosing_string(raw, raw.index(b"token"), 100) is None
    assert enclosing_string(raw, raw.index(b"value"), 100) == "value"


def test_beyond_the_limit_nothing_is_said():
    raw = b'"' + b"x" * 100 + b'"'
    assert enclosing_string(raw, 50, 20) is None
    assert enclosing_string(raw, 50, 200) == "x" * 100


def test_text_without_quotes_has_no_string():
    assert enclosing_string(b"token = 5", 3, 100) is None
    assert enclosing_string(b'token = 5"', 3, 100) is None
    assert enclosing_string(b'"token = 5\\"', 3, 100) is None
