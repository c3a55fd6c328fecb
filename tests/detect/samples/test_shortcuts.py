"""Shortcuts of the sample detector: what is passed over could not have been anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.pii.national_ids import CONTEXT
from nbguard.detect.samples.single_values import _BEFORE, _ID, _words_for_ids
from nbguard.detect.samples.sizes import _PICTURE, _behind
from nbguard.detect.samples.user_traces import _IN_IP, _IN_MAC, _IP, _MAC
from nbguard.tables import delimited
from nbguard.tables.delimited import tables_of_lines
from nbguard.tables.large_texts import _is_drawn_or_indexed, has_long_run
from nbguard.tables.signals import Signals

_WORDS = ["national id", " card", "id card", "NIE", "ssn", "social_security", "nhs", "ſsn", "identity no"]
_NUMBERS = ["12345678", "078 05 1120", "X1234567L", "AB12 CD34", "123", "85.07.30-033.28", "1 2 3 4 5 6 7 8"]
_PIECES = st.sampled_from([*_WORDS, *_NUMBERS, "\n", " ", ": ", "_", "-", "é", "x" * 30, "\n\n", " of the person "])


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_the_words_before_numbers_are_those_of_the_whole_text(text):
    def with_number(words):
        numbers = ((word.span(), _ID.search(text, word.end(), word.end() + _BEFORE)) for word in words)
        return [(span, number.span()) for span, number in numbers if number is not None]

    assert with_number(_words_for_ids(text)) == with_number(CONTEXT.finditer(text))


_CELLS = [
    "a",
    "b  c",
    "  d",
    "e |",
    "+---+",
    "1  2.5",
    "│x│y│",
    "\\n",
    "\n",
    "\n",
    "\t  ",
    "| 1 | 2 |\n",
    "  3  4  5\n",
]


@given(st.lists(st.sampled_from(_CELLS), max_size=40).map("".join), st.integers(1, 60))
def test_no_long_table_stands_in_a_text_without_a_long_run(text, least):
    found = tables_of_lines(text, Signals(range(1 << 40), True, b""))
    long = [table for table in found if _is_drawn_or_indexed(table) and table.end - table.start >= least]
    assert has_long_run(text, least) or not long


def test_a_drawn_table_is_a_long_run_and_a_program_is_none():
    assert has_long_run("x = 1\n" * 9 + "| 1 | 2 |\n" * 40 + "y = 2\n" * 9, 300)
    assert not has_long_run("    x = 1\n" * 200, 300)


@given(st.lists(st.sampled_from(['"', "\\", "\\n", "a", "[", "]", ",", " ", ": "]), max_size=20).map("".join))
def test_a_picture_ends_where_its_json_does(rest):
    for mark in ('"image/png": ', '"image/png": "', '"image/png"'):
        raw = (mark + rest).encode()
        picture = _PICTURE.match(raw)
        assert _behind(raw, 0) == (picture.end() if picture else 1)


@given(st.from_regex(re.compile(_IP.pattern)) | st.from_regex(re.compile(_MAC.pattern)))
def test_every_address_holds_what_is_looked_for_first(text):
    assert not _IP.search(text) or _IN_IP.search(text)
    assert not _MAC.search(text) or any(part.search(text) for part in _IN_MAC)


_ROWS = ["a", "Anna", ",", ",", ";", "\n", "\n", "\\n", '"', "'", " ", "\t", "1,2\n", "x;y;z\n"]


@given(st.lists(st.sampled_from(_ROWS), max_size=40).map("".join))
def test_lines_that_are_counted_only_would_have_been_no_table(text):
    everywhere = Signals(range(1 << 40), True, b"")
    found = list(tables_of_lines(text, everywhere))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_may_be_table", lambda *_: True)
        assert list(tables_of_lines(text, everywhere)) == found
