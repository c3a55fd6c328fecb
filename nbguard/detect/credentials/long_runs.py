"""Whether anything as long as a random credential stands near a place in a file's bytes.

A table of results names its backend on every line, and holds none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbguard.detect.raw_file import RawFile

# The characters of such a value, as far as it has them in one run.
LONG = 20
_LONG_RUN = b"a" * LONG
_OF_RUN = bytes(
    ord("a") if (byte < 128 and chr(byte).isalnum()) or byte in b"_.+/-" else ord(" ") for byte in range(256)
)
_PIECE, _LONGEST_PIECE = 256, 65_536


def is_long_run_near(file: RawFile, start: int, reach: int) -> bool:
    """Whether a long run begins in the bytes behind an offset."""
    searched, at = file.memory.get(_LONG_RUN, (0, -1))
    if not searched <= start <= at:
        searched, at = start, _find_long_run(file.raw, start, reach)
        file.memory[_LONG_RUN] = searched, at
    return bool(at - start < reach)


def _find_long_run(raw: bytes, start: int, reach: int) -> int:
    """Where the next long run begins; behind the end, out of reach, where there is none."""
    length = _PIECE
    while start < len(raw):
        # Two searches for bytes are twenty times as quick as one for a class of them.
        at = raw[start : start + length + LONG].translate(_OF_RUN).find(_LONG_RUN)
        if at >= 0:
            return start + at
        # In base64 one is close by.
        start, length = start + length, min(4 * length, _LONGEST_PIECE)
    return len(raw) + reach
