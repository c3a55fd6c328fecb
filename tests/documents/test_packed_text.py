"""Base64 that a text announces is decoded with the place of each byte, whatever stands around it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.packed_text import packed_texts
from tests.growth import assert_linear


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def decoded(signs: str, shift: int) -> bytes:
    """What signs of base64 say that begin at a place modulo 4; whatever stands beside them."""
    run = "A" * shift + "".join(signs.split())
    return base64.b64decode(run + "A" * (-len(run) % 4))


@pytest.mark.parametrize("mime", ["image/png", "font/woff2", "application/pdf", "audio/wav"])
def test_pictures_and_the_like_are_left_alone(mime: str) -> None:
    assert not list(packed_texts(f"<img src='data:{mime};base64,{b64('password = 1234567890abcdef')}'>"))


@given(st.text(), st.sampled_from(["data:;base64,", "kind: Secret\nx: ", "b64decode('", "!!binary |\n  "]), st.binary())
def test_any_text_is_taken(before: str, announcement: str, data: bytes) -> None:
    text = before + announcement + base64.encodebytes(data).decode() + before
    for packed in packed_texts(text):
        assert 0 <= packed.start < packed.end <= len(text)
        start, end = packed.span_of(0, len(packed.raw))
        assert packed.start <= start < end <= packed.end


@given(st.binary(min_size=1, max_size=400), st.integers(0, 400), st.integers(1, 400))
def test_a_span_holds_the_base64_of_its_bytes(data: bytes, first: int, length: int) -> None:
    raw = b"text: " + data.hex().encode() + b" end"
    first = min(first, len(raw) - 1)
    last = min(len(raw), first + length)
    text = f"!!binary |\n  {base64.encodebytes(raw).decode()}"
    (packed,) = packed_texts(text)
    start, end = packed.span_of(first, last)
    assert raw[first:last] in decoded(text[start:end], first * 4 // 3 % 4)


def test_time_stays_linear() -> None:
    piece = f"data:text/plain;base64,{b64('password = 1')} "
    for text in (piece, "data:;base64,", "kind: Secret\n a: ", "A" * 60 + "\n", "b64decode('" + "A" * 40):
        whole = "kind: Secret\n" + text * (400_000 // len(text))
        assert_linear(lambda size, whole=whole: list(packed_texts(whole[:size])), len(whole) // 8, text)
