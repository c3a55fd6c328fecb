"""A mark, a NUL or a second encoding hides nothing, and each character of a stretch has its bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.detect.finding import Finding
from nbguard.documents.decode import decode, encoding_of
from nbguard.documents.fields import Document
from nbguard.documents.mixed_encodings import stretches_of
from nbguard.documents.positions import byte_span
from nbguard.documents.reading import open_document
from nbguard.policy.policy_settings import Config
from nbguard.scan.scanner import Scanner
from tests.detect.differential import disagreement
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

SCANNER = Scanner(Config(root="."))
TOKEN = FakeTokens(6).github()
TEXT = f'# a comment, as they are\nlogin("{TOKEN}")\nx = 1\n'
MARKS = [
    b"\xff\xfe",
    b"\xfe\xff",
    b"\0\0\xfe\xff",
    b"\xff\xfe\0\0",
    b"\0",
    b"+/v8-",
    b"\xef\xbb\xbf\xff\xfe",
    b"\x0e\xfe\xff",
]
NAMES = ["a.py", "a.txt", "a.log", ".env", "a.md", "a.csv", "a.js"]


def found(raw: bytes, path: str) -> list[Finding]:
    assert disagreement(path, raw) == (set(), set())
    scanned = SCANNER.scan(path, raw)
    assert not scanned.defect
    for finding in scanned.findings:
        assert scanned.document is not None
        assert_bytes(scanned.document, finding, raw)
    return list(scanned.findings)


def assert_bytes(document: Document, finding: Finding, raw: bytes) -> None:
    first, last = byte_span(document, finding.field, finding.start, finding.end)
    assert raw[first:last].replace(b"\0", b"") == finding.value.encode()


@pytest.mark.parametrize("path", [*NAMES, "a.ipynb"])
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_that_is_not_true_hides_nothing(mark: bytes, path: str) -> None:
    text = as_bytes(notebook(code(TEXT))) if path == "a.ipynb" else TEXT.encode()
    assert [finding.value for finding in found(mark + text, path)] == [TOKEN]


@pytest.mark.parametrize("path", NAMES)
@pytest.mark.parametrize("head", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("tail", ["utf-8", "utf-16-le", "utf-16-be", "utf-16"])
def test_each_of_two_encodings_is_read(head: str, tail: str, path: str) -> None:
    """PowerShell's ``>>`` appends UTF-16 to what was UTF-8, and other programs the other way round."""
    other = FakeTokens(7).github()
    for size in (1, 3000):
        begun = f'y = "{other}"\n' + "z = 2\n" * size
        raw = begun.encode(head) + TEXT.encode(tail)
        assert {finding.value for finding in found(raw, path)} == {TOKEN, other}


@pytest.mark.parametrize("path", NAMES)
def test_nuls_in_a_token_hide_it_not(path: str) -> None:
    for at in (1, 4, 20):
        torn = TEXT.replace(TOKEN, f"{TOKEN[:at]}\0{TOKEN[at:]}")
        assert [finding.value for finding in found(torn.encode(), path)] == [TOKEN]
    assert [finding.value for finding in found("\0".join(TEXT).encode(), path)] == [TOKEN]


