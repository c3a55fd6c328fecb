"""Every input that ever failed, and some of any bytes, in every harness of the fuzzer."""

import random
from pathlib import Path

import pytest

from tests.fuzz.harnesses import HARNESSES

CORPUS = Path(__file__).parent / "corpus"
# Pieces that the readers look out for, put together at random.
PIECES = [
    b'{"cells":[',
    b'{"cell_type":"code",',
    b'"source":["',
    b'"outputs":[]',
    b'"metadata":{}',
    b'"nbformat":4',
    b"}]}",
    b'"',
    b"\\u0041",
    b"\\",
    b"\n",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"\xe2\x80\xa8",
    b": ",
    b" = ",
    b"token",
    b"password",
    b"- name: x\n",
    b"[a]\n",
    b"<a b='c'>",
    b"&quot;",
    b"0010abcdefghijkl",
    b"0000",
    b"0001",
    b"'",
    b"#",
    b"|\n",
    b"{",
    b"}",
    b"export ",
    b"q8Zr3kVb91LmX0cT",
    b"$(x)",
    b"%41",
    b"1e999",
    b"-0",
    b"nul",
    b"[" * 50,
]


@pytest.mark.parametrize("name", HARNESSES)
def test_what_failed_once_holds(name: str) -> None:
    for path in sorted((CORPUS / name).glob("*")):
        HARNESSES[name](path.read_bytes())


@pytest.mark.parametrize("name", HARNESSES)
def test_any_bytes_hold(name: str) -> None:
    source = random.Random(name)
    for _ in range(150):
        HARNESSES[name](b"".join(source.choices(PIECES, k=source.randrange(12))))
