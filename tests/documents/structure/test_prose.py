"""Sentences are read line by line, and say what they say in the whole text."""

from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.structure.pair import Pair
from nbguard.documents.structure.prose import read_prose

PIECES = (
    "the", "my", "api key", "Token", "password", "is", ":", "->", "=", "`abc123def456`", "\n", "\n\n",
    "x1y2z3w4x5y6z7q8", "<bob>", "for the lab", "**", " ", "\t", "\r\n", "credential-", "is:", "[10:00] ann:",
)  # fmt: skip
FILLER = "Nothing is said in this line, nor in the next one\n"


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_what_a_text_says_does_not_hang_on_how_much_stands_around_it(text: str) -> None:
    # A short text is read as one piece, a long one by the lines that have a word in them.
    lead = FILLER * 20
    # Behind both stands the same line: a value may be on it.
    short = list(read_prose(f"{text}\n{FILLER}"))
    long = list(read_prose(f"{lead}{text}\n{lead}"))
    assert [_moved(pair, len(lead)) for pair in short if len(text) < 300 and pair.end <= len(text)] == [
        pair for pair in long if len(text) < 300 and pair.end <= len(lead) + len(text)
    ]


def _moved(pair: Pair, by: int) -> Pair:
    return pair._replace(
        start=pair.start + by, end=pair.end + by, name_start=pair.name_start + by, name_end=pair.name_end + by
    )
