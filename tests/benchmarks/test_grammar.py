"""The texts that a regex's grammar makes."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.grammar import Grammar


@pytest.mark.parametrize(
    "pattern",
    [r"AKIA[0-9A-Z]{16}", r"(?i)(?:token|key)\s{0,3}[=:]\s?([\w.-]{8,40})", r"(['\"])x+\1", r"[^a-z]{3}(?=;);"],
)
@given(seed=st.integers(0, 10_000))
def test_the_first_piece_is_a_match(pattern: str, seed: int) -> None:
    pieces = Grammar(pattern, random.Random(seed)).pieces()
    assert re.search(pattern, pieces[0])
    assert any(not re.fullmatch(pattern, piece) for piece in pieces[1:])


def test_what_is_no_regex_is_refused() -> None:
    with pytest.raises(re.error):
        Grammar("(", random.Random(1))
