"""Base64 that a text announces is decoded with the place of each byte, whatever stands around it."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.packed_text import ending_for, is_of_picture, packed_literals, packed_texts, unpack
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


PLAIN = "password = hT7kk2LqP9w and more\n" * 3
RUN = b64(PLAIN)
WRAPPED = "\n  ".join(RUN[at : at + 76] for at in range(0, len(RUN), 76))
# A text with W in the place of the base64, and the name of what is in it.
ANNOUNCED = [
    ("x = 'data:text/plain;base64,W'", ""),
    ("x = 'data:text/html;charset=utf-8;base64,W'", "data.html"),
    ("x = 'DATA:Application/JSON;BASE64,W'", "data.json"),
    ("base64.b64decode('W')", ""),
    ('base64.decodebytes(b"""W""")', ""),
    ("$x = base64_decode( 'W' );", ""),
    ('x = base64decode("W")', ""),
    ('[Convert]::FromBase64String("W")', ""),
    ("atob(`W`)", ""),
    ("Buffer.from('W', 'base64')", ""),
    ("key: !!binary W", ""),
    ("key: !!binary |-\n  L\n", ""),
    ("powershell -enc W", ""),
    ("powershell -EncodedCommand 'W'", ""),
    ("echo W | base64 -d", ""),
    ("printf 'W' | base64 --decode", ""),
    ("base64 -d <<< 'W'", ""),
    ("kind: Secret\ndata:\n  my.key: W\n", "my.key"),
    ('{"kind": "Secret", "data": {"a.py": "W"}}', "a.py"),
    ('{"name": "x", "encoding": "base64", "content": "W"}', "content"),
]


@pytest.mark.parametrize(("text", "name"), ANNOUNCED)
def test_each_way_to_say_it_is_known(text: str, name: str) -> None:
    """The text, its name, where it stands; and a literal that stands there too, for whoever screens raw bytes."""
    before, sign, after = text.partition("W" if "W" in text else "L")
    whole = before + (RUN if sign == "W" else WRAPPED) + after
    for lead in ("", "é 😀\n"):
        (packed,) = packed_texts(lead + whole)
        assert (packed.raw, packed.name) == (PLAIN.encode(), name)
        start = len(lead + before)
        assert (packed.start, packed.end) == (start, start + len(RUN if sign == "W" else WRAPPED))
    literals = [literal for literal, _, _ in packed_literals() if literal in whole.lower()]
    assert literals
    patterns = [(pattern, behind) for literal, pattern, behind in packed_literals() if literal in literals]
    assert any(re.search(pattern, whole) for pattern, _ in patterns if pattern) or any(
        re.search(literal + behind, whole.lower()) for literal, _, behind in packed_literals() if behind
    )


@pytest.mark.parametrize(
    "text",
    [
        "kind: ConfigMap\nx: W\n", "encoding: utf-8\nx: W\n", "x = 'W'", "decode('W')", "data:;base32,W", "xenc W",
        "base64 -d W", "kind: Secret\nx: short\n", "kind: Secret\nx: nobase64!W\n",
    ],
)  # fmt: skip
def test_what_nothing_says_of_is_left_alone(text: str) -> None:
    assert list(packed_texts(text.replace("W", RUN))) == []


def test_signs_of_addresses_and_of_json_are_those_of_base64() -> None:
    raw = "secret ???>>> ~~~ ÿÿ? " * 4
    run = b64(raw)
    assert "+" in run
    assert "/" in run
    for written in (
        run.replace("+", "-").replace("/", "_"), run.replace("/", "\\/"), run.rstrip("="),
        run.replace("+", "%2B").replace("/", "%2f").replace("=", "%3D"),
    ):  # fmt: skip
        (packed,) = packed_texts(f"x = 'data:;base64,{written}'")
        assert packed.raw == raw.encode()
        assert packed.end - packed.start >= len(written) - 6
        # Where a sign takes three characters, the places of single bytes aren't told.
        assert bool(packed.lines) is ("%" not in written and "\\" not in written)


@pytest.mark.parametrize("data", [b"\0\1\2" * 20, b"\xfd\xfe\xff" * 20, bytes(range(1, 60))])
def test_what_is_no_text_is_left_out(data: bytes) -> None:
    assert list(packed_texts(f"data:;base64,{base64.b64encode(data).decode()}")) == []


def test_text_in_another_encoding_is_text() -> None:
    for encoding in ("utf-16-le", "utf-16", "latin-1"):
        raw = ("plain words and more words of them, and é; " * 3).encode(encoding)
        (packed,) = packed_texts(f"data:;base64,{base64.b64encode(raw).decode()}")
        assert packed.raw == raw


def test_an_attachment_is_nothing_but_base64() -> None:
    packed = unpack(f" {RUN}\n", "a.txt")
    assert packed is not None
    assert (packed.raw, packed.name, packed.start, packed.end) == (PLAIN.encode(), "a.txt", 1, len(RUN) + 1)
    for other in (f"{RUN} and words", "", "short", PLAIN):
        assert unpack(other, "a.txt") is None


@pytest.mark.parametrize(
    ("before", "picture"),
    [
        ("x data:image/png", True), ("DATA:FONT/woff2;a=b", True), ("data:audio/x", True), ("data:text/html", False),
        ("data:image/svg+xml", False), ("data:", False), ("image/png, data:", False),
    ],
)  # fmt: skip
def test_a_picture_is_told_by_what_stands_before(before: str, picture: bool) -> None:
    assert is_of_picture(before) is picture


@pytest.mark.parametrize(
    ("mime", "ending"), [("text/html", ".html"), ("text/x-python", ".py"), ("text/xml", ".xml"), ("text/plain", "")]
)
def test_a_media_type_has_an_ending(mime: str, ending: str) -> None:
    assert ending_for(mime) == ending
