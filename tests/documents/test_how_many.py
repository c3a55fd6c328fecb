"""Protects that a number and its word agree, wherever something is counted."""

import pytest

from nbguard.documents.how_many import how_many


@pytest.mark.parametrize(
    ("number", "one", "said"),
    [
        (0, "token", "0 tokens"), (1, "token", "1 token"), (2, "token", "2 tokens"), (1, "entry", "1 entry"),
        (3, "baseline entry", "3 baseline entries"), (2, "branch", "2 branches"), (4, "more place", "4 more places"),
    ],
)  # fmt: skip
def test_a_number_and_its_word_agree(number, one, said):
    assert how_many(number, one) == said
