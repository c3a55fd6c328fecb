"""Packet lines as git writes them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.repository.pktline import format_content, format_list, read_content, read_list


def test_lines_are_written_with_their_length_in_four_hexadecimal_digits() -> None:
    # The example of gitprotocol-common: "a\n" is 0006a\n.
    assert format_list("a", "foobar") == b"0006a\n000bfoobar\n0000"
    assert read_list(io.BytesIO(b"0006a\n000bfoobar\n0000rest")) == ["a", "foobar"]


@given(st.integers(0, 200_000), st.binary(max_size=50))
def test_content_of_any_length_comes_back(size: int, tail: bytes) -> None:
    content = b"x" * size + tail
    packets = format_content(content)
    assert read_content(io.BytesIO(packets)) == content
    at = 0
    while (length := int(packets[at : at + 4], 16)) != 0:
        assert 4 < length <= 65520
        at += length


@pytest.mark.parametrize("cut", [b"", b"00", b"0006a", b"0006a\n"])
def test_a_stream_that_ends_too_soon_is_noticed(cut: bytes) -> None:
    with pytest.raises(EOFError):
        read_list(io.BytesIO(cut))


def test_names_that_are_not_utf_8_survive() -> None:
    assert read_list(io.BytesIO(format_list(b"pathname=\xff".decode("utf-8", "surrogateescape")))) == [
        "pathname=\udcff"
    ]
