"""Positions, there and back."""

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

from nbguard.lsp.lines import Lines

TEXTS = st.lists(st.sampled_from(["a", "é", "🎉", "\n", "\r\n", "\r", "\u2028", "\x0c", "\x85"]), max_size=20).map(
    "".join
)


@given(TEXTS)
def test_every_position_leads_back_to_its_character(text: str) -> None:
    lines = Lines(text)
    for index in range(len(text) + 1):
        if text[index - 1 : index + 1] != "\r\n" or index == 0:
            assert lines.index(lines.position(index)) == index


@given(TEXTS)
def test_only_the_protocols_line_ends_end_lines(text: str) -> None:
    ends = text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert Lines(text).position(len(text)).line == ends


def test_positions_beyond_the_text_are_at_its_ends() -> None:
    lines = Lines("a🎉\r\nb")
    assert lines.index(Position(0, 99)) == 2
    assert lines.index(Position(0, 2)) == 1  # in the middle of a character
    assert lines.index(Position(9, 0)) == 5
    assert lines.index_in_units(3) == 2
