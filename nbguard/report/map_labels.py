"""Fits names into boxes of a picture: on two lines at most, cut in the middle, as beginning and end say most."""

from __future__ import annotations

from unicodedata import combining, east_asian_width

from nbguard.documents.plain import plain

_BREAKS = "/:#-_ "
_ELLIPSIS = "…"


def fitted(name: str, width: int) -> tuple[str, ...]:
    """The lines of a name; each takes ``width`` characters' room at most, of which those of East Asia take two."""
    text = plain(name)
    first = _head(text, width)
    if first == text:
        return (text,)
    # Where a word ends, if that is far enough along.
    cut = max(first.rfind(sign) for sign in _BREAKS) + 1
    first = first[:cut] if cut > len(first) // 2 else first
    rest = text[len(first) :]
    if _room(rest) <= width:
        return first, rest
    return first, _ELLIPSIS + _tail(rest, width - 1)


def _head(text: str, width: int) -> str:
    room = 0
    for at, sign in enumerate(text):
        room += _room(sign)
        if room > width:
            return text[:at]
    return text


def _tail(text: str, width: int) -> str:
    room = 0
    for at in range(len(text) - 1, -1, -1):
        room += _room(text[at])
        if room > width:
            return text[at + 1 :]
    return text


def _room(text: str) -> int:
    return sum(0 if combining(sign) else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)
