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


def test_a_packed_text_says_its_name_and_its_places() -> None:
    """By lines, with what stands before each; and shows none of it."""
    plain = "password = 1234567890abcdef; " * 5
    run = b64(plain)
    lines = [run[at : at + 76] for at in range(0, len(run), 76)]
    before = "a: !!binary |\n  "
    text = before + "\n  ".join(lines) + "\n"
    (packed,) = packed_texts(text)
    assert (packed.raw, packed.start, packed.end) == (plain.encode(), len(before), len(text) - 1)
    assert packed.lines == tuple((len(before) + 79 * number, 76 * number) for number in range(len(lines)))
    assert repr(packed) == f"PackedText('', {len(before)}-{len(text) - 1})"
    assert packed._replace(lines=()).span_of(0, 1) == (packed.start, packed.end)


def test_the_name_of_what_is_in_a_data_uri_is_by_its_mime_type() -> None:
    uri = f"data:application/json;base64,{b64('{' + chr(34) + 'password' + chr(34) + ': 12345678}')}"
    (packed,) = packed_texts(f"x = '{uri}'")
    assert packed.name.endswith("json")
    assert packed.raw.startswith(b'{"password"')
