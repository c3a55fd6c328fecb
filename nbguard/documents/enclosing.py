"""Decodes the one JSON string around a byte, without reading the rest of the file."""

from __future__ import annotations

from nbguard.documents.spans import MalformedJSONError, read_string

_BACKSLASH = ord("\\")


def enclosing_string(raw: bytes, at: int, limit: int) -> str | None:
    """The decoded text of the JSON string in which the byte ``at`` lies.

    None where no string begins and ends within ``limit`` bytes of it, and where the string is a key. In something that
    isn't JSON the answer is whatever stands between two quotes.
    """
    start, end = raw.rfind(b'"', max(0, at - limit), at), raw.find(b'"', at, at + limit)
    while start >= 0 and _is_escaped(raw, start):
        start = raw.rfind(b'"', max(0, at - limit), start)
    while end >= 0 and _is_escaped(raw, end):
        end = raw.find(b'"', end + 1, at + limit)
    if start < 0 or end < 0 or raw[end + 1 : end + 9].lstrip().startswith(b":"):
        return None
    try:
        return read_string(raw[start : end + 1].decode("latin-1"), 0)[0]
    except MalformedJSONError:
        return None


def _is_escaped(raw: bytes, at: int) -> bool:
    before = at
    while before and raw[before - 1] == _BACKSLASH:
        before -= 1
    return (at - before) % 2 == 1
