"""Where a text of an SQLite database begins or ends right beside other letters.

A record's values stand side by side, behind a head whose last byte may be a letter too: no mark shows where a token
begins. Format: https://www.sqlite.org/fileformat2.html (sections 1.6, 2.1 and 4.3).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"SQLite format 3\0"
_LOG = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")  # a write-ahead log: frames of a head and a page
_HEAD_OF_LOG, _HEAD_OF_FRAME = 32, 24
_LEAF_OF_TABLE, _LEAF_OF_INDEX, _INSIDE_INDEX = 0x0D, 0x0A, 0x02
_PAGE_SIZES = frozenset(1 << power for power in range(9, 17))
_JOINED = lazy_regex(rb"[\w-]{2}")
# So many places are kept, and records read; what comes after them is searched as in any binary file.
_MOST, _MOST_TEXTS = 100_000, 500_000


def find_seams(raw: bytes) -> list[int]:
    """The offsets in a database or its log at which a text value meets a letter beside it, sorted."""
    found: set[int] = set()
    texts = (text for page in _pages(raw) for text in _texts_of_page(raw, *page))
    for text in islice(texts, _MOST_TEXTS):
        found.update(at for at in text if _JOINED.match(raw, at - 1))
        if len(found) > _MOST:
            break
    return sorted(found)


def _pages(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Where each page begins and ends, and where its own head stands."""
    if raw.startswith(_MAGIC):
        size = int.from_bytes(raw[16:18], "big")
        size, at, between = (65536 if size == 1 else size), 0, 0
    elif raw.startswith(_LOG):
        size, at, between = int.from_bytes(raw[8:12], "big"), _HEAD_OF_LOG, _HEAD_OF_FRAME
    else:
        return
    if size not in _PAGE_SIZES:
        return
    reserved = raw[20] if at == 0 and len(raw) > 20 else 0
    while at + between < len(raw):
        start = at + between
        yield start, start + size - reserved, start + (100 if at == 0 and not between else 0)
        at = start + size


def _texts_of_page(raw: bytes, start: int, end: int, head: int) -> Iterator[tuple[int, int]]:
    kind = raw[head : head + 1]
    if not kind or kind[0] not in (_LEAF_OF_TABLE, _LEAF_OF_INDEX, _INSIDE_INDEX):
        return
    pointers = head + (12 if kind[0] == _INSIDE_INDEX else 8)
    # Each cell takes two bytes of the list at least.
    count = min(int.from_bytes(raw[head + 3 : head + 5], "big"), (end - pointers) // 2)
    for number in range(count):
        at = start + int.from_bytes(raw[pointers + 2 * number : pointers + 2 * number + 2], "big")
        at += 4 if kind[0] == _INSIDE_INDEX else 0
        length, at = _varint(raw, at)
        if kind[0] == _LEAF_OF_TABLE:
            _, at = _varint(raw, at)
        yield from _texts_of_record(raw, at, min(end, at + length, len(raw)))


def _texts_of_record(raw: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the text values of a record begin and end, as far as they stand on its first page."""
    size, at = _varint(raw, start)
    behind = value = start + size
    while at < behind and value < end:
        kind, at = _varint(raw, at)
        length = (kind - 12) // 2 if kind >= 12 else (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]
        if kind >= 13 and kind % 2:
            yield value, min(value + length, end)
        value += length


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """A number of SQLite, and the offset behind it; 0 behind the file's end."""
    value = 0
    for number, byte in enumerate(raw[at : at + 9]):
        if number == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | (byte & 0x7F)
        if byte < 0x80:
            return value, at + number + 1
    return value, at + 9
