"""Text of JSON that isn't whole: escapes are undone, and the lines of a list are joined, wherever strings begin.

Whether a quote opens a string or closes one can't be told behind a defect, but an escape is one everywhere.
"""

from __future__ import annotations

import re

from nbguard.lazy_regex import lazy_regex

# Between two lines in a list, of which the first ends with a line feed; what follows is no key. Or NULs, which UTF-16
# is full of.
_SEAM = lazy_regex(r'\0+|(?<=\\n)"[ \t\r\n]*+,[ \t\r\n]*+"(?!(?:[^"\\]|\\.)*+"[ \t\r\n]*+:)', re.DOTALL)
_ESCAPE = lazy_regex(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\(.)?", re.DOTALL)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def stretches(text: str) -> list[tuple[int, int]]:
    """The stretches that are text, without the marks between the lines of a list. ``text`` is bytes as Latin-1."""
    found, at = [], 0
    for seam in _SEAM.finditer(text):
        found.append((at, seam.start()))
        at = seam.end()
    return [*found, (at, len(text))]


def undo_escapes(text: str) -> str:
    """The text of a stretch: bytes above 127 are UTF-8, and what isn't valid there becomes lone surrogates."""
    pieces: list[str] = []
    at = 0
    for escape in _ESCAPE.finditer(text):
        pieces += (_as_utf8(text[at : escape.start()]), _meant(escape.group()))
        at = escape.end()
    return "".join((*pieces, _as_utf8(text[at:])))


def _meant(escape: str) -> str:
    if len(escape) == 12:
        return (bytes.fromhex(escape[2:6]) + bytes.fromhex(escape[8:12])).decode("utf-16-be")
    if len(escape) == 6:
        return chr(int(escape[2:6], 16))
    return _MEANT.get(escape[1:], escape[1:])


def _as_utf8(text: str) -> str:
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")
