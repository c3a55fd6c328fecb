"""Words are found in decoded texts by one pass, with the offsets of the text."""

from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.word_search import WordSearch

WORDS = ("token", "api_key", "key", "_key=", 'key"')
SEARCH = WordSearch(WORDS)


@given(
    st.lists(st.sampled_from((*WORDS, "TOKEN", "Api_Key", "é", "\U0001f511", "\udc80", " ", "\n", "to", "ken")))
    .map("".join)
    .map(lambda text: text * 3)
)
def test_every_word_is_found_where_it_stands_in_the_text(text: str) -> None:
    expected = [
        (start, start + len(word), number)
        for number, word in enumerate(WORDS)
        for start in range(len(text))
        if text[start : start + len(word)].lower() == word
    ]
    assert SEARCH.places_in(text) == sorted(expected)


def test_a_long_text_gives_the_same_as_its_pieces() -> None:
    piece = "the Token and the 'api_key' é\n"
    search = WordSearch(WORDS)
    alone = [(start, end, word) for start, end, word in search.places_in(piece)]
    many = search.places_in(piece * 5_000)
    assert len(many) == 5_000 * len(alone)
    assert [tuple(place) for place in many[-len(alone) :]] == [
        (start + 4_999 * len(piece), end + 4_999 * len(piece), word) for start, end, word in alone
    ]
