"""Escapes that JSON doesn't know are found wherever they stand."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.spans import first_invalid_escape


def search(text: str) -> int:
    """The same, one escape after the other, as RFC 8259 (section 7) has them."""
    at = 0
    while at < len(text) - 1:
        if text[at] != "\\":
            at += 1
        elif text[at + 1] in '"\\/bfnrt':
            at += 2
        elif re.fullmatch("u[0-9a-fA-F]{4}", text[at + 1 : at + 6]):
            at += 6
        else:
            return at
    return -1


@given(st.text(alphabet=st.sampled_from('\\\\\\\\"/bnu0aFgx \n')))
def test_the_quick_way_finds_what_a_search_finds(text: str) -> None:
    assert first_invalid_escape(text) == search(text)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", -1),
        ("plain", -1),
        (r"a\n\u00e9\\x", -1),
        (r"a\x", 1),
        (r"\\\x", 2),
        (r"\u12", 0),
        ("a\\", -1),
        ("\\n\\", -1),
    ],
)
def test_where_an_invalid_escape_is(text: str, offset: int) -> None:
    assert first_invalid_escape(text) == offset


@pytest.mark.parametrize("piece", ["\\\\", "\\n", "\\u0041", "a", "\\"])
def test_it_takes_linear_time(piece: str) -> None:
    started = time.process_time()
    first_invalid_escape(piece * 2_000_000)
    assert time.process_time() - started < 2
