"""Tables that blanks keep aligned, cells of HTML, and series: each value under the name of its column."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.structure.pair_reader import read_pairs

_FRAME = pd.DataFrame(
    {"user": ["ann.k", "bob", "cleo.p"], "pass word": ["hV8xQ2mLp0Zt", "aa9dKq21LmzX", "x"], "n": [1, 22, 333]}
)


def _columns(text: str, hint: str = "") -> list[tuple[str, str]]:
    pairs = [pair for pair in read_pairs(text, hint, wanted=lambda name: "pass" in name) if pair.form == "column"]
    assert all(text[pair.start : pair.end] == pair.value for pair in pairs)
    assert all(text[pair.name_start : pair.name_end].startswith(pair.name) for pair in pairs)
    return [(pair.name, pair.value) for pair in pairs]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        (_FRAME.to_string(), ""),
        (_FRAME.to_string(index=False), ""),
        (_FRAME.to_string(justify="left"), ""),
        (_FRAME.to_html(), "html"),
        (_FRAME.to_html(index=False).replace("\n", ""), "html"),
    ],
)
def test_each_row_of_a_frame_is_read(text: str, hint: str) -> None:
    assert _columns(text, hint) == [("pass word", value) for value in _FRAME["pass word"]]


def test_what_psql_mysql_and_a_series_print_is_read() -> None:
    psql = " user  | password\n-------+--------------\n ann   | hV8xQ2mLp0Zt\n(1 row)\n"
    mysql = (
        "+------+--------------+\n| user | password     |\n+------+--------------+\n| ann  | hV8xQ2mLp0Zt |\n+------+\n"
    )
    series = "0    hV8xQ2mLp0Zt\n1    aa9dKq21LmzX\nName: password, dtype: object"
    assert _columns(psql) == [("password", "hV8xQ2mLp0Zt")]
    assert _columns(mysql) == [("password", "hV8xQ2mLp0Zt")]
    assert sorted(_columns(series)) == [("password", "aa9dKq21LmzX"), ("password", "hV8xQ2mLp0Zt")]


@pytest.mark.parametrize(
    "text",
    [
        "    password\n\nhV8xQ2mLp0Zt",
        "1  password  2\n3  hV8xQ2mL  4",
    ],
)
def test_what_is_no_column_is_none(text: str) -> None:
    assert _columns(text) == []


@given(st.text(alphabet="ab \t\n|.-pas1", max_size=200))
def test_any_text_is_read_within_it(text: str) -> None:
    _columns(text)
