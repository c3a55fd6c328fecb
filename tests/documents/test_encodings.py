"""Which encoding a file is in, by its mark or by its first bytes, as Unicode's own chapter on marks has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents.decode import decode, decode_text, encoding_of
from nbguard.documents.reading import open_document

MARKS = {
    "utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\0\0", "utf-32-be": b"\0\0\xfe\xff",
}  # fmt: skip
TEXTS = st.text(st.sampled_from("aZ 09=\"'\r\n\té漢Ж😀"), max_size=80)


@pytest.mark.parametrize("encoding", MARKS)
@given(text=TEXTS)
def test_a_true_mark_is_believed_and_is_no_text(encoding: str, text: str) -> None:
    raw = MARKS[encoding] + text.encode(encoding)
    assert encoding_of(raw) == (encoding, len(MARKS[encoding]))
    assert decode_text(raw) == text


@given(
    st.text(st.sampled_from("aZ 09=\"'\r\n\t"), min_size=4, max_size=80), st.sampled_from(["utf-16-le", "utf-16-be"])
)
def test_plain_text_in_two_bytes_needs_no_mark(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    assert encoding_of(raw) == (encoding, 0)
    assert decode_text(raw) == text
    assert encoding_of(raw[:6]) == ("utf-8", 0), "three characters are too few to tell"


@given(st.binary(max_size=60).filter(lambda raw: b"\0" not in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff"))))
def test_all_else_is_utf_8_and_no_byte_is_lost(raw: bytes) -> None:
    mark = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    assert encoding_of(raw) == ("utf-8", mark)
    assert decode_text(raw).encode("utf-8", "surrogateescape") == raw[mark:]


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe" + b"plain words in one byte each",
        b"\xfe\xff" + b"plain words in one byte each",
        b"\0\0\xfe\xff" + b"plain words",
        b"a\0b\0\x01\0c\0d\0",
        b"\0a\0b\0c\xff\0d",
        b"ab\0cdefgh",
    ],
)
def test_a_mark_that_what_follows_belies_counts_for_nothing(raw: bytes) -> None:
    assert encoding_of(raw) == ("utf-8", 0)


def test_a_mark_of_utf_32_before_what_is_none_may_be_one_of_utf_16() -> None:
    """Its first half is UTF-16's mark; a NUL behind it is a character of such a text."""
    raw = b"\xff\xfe" + "\0abcd".encode("utf-16-le")
    assert encoding_of(raw)[0] == "utf-16-le"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_notebook_in_another_encoding_is_a_text_with_the_reason(encoding: str) -> None:
    text = '{"cells": [], "metadata": {}, "nbformat": 4}'
    document = open_document("a.ipynb", text.encode(encoding))
    assert (document.kind, document.language) == ("text", "json")
    assert document.problem
    assert (document.path, document.raw) == ("a.ipynb", text.encode(encoding))
    assert "".join(field.text for part in document.parts for field in decode(document, part)) == text
    assert {part.where for part in document.parts} == {"file"}