@pytest.mark.parametrize("path", NAMES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_text_of_other_letters_is_one_text(encoding: str, path: str) -> None:
    """A comment in Chinese or with accents splits nothing, and an odd byte at the end costs itself."""
    for comment in ("# é über\n", "# 日本語のコメント\n", "# Привет\n"):
        text = comment + TEXT + comment + TEXT
        for end in (b"", b"x"):
            raw = text.encode(encoding) + end
            assert {finding.value for finding in found(raw, path)} == {TOKEN}


@pytest.mark.parametrize(
    "declared",
    [b"# -*- coding: utf-16 -*-\n", b'<?xml version="1.0" encoding="UTF-16"?>\n', b'<meta charset="utf-7">\n'],
)
def test_a_declaration_that_is_not_true_hides_nothing(declared: bytes) -> None:
    for path in ("a.py", "a.xml", "a.html"):
        assert [finding.value for finding in found(declared + TEXT.encode(), path)] == [TOKEN]


def test_marks_that_are_true() -> None:
    for text in ("plain text, long enough\n", "日本語の文章です。とても長い文章です。\n", "Привет, как дела?\n"):
        for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            raw = ("\ufeff" + text).encode(encoding)
            assert encoding_of(raw) == (encoding, 4 if "32" in encoding else 2)
            assert stretches_of(raw, *encoding_of(raw)) == []


PIECES = st.lists(
    st.tuples(
        st.text(st.sampled_from("abc é日\n=\"'😀"), max_size=40), st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"])
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([b"", *MARKS]), PIECES, st.lists(st.integers(0, 10**6), max_size=4), st.sampled_from(NAMES))
def test_each_character_has_its_bytes(mark: bytes, pieces: list[tuple[str, str]], nuls: list[int], path: str) -> None:
    raw = mark + b"".join(text.encode(encoding) for text, encoding in pieces)
    for at in nuls:
        at %= len(raw) + 1
        raw = raw[:at] + b"\0" + raw[at:]
    document = open_document(path, raw)
    behind = 0
    for part in document.parts:
        assert part.start >= behind
        behind = part.end
        if part.form == "text":
            continue
        (field,) = decode(document, part)
        at = part.start
        for index, character in enumerate(field.text):
            first, last = byte_span(document, field, index, index + 1)
            assert at <= first <= last <= part.end
            if part.form == "bytes":
                assert raw[first:last].replace(b"\0", b"") == character.encode("utf-8", "surrogateescape")
            at = last


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F) | st.sampled_from("\r\n\t"), max_size=120))
def test_letters_beyond_ascii_are_no_second_encoding(text: str) -> None:
    """The zero of an ``é`` and what follows it look like UTF-16 of the other byte order, a byte late."""
    for encoding, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        assert stretches_of(mark + text.encode(encoding), encoding, 2) == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_what_stands_behind_such_a_letter_is_edited_as_the_rest(encoding: str) -> None:
    document = open_document("a.py", ("\ufeff# é " + TEXT).encode(encoding))
    assert [part.form for part in document.parts] == ["text"]


@pytest.mark.parametrize("odd", [b"", b"x", b"\0", b"\xe9"])
def test_the_other_byte_order_hides_nothing_wherever_it_begins(odd: bytes) -> None:
    raw = b"\xff\xfe" + "é = 1\r\n".encode("utf-16-le") + odd + TEXT.encode("utf-16-be")
    assert TOKEN in {finding.value for finding in found(raw, "a.txt")}


def test_wide_stretches_far_from_each_other_are_two() -> None:
    """What stands between them is the file's own, also where none of it is a plain character."""
    wide = "wide words, some of them\n".encode("utf-16-le")
    for between in ("é" * 250, "é" * 250 + "x"):
        raw = b"words of the file\n" + wide + between.encode() + wide
        told = [(one.encoding, raw[one.start : one.end]) for one in stretches_of(raw, "utf-8", 0)]
        assert [encoding for encoding, _ in told] == ["bytes", "utf-16-le", "bytes", "utf-16-le"]
        assert told[2][1].decode().strip("\0") == between
    near = b"words of the file\n" + wide + "漢字".encode("utf-16-le") + wide
    assert [one.encoding for one in stretches_of(near, "utf-8", 0)] == ["bytes", "utf-16-le"]


@pytest.mark.parametrize("end", ["", "\r\n", "\nmore\n"])
@pytest.mark.parametrize("begun", ["a word\n", "some words of a file\r\n", "é über, mehr davon\n" * 3, "x = 1\n" * 9])
@pytest.mark.parametrize("tail", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("head", ["utf-8", "utf-16", "utf-32"])
def test_what_is_appended_begins_with_its_first_sign(head: str, tail: str, begun: str, end: str) -> None:
    """A token alone, as ``echo TOKEN >> file`` leaves it: no sign at its ends is taken for the other text's."""
    raw = begun.encode(head) + (TOKEN + end).encode(tail)
    document = open_document("a.txt", raw)
    texts = [field.text for part in document.parts for field in decode(document, part)]
    assert any(TOKEN in text for text in texts)
