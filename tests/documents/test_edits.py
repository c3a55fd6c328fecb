"""Protects the rule that an edit changes nothing but its own characters."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.decode import decode
from nbguard.documents.edits import apply, replace
from nbguard.documents.fields import Edit
from nbguard.documents.positions import byte_span, line_index
from nbguard.documents.reading import open_document
from tests.notebook_builder import as_bytes, notebook

TEXT = st.text(alphabet=st.sampled_from(list("ab\"\\/\n\té€\U0001f600\u2028'")), max_size=30)
LINES = st.lists(TEXT, max_size=5)


def source_of(raw: bytes) -> str:
    source = json.loads(raw.removeprefix(b"\xef\xbb\xbf"))["cells"][0]["source"]
    return source if isinstance(source, str) else "".join(source)


def open_source(source, indent, ascii_only, newline, bom):
    cell = {"cell_type": "raw", "metadata": {}, "source": source}
    raw = bom + as_bytes(notebook(cell), indent, ascii_only).replace(b"\n", newline)
    document = open_document("a.ipynb", raw)
    part = next(part for part in document.parts if part.where == "source")
    return document, next(iter(decode(document, part)), None)


@settings(max_examples=400, deadline=None)
@given(
    source=st.one_of(TEXT, TEXT.map(lambda text: text.splitlines(keepends=True)), LINES),
    new=TEXT,
    indent=st.sampled_from([None, 1, 4]),
    ascii_only=st.booleans(),
    newline=st.sampled_from([b"\n", b"\r\n"]),
    bom=st.sampled_from([b"", b"\xef\xbb\xbf"]),
    data=st.data(),
)
def test_replacing_in_a_source_is_replacing_in_its_text(source, new, indent, ascii_only, newline, bom, data):
    document, field = open_source(source, indent, ascii_only, newline, bom)
    if field is None or field.part.form == "json":  # an empty list of lines holds no field
        return
    start = data.draw(st.integers(0, len(field.text)))
    end = data.draw(st.integers(start, len(field.text)))
    edit = replace(document, field, start, end, new)
    changed = apply(document.raw, [edit])
    assert source_of(changed) == field.text[:start] + new + field.text[end:]
    assert changed[: edit.start] == document.raw[: edit.start]
    assert changed[edit.start + len(edit.replacement) :] == document.raw[edit.end :]


@settings(max_examples=300, deadline=None)
@given(text=TEXT, ascii_only=st.booleans())
def test_offsets_are_where_the_characters_begin(text, ascii_only):
    document, field = open_source(text, 1, ascii_only, b"\n", b"")
    for index in range(len(text)):
        start, end = (byte_span(document, field, at, at)[0] for at in (index, index + 1))
        assert json.loads(b'"' + document.raw[start:end] + b'"') == text[index]


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40), new=st.text(max_size=10), bom=st.booleans(), data=st.data())
def test_replacing_in_a_text_file(text, new, bom, data):
    # A text in which NULs tear words apart isn't written into.
    text, new = text.replace("\r", "").replace("\0", ""), new.replace("\r", "")
    raw = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    if not bom and raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return
    document = open_document("a.txt", raw)
    (field,) = decode(document, document.parts[0])
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    changed = apply(raw, [replace(document, field, start, end, new)])
    assert changed.decode("utf-8-sig" if bom else "utf-8") == text[:start] + new + text[end:]


def test_new_lines_follow_the_file():
    document = open_document("a.py", b"a\r\nb\r\n")
    (field,) = decode(document, document.parts[0])
    assert apply(document.raw, [replace(document, field, 0, 0, "import x\n")]) == b"import x\r\na\r\nb\r\n"


def test_inserted_lines_become_elements_laid_out_as_their_neighbours():
    document, field = open_source(["a\n", "b\n", "c"], 1, False, b"\n", b"")
    changed = apply(document.raw, [replace(document, field, 0, 0, "new\n")])
    assert json.loads(changed)["cells"][0]["source"] == ["new\n", "a\n", "b\n", "c"]
    assert b'    "new\\n",\n    "a\\n",\n' in changed


def test_a_line_that_is_cut_in_two_becomes_two_elements():
    document, field = open_source(["one = 1\n", "two = 2"], 1, False, b"\n", b"")
    for start, end, new, lines in (
        (0, 3, "a\n", ["a\n", " = 1\n", "two = 2"]),
        (0, 8, "a\n", ["a\n", "two = 2"]),
        (0, 8, "a\nb\n", ["a\n", "b\n", "two = 2"]),
        (8, 11, "a\nb", ["one = 1\n", "a\n", "b = 2"]),
        (15, 15, "\n", ["one = 1\n", "two = 2\n"]),
        (3, 11, " ", ["one  = 2"]),
    ):
        changed = apply(document.raw, [replace(document, field, start, end, new)])
        assert json.loads(changed)["cells"][0]["source"] == lines


@pytest.mark.parametrize(("source", "written"), [("ab", b"a\\u00e9b"), ("a\u6f22b", "aé漢b".encode())])
def test_what_is_all_ascii_stays_so(source, written):
    document, field = open_source(source, 1, False, b"\n", b"")
    assert written in apply(document.raw, [replace(document, field, 1, 1, "é")])


def test_without_edits_the_same_object_comes_back():
    raw = b"abc"
    assert apply(raw, []) is raw


def test_overlapping_edits_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        apply(b"abcdef", [Edit(0, 3, b"x"), Edit(2, 4, b"y")])


def test_lines_of_the_file_count_from_one():
    document = open_document("a.txt", b"a\nb\nc")
    assert [line_index(document.raw).line(offset) for offset in (0, 1, 2, 4)] == [1, 1, 2, 3]


def test_utf16_text_is_read_and_edited_in_its_encoding():
    raw = "key = 1\n".encode("utf-16")
    document = open_document("a.ini", raw)
    (field,) = decode(document, document.parts[0])
    assert field.text == "key = 1\n"
    assert apply(raw, [replace(document, field, 6, 7, "22")]).decode("utf-16") == "key = 22\n"
