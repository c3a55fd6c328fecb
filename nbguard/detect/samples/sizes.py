"""Says cheaply whether a file has room for a large table, and where."""

from __future__ import annotations

import re

from nbguard.lazy_regex import lazy_regex

# Bytes from which a table counts whatever it holds.
BULK = 100_000
# Bytes from which of a file, but not of a notebook, a sample is looked at.
LARGE = 32_000_000
_MARKS = (b'"cell_type"', b'"output_type"', b'"image/')
# A picture's type and its payload: a string, or a list of them.
_STRING = rb'"(?:[^"\\]++|\\.)*+"'
_PICTURE = lazy_regex(rb'"image/[\w.+-]{1,20}"\s*+:\s*+(?:%s|\[\s*+(?:%s\s*+,?\s*+)*+)' % (_STRING, _STRING), re.DOTALL)
_PAYLOAD = lazy_regex(rb'"image/[\w.+-]{1,20}"\s*+:\s*+"')
# Bytes of a text file that are looked at, and the share of its lines that must look like rows: a quoted text may go
# over several.
_WINDOW = 32_000
_SHARE = 0.3
_DELIMITERS = (b",", b"\t", b";", b"|")
_ROWS = (b"(", b"[", b"{", b'"', b"'", b"<td", b"<tr", b"</t")


def large_places(raw: bytes, least: int) -> list[int]:
    """Offsets such that any table of at least ``least`` bytes contains one; mostly none.

    Pictures and code have no such places. With 0 for ``least`` there are none.
    """
    if not least or len(raw) < least:
        return []
    if raw.find(b'"cells"') < 0:
        return list(range(least // 2, len(raw), least)) if _has_rows(raw) else []
    found: list[int] = []
    at = 0
    while len(raw) - at >= least:
        # No part of a notebook is longer than the way from one cell's or output's type to the next.
        last = max(raw.rfind(mark, at, at + least) for mark in _MARKS)
        if last >= 0:
            at = _behind(raw, last)
            continue
        ends = [end for mark in _MARKS if (end := raw.find(mark, at + least)) >= 0]
        end = min(ends, default=len(raw))
        found += range(at + least // 2, end, max(least // 2, 1))
        at = _behind(raw, end)
    return found


def _behind(raw: bytes, at: int) -> int:
    """Where to look on behind a mark: behind the whole picture, where it is one's."""
    if not raw.startswith(_MARKS[2], at):
        return at + 1
    payload = _PAYLOAD.match(raw, at)
    if payload is not None:
        # Nearly all end at the next quote; an escaped one has a backslash before it.
        quote = raw.find(b'"', payload.end())
        if quote >= 0 and raw[quote - 1] != 0x5C:
            return quote + 1
    picture = _PICTURE.match(raw, at)
    return picture.end() if picture is not None else at + 1


def _has_rows(raw: bytes) -> bool:
    """Whether the middle of a text file looks like rows: values between delimiters, literals, tags of a table."""
    middle = (len(raw) - _WINDOW) // 2
    lines = [line.strip() for line in raw[middle : middle + _WINDOW].split(b"\n")[1:-1] if line.strip()]
    if len(lines) < 4:
        # Rows that are longer than the window, or all on one line.
        window = raw[middle : middle + _WINDOW]
        return raw[:1] in (b"[", b"{") or max(map(window.count, _DELIMITERS)) * 200 > len(window)
    enough = _SHARE * len(lines)
    if any(sum(delimiter in line for line in lines) >= enough for delimiter in _DELIMITERS):
        return True
    return sum(line.startswith(_ROWS) for line in lines) >= enough
