"""What is counted in blocks is what is counted one by one, whatever the size of the blocks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbguard.documents import positions
from nbguard.documents.decode import decode
from nbguard.documents.positions import LineIndex, byte_span, forget_texts
from nbguard.documents.reading import open_document

TEXTS = st.text(st.sampled_from("ab\néß漢😀"), max_size=60)


@pytest.fixture(autouse=True, scope="module")
def small_blocks():
    """Blocks of a few characters, so that texts of any size have many seams."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(positions, "_BLOCK", 7)
        forget_texts()
        yield
    forget_texts()


@given(TEXTS)
def test_lines_and_columns(text: str) -> None:
    index, in_bytes = LineIndex(text), LineIndex(text.encode())
    for at in range(len(text) + 1):
        lines = text[:at].split("\n")
        units = len(lines[-1].encode("utf-16-le")) // 2 + 1
        assert index.line(at) == len(lines)
        assert index.line_start(at) == at - len(lines[-1])
        assert index.place(at) == (len(lines), len(lines[-1]) + 1)
        assert index.place_in_units(at) == (len(lines), units)
        at_byte = len(text[:at].encode())
        assert in_bytes.line(at_byte) == len(lines)
        assert in_bytes.line_start(at_byte) == at_byte - len(lines[-1].encode())
        assert in_bytes.place_in_units(at_byte) == (len(lines), units)


@given(TEXTS.filter(bool), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_bytes_of_a_text_file(text: str, encoding: str) -> None:
    document = open_document("a.txt", text.encode(encoding))
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)
    mark = len("".encode(encoding))
    if [part.form for part in document.parts] != ["text"]:
        return  # so short that it looks like another encoding
    (field,) = decode(document, document.parts[0])
    if field.text != text:
        return
    for start, end in itertools.combinations_with_replacement(range(len(text) + 1), 2):
        first, last = byte_span(document, field, start, end)
        assert first == mark + len(text[:start].encode(plain))
        assert document.raw[first:last].decode(plain) == text[start:end]


@given(st.lists(st.text(st.sampled_from("abcé漢"), min_size=1, max_size=4), min_size=2, max_size=12))
def test_bytes_of_a_text_that_nuls_tear_apart(words: list[str]) -> None:
    raw = b"key\0word" + b"\0\0".join(word.encode() for word in words) + b"\0x"
    document = open_document("a.py", raw)
    text = "keyword" + "".join(words) + "x"
    assert [part.form for part in document.parts] == ["bytes"]
    (field,) = decode(document, document.parts[0])
    assert field.text == text
    behind = 0
    for at, character in enumerate(text):
        first, last = byte_span(document, field, at, at + 1)
        assert raw[first:last].replace(b"\0", b"") == character.encode()
        assert raw[behind:first].strip(b"\0") == b""
        behind = last
