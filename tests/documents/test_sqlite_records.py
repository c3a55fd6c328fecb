"""Values of a database that stand side by side are told apart; tokens among them are found, and only they."""

import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.documents.decode import decode
from nbguard.documents.reading import open_document
from nbguard.documents.sqlite_records import find_seams
from nbguard.policy.policy_settings import Config
from nbguard.scan.scanner import Scanner
from tests.detect.differential import disagreement
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

SCANNER = Scanner(Config(root="."))
TOKENS = FakeTokens(41)


def database(
    folder: Path, statements: list[tuple[str, tuple[object, ...]]], page: int = 4096, log: bool = False
) -> bytes:
    """The bytes of a database (``log``: of its write-ahead log) after some statements."""
    path = folder / "a.sqlite"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA page_size = {page}")
    if log:
        connection.execute("PRAGMA journal_mode = WAL")
    for statement, values in statements:
        connection.execute(statement, values)
    connection.commit()
    raw = (folder / "a.sqlite-wal" if log else path).read_bytes()
    connection.close()
    return raw


def found(raw: bytes) -> list[str]:
    assert disagreement("a.sqlite", raw) == (set(), set())
    scanned = SCANNER.scan("a.sqlite", raw)
    assert not scanned.defect
    for finding in scanned.findings:
        assert finding.field.text[finding.start : finding.end] == finding.value
    return sorted(finding.value for finding in scanned.findings)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("page", [512, 4096, 65536])
def test_tokens_between_other_values_are_found(tmp_path: Path, page: int, log: bool) -> None:
    tokens = [make() for make in (TOKENS.github, TOKENS.dwave) for _ in range(6)]
    made: list[tuple[str, tuple[object, ...]]] = [("create table t (id integer primary key, a, b, c)", ())]
    for number, token in enumerate(tokens):
        around = ["alice", "note", 7, None, 1.5][number % 5]
        made.append(("insert into t (a, b, c) values (?, ?, ?)", (around, token, "bob")))
    alone = TOKENS.github()
    made += [("create table u (b)", ()), ("insert into u values (?)", (alone,)), ("create index i on u (b)", ())]
    assert set(found(database(tmp_path, made, page, log))) == {*tokens, alone}


def test_values_that_only_hold_what_tokens_begin_with_are_silent(tmp_path: Path) -> None:
    source = random.Random(3)
    made: list[tuple[str, tuple[object, ...]]] = [("create table t (a, b, c)", ())]
    for _ in range(300):
        word = "".join(source.choices(ALPHANUMERIC, k=source.randint(3, 60)))
        made.append(("insert into t values (?, ?, ?)", ("gh", "p_" + word, source.randbytes(20))))
        made.append(("insert into t values (?, ?, ?)", ("DEV", "-" + word, word)))
    assert found(database(tmp_path, made)) == []


def test_parts_of_a_database_are_all_of_it(tmp_path: Path) -> None:
    raw = database(tmp_path, [("create table t (a, b)", ()), ("insert into t values ('ab', 'cd')", ())])
    document = open_document("a.sqlite", raw)
    assert raw.index(b"abcd") + 2 in find_seams(raw)
    assert b"".join(raw[part.start : part.end] for part in document.parts) == raw
    texts = [field.text for part in document.parts for field in decode(document, part)]
    assert "".join(texts).encode("utf-8", "surrogateescape") == raw


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([b"SQLite format 3\0", b"\x37\x7f\x06\x82", b""]), st.binary(max_size=1500), st.integers(0, 10**6)
)
def test_no_bytes_break_the_reader(mark: bytes, noise: bytes, seed: int) -> None:
    source = random.Random(seed)
    raw = bytearray((mark + b"\x02\x00\x01\x01\x00\x40\x20\x20" + noise + b"abc" * 800)[:2048])
    for _ in range(8):
        raw[source.choice((100, 512, 1024)) + source.randrange(12)] = source.choice((0x0D, 0x0A, 0x02, 0, 1, 0xFF))
    seams = find_seams(bytes(raw))
    assert seams == sorted(set(seams))
    assert all(0 < seam < len(raw) for seam in seams)
    open_document("a.sqlite", bytes(raw))


def test_a_blob_is_no_text(tmp_path: Path) -> None:
    """Two of them side by side are cut nowhere; two texts are, between them."""
    for make, cuts in ((bytes, 0), (lambda raw: raw.decode(), 1)):
        folder = tmp_path / str(cuts)
        folder.mkdir()
        values = (make(b"letters"), make(b"others"))
        raw = database(folder, [("create table t (a, b)", ()), ("insert into t values (?, ?)", values)])
        first = raw.index(b"lettersothers")
        assert [at - first for at in find_seams(raw) if first < at < first + 13] == [7] * cuts
