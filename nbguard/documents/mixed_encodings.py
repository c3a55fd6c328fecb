"""Tells the stretches of a text file that is written in several encodings, or that NULs stand in.

``>>`` in Windows' PowerShell appends UTF-16 to what is UTF-8, and a mark of UTF-16 before a text, a NUL in a word or a
declaration that isn't true must hide nothing. So bytes are read as what they look like.
"""

from __future__ import annotations

from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

_PLAIN = rb"[\t\n\r -~]"
# Plain characters in two bytes each, or in one. Of fewer, one may stand in the other by chance. A line end in one byte
# may stand before what has the zero in front, and the first character of what has it behind belongs to no plain run.
_RUN = lazy_regex(
    rb"(?P<be>(?:\0%(plain)b){8,})|(?P<le>(?!\n(?:\0%(plain)b)++(?!\0))(?:%(plain)b\0){8,})|(?P<plain>%(plain)b{16,}(?!\0))"
    % {b"plain": _PLAIN}
)
_ENCODINGS = {"be": "utf-16-be", "le": "utf-16-le", "plain": "bytes"}
_BYTE_ORDERS = ("utf-16-le", "utf-16-be")
# A NUL that hides a word; one at an end of it doesn't.
_TORN_WORD = lazy_regex(rb"[\w-]\0+[\w-]")
# What may stand between two wide stretches and belong to them: characters that aren't plain.
_FEW = 400
# The form of a stretch that is UTF-8 but for its NULs, which are left out.
BYTES = "bytes"
WIDE = frozenset(("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))
MIXED = WIDE | {BYTES}


class Passage(NamedTuple):
    """Bytes of one encoding: ``bytes`` or an encoding of wide characters."""

    encoding: str
    start: int
    end: int


def stretches_of(raw: bytes, encoding: str, mark: int) -> list[Passage]:
    """The stretches of a text file that begins with a mark of so many bytes; none where all of it is ``encoding``."""
    own = BYTES if encoding == "utf-8" else encoding
    if own == BYTES and b"\0" not in raw:
        return []
    found: list[Passage] = []
    at = mark
    while (run := _RUN.search(raw, at)) is not None:
        at = run.end()
        last = found[-1] if found else None
        since = last.end if last else mark
        one = _whole(raw, Passage(_ENCODINGS[str(run.lastgroup)], *run.span()), own, since)
        if _is_own(own, one, since):
            at -= 1  # its last byte may begin what follows
            continue
        if one.encoding == own:
            continue
        if last is not None and last.encoding == one.encoding and _belongs(raw, last.end, one.start):
            found[-1] = last._replace(end=one.end)
        else:
            found.append(one)
    return _filled(own, found, mark, len(raw)) if found or (own == BYTES and _TORN_WORD.search(raw)) else []


def _is_own(own: str, one: Passage, since: int) -> bool:
    """Whether a stretch is the file's own UTF-16, seen from the zero of a character such as ``é`` on: a byte late.

    In the file's own encoding, which began at ``since``, it says the same.
    """
    return own in _BYTE_ORDERS and one.encoding in _BYTE_ORDERS and (one.start - since) % 2 == 1


def _belongs(raw: bytes, start: int, end: int) -> bool:
    """Whether what stands between two wide stretches is as wide."""
    if (end - start) % 2 or end - start > _FEW:
        return False
    run = _RUN.search(raw, start, end)
    return run is None or run["plain"] is None


def _whole(raw: bytes, one: Passage, own: str, since: int) -> Passage:
    """A stretch without the half of the file's own wide character, which began at ``since``, that stands before it."""
    width = 4 if own.startswith("utf-32") else 2
    if one.encoding == BYTES and raw[one.start - 1 : one.start] == b"\0" and (one.start - since) % width:
        return one._replace(start=one.start + 1)
    return one


def _filled(encoding: str, found: list[Passage], start: int, end: int) -> list[Passage]:
    """All stretches: those that were found, and those of the file's own encoding between them."""
    every: list[Passage] = []
    for one in found:
        if one.start > start:
            every.append(Passage(encoding, start, one.start))
        every.append(one)
        start = one.end
    if end > start:
        every.append(Passage(encoding, start, end))
    return every


def without_nuls(raw: bytes) -> str:
    """The text of a stretch of bytes; what isn't valid UTF-8 becomes lone surrogates."""
    return raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")
