"""Binary files: tokens by their shape are found, words mean nothing, and text that holds a NUL stays text."""

import random
import time

import pytest

from nbguard.detect.engine import Engine
from nbguard.detect.scope import Scope
from nbguard.documents.file_kinds import is_binary
from nbguard.documents.reading import open_document
from tests.fake_tokens import ALPHANUMERIC, FakeTokens

TOKENS = FakeTokens(77)
DWAVE = TOKENS.dwave()
GITHUB = "gh" + "p_" + TOKENS.of(ALPHANUMERIC, 36)
IONQ = f"os.environ['IONQ_API_KEY'] = '{TOKENS.of(ALPHANUMERIC, 32)}'\npassword = '{TOKENS.of(ALPHANUMERIC, 24)}'\n"


@pytest.fixture(scope="module")
def engine():
    return Engine(Scope(frozenset(("credential", "sample-data", "hygiene"))))


def found(engine, raw, path="core.dump"):
    screening = engine.screen(raw, path)
    findings = engine.detect(open_document(path, raw), screening) if screening is not None else []
    for finding in findings:
        assert finding.field.text[finding.start : finding.end] == finding.value
    return [(finding.rule, finding.value) for finding in findings]


@pytest.mark.parametrize(
    ("path", "raw", "binary"),
    [
        ("a.bin", b"\x7fELF\0\0", True),
        ("noending", b"x" * 7_999 + b"\0", True),
        ("noending", b"x" * 8_000 + b"\0", False),
        ("a.txt", "é".encode("utf-16"), False),
        ("a.txt", "é".encode("utf-32"), False),
        ("a.txt", b"plain", False),
        ("a.py", b"x = 1\n\0", False),
        (".env", b"A=1\0", False),
        ("a.ipynb", b"{\0", False),
    ],
)
def test_binary_is_a_nul_near_the_beginning_of_what_calls_itself_no_text(path, raw, binary):
    assert is_binary(path, raw) is binary


def test_tokens_are_found_at_their_place_and_words_are_not(engine):
    noise = random.Random(1).randbytes(30_000)
    raw = b"\x7fELF\0" + noise + b"\0" + DWAVE.encode() + b"\0\xff\xc3\xa9" + IONQ.encode() + noise + GITHUB.encode()
    assert found(engine, raw) == [("dwave-sapi-token", DWAVE), ("github-token", GITHUB)]


@pytest.mark.slow
def test_many_tokens_near_each_other_are_each_found_once(engine):
    tokens = [TOKENS.dwave() for _ in range(300)]
    raw = b"\0" + b"\xc3\0".join(token.encode() + b"\0" * (number * 37) for number, token in enumerate(tokens))
    assert [value for _, value in found(engine, raw)] == tokens


def test_a_nul_does_not_hide_what_a_text_file_holds(engine):
    token = TOKENS.of(ALPHANUMERIC, 32)
    raw = f"\0\nfrom qiskit_ionq import IonQProvider\nprovider = IonQProvider('{token}')\n".encode()
    assert found(engine, raw, "a.py") == [("ionq-api-key", token)]


def test_a_table_in_a_binary_file_is_not_looked_at(engine):
    rows = "".join(f"name{n},first{n}@example-lab.org,+49 170 12345{n:02}\n" for n in range(40))
    assert found(engine, b"\0" + rows.encode()) == []


@pytest.mark.slow
def test_binary_files_full_of_words_take_time_linear_in_their_size(engine):
    """A compiled library holds thousands of names such as token and password."""
    unit = b"\0password\0api_key=\0token=\0secret_key\0IONQ_API_KEY\0DEV-\0eyJ" + bytes(range(256))

    def seconds(times):
        raw = unit * times
        started = time.process_time()
        found(engine, raw)
        return time.process_time() - started

    seconds(100)
    assert seconds(16_000) < 30 * max(seconds(2_000), 0.01)
