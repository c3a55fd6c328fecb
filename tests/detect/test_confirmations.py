"""A control character that is written as an escape is seen behind a word, wherever the search through blocks is cut."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect import confirmations
from nbguard.detect.raw_file import RawFile

PIECES = st.sampled_from(
    [
        b"\\",
        b"\\\\",
        b"\\f",
        b"\\b",
        b"\\u0000",
        b"\\u001f",
        b"\\n",
        b"\\u001b",
        b"x" * 7,
        b"y" * 290,
        b"z" * 4080,
        b"\\" * 4095,
    ]
)


@given(st.lists(PIECES, max_size=12).map(b"".join), st.integers(0, 9000), st.integers(1, 300))
def test_blocks_say_what_one_search_says(raw: bytes, start: int, length: int) -> None:
    file = RawFile("a.ipynb", raw)
    plain = re.compile(confirmations._ESCAPE.encode())
    end = start + length
    # Not searched from start to end: there a look at what follows would be cut off.
    there = any(start <= found.start() and found.end() <= end for found in plain.finditer(raw))
    # Twice: the second answer comes from what is remembered.
    for _ in range(2):
        assert confirmations._has_escape(file, start, end) == there
