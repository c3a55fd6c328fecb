"""Positions: the same answers as counting from the top, in a time that doesn't grow with the file."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.decode import decode
from nbguard.documents.edits import replace
from nbguard.documents.positions import LineIndex, byte_span, stretch_of
from nbguard.documents.reading import open_document
from tests.growth import assert_linear
from tests.notebook_builder import as_bytes, code, error, notebook

PIECES = st.lists(
    st.sampled_from(["a", "é", "読", "😀", "\n", '"', "\\", "\t", "x" * 600, "é" * 700, "\ud800", "\r\n"])
)


@settings(deadline=None)
@given(PIECES.map("".join), st.data())
def test_lines_and_columns_are_those_of_counting(text, data):
    index = data.draw(st.integers(0, len(text)))
    before = text[:index].split("\n")
    assert LineIndex(text).place(index) == (len(before), len(before[-1]) + 1)
    units = len(before[-1].encode("utf-16-le", "surrogatepass")) // 2
    assert LineIndex(text).place_in_units(index) == (len(before), units + 1)


def test_blocks_join_without_a_seam():
    """Every place around the borders of blocks, in text and in bytes, where characters straddle them."""
    text = ("ab😀é\n" * 9000) + "x" * 40000 + "\n読" * 3
    raw = text.encode()
    for index in [*range(16370, 16400), *range(32755, 32780), *range(len(text) - 20000, len(text), 997)]:
        before = text[:index].split("\n")
        expected = len(before), len(before[-1].encode("utf-16-le")) // 2 + 1
        assert LineIndex(text).place_in_units(index) == expected
        assert LineIndex(raw).place_in_units(len(text[:index].encode())) == expected


@settings(deadline=None)
@given(PIECES.map("".join), st.booleans(), st.sampled_from([None, 1]), st.booleans(), st.data())
def test_the_bytes_of_a_stretch_are_its_characters(text, ascii_only, indent, as_list, data):
    """Decoded again as JSON, the bytes are the characters that were asked for."""
    text = text.replace("\ud800", "" if not ascii_only else "\ud800")
    cell = code(text) if as_list else {**code(""), "source": text}
    document = open_document("a.ipynb", as_bytes(notebook(cell), indent, ascii_only))
    fields = [field for part in document.parts if part.where == "source" for field in decode(document, part)]
    if not fields or not fields[0].text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    line_end = text.find("\n", start)
    end = data.draw(st.integers(start + 1, len(text) if line_end < 0 or not as_list else line_end + 1))
    first, last = byte_span(document, fields[0], start, end)
    assert json.loads(b'"' + document.raw[first:last] + b'"') == text[start:end]


def test_frames_are_joined_by_a_line_break_that_is_nowhere_in_the_file():
    document = open_document("a.ipynb", as_bytes(notebook(code("x", error("E", "v", "one", "two")))))
    part = next(part for part in document.parts if part.form == "frames")
    field = next(decode(document, part))
    at = field.text.index("two")
    first, last = byte_span(document, field, at, at + 3)
    assert document.raw[first:last] == b"two"
    first, last = byte_span(document, field, 0, 3)
    assert document.raw[first:last] == b"one"


def test_a_byte_order_mark_is_no_column():
    raw = as_bytes(notebook(code("token")), None)
    for mark in (b"", b"\xef\xbb\xbf"):
        document = open_document("a.ipynb", mark + raw)
        part = next(part for part in document.parts if part.where == "source")
        stretch = stretch_of(document, next(decode(document, part)), 0, 5)
        assert (stretch.line, stretch.column) == (1, raw.index(b"token") + 1)


@pytest.mark.slow
@pytest.mark.parametrize("as_list", [True, False])
def test_thousands_of_questions_about_a_large_file_are_quick(as_list):
    """Counting from the top for each of these took minutes."""

    def ask_all(lines: int) -> None:
        text = ("x é \\ " * 80 + "\n") * lines
        cell = code(text) if as_list else {**code(""), "source": text.replace("\n", " ")}
        document = open_document("a.ipynb", as_bytes(notebook(cell), None))
        field = next(field for part in document.parts if part.where == "source" for field in decode(document, part))
        for at in range(0, len(field.text) - 10, 1000):
            stretch_of(document, field, at, at + 10)

    assert_linear(ask_all, 1000)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_bytes_of_a_large_text_file_are_where_its_characters_are(encoding: str) -> None:
    """Offsets are counted in blocks: before, at and after their borders they are what encoding the text says."""
    text = "aé漢😀\n" * 9000 + "end"
    raw = text.encode(encoding)
    document = open_document("a.txt", raw)
    (field,) = decode(document, document.parts[0])
    mark = len("".encode(encoding))
    plain = "utf-16-le" if encoding == "utf-16" else "utf-8"
    for at in (0, 3, 16383, 16384, 16385, 32768, 40_001, len(text) - 1):
        first, last = byte_span(document, field, at, at + 1)
        assert first == mark + len(text[:at].encode(plain))
        assert raw[first:last].decode(plain) == text[at]


@pytest.mark.slow
def test_many_edits_cost_no_more_than_their_number() -> None:
    """Each edit used to look at every line of the cell."""

    def work(size: int) -> None:
        document = open_document("a.ipynb", as_bytes(notebook(code("x = 1\n" * size))))
        part = next(part for part in document.parts if part.where == "source")
        (field,) = decode(document, part)
        for number in range(size):
            replace(document, field, 6 * number + 4, 6 * number + 5, "2")

    assert_linear(work, 500)
