"""Says cheaply whether bytes can hold sample data, and where: words that columns are named with, shapes of values.

What has a shape of its own (an ``@`` between letters, IBANs, long runs of digits) is known by its shape; everything
else needs a word, for a table of such values says what they are. Words are searched by the literal prefilter, shapes
by mapping every digit to ``0`` and every letter to ``A`` or ``a`` and searching for literals in the result. Where
hyperscan is there, both searches are one pass each.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.samples.shape_needles import BARE, DOTTED, QUOTES, SHAPES, VARIANTS
from nbguard.detect.samples.sizes import BULK, large_places
from nbguard.lazy_regex import kept_regex
from nbguard.tables.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.detect.edit_memory import EditMemory
    from nbguard.detect.prefilter import Hit, Prefilter

_KNOWN = load_knowledge("signals")
ID_LITERALS, COLUMN_LITERALS, PHONE_LITERALS, TRACE_LITERALS = (
    tuple(_KNOWN[name]) for name in ("ids", "columns", "phones", "traces")
)
# How data files begin in base64 and in hex, and as a regex behind a quote or a comma.
_BASE64, _HEX = (tuple(_KNOWN[name].split()) for name in ("base64", "hex"))
BLOB_STARTS = (*_BASE64, *_HEX)
BLOB = rb"""[\"',](?:(?P<b>(?:%s)[A-Za-z0-9+/]{40})|(?P<h>(?i:%s)[0-9a-fA-F]{60}))""" % (
    "|".join(_BASE64).encode(),
    "|".join(_HEX).encode(),
)
_URI = rb"data:(?!image/)[\w.+-]{1,40}/[\w.+;=-]{1,80};base64,|data:image/jpe?g;base64,(?=/9j/4[Q-Za-f])"
_BLOB_LITERALS = tuple(
    quote + start.lower() for start in BLOB_STARTS for quote in ("\"", "'", ",")
)  # fmt: skip
_WORDS = (
    *ID_LITERALS,
    *COLUMN_LITERALS,
    *PHONE_LITERALS,
    *TRACE_LITERALS,
    '"attachments"',
    *_BLOB_LITERALS,
    ";base64,",
)
_BLOBS = len(_WORDS) - len(_BLOB_LITERALS) - 1
_IDS = len(ID_LITERALS)
_PHONES = _IDS + len(COLUMN_LITERALS)
_TRACES = _PHONES + len(PHONE_LITERALS)

# A string that is written as a full name, or two capitalised ones in a row: rows without column names.
# A capital: also one of two bytes in UTF-8, and what stands for it where a text was made ASCII.
_CAPITAL = rb"(?:[A-Z?]|[\xc3-\xc5][\x80-\xbf])"
_NAME = (
    rb"""["'](?:%(A)s[^"',;:()<>{}=0-9_\n ]{0,24}[ ,]{1,2}){1,4}%(A)s[^"',;:()<>{}=0-9_\n]{1,24}["'\\ ]"""
    rb"""|["']%(A)s[a-z][^"'0-9_\n ]{0,20}["'],\s*+\\?["']%(A)s[a-z][^"'0-9_\n ]{0,20}["']"""
) % {b"A": _CAPITAL}
# Where such a string can begin in a text that QUOTES has mapped.
_NAME_SHAPE = rb"""\"(?:Aa|[\xc3-\xc5].|\?a)(?=[^"0\n ]{0,26}(?:[ ,]{1,2}[A?\xc3-\xc5]|",\s*\\?"(?:Aa|[?\xc3-\xc5])))"""
# Bytes between the names of one row and the next, at most.
_APART = 400
_ADDRESS = rb"@(?:[A-Za-z0-9\x80-\xff-]{1,63}\.){1,5}[A-Za-z\x80-\xff]{2}"
# A letter, a digit or an @ as JSON and Python can write it.
_HIDDEN = rb"(?i)\\u00(?:3[0-9]|4[0-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])"
# What every IPv6 address with four groups or more has inside.
_IPV6 = rb":(?![0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:)[0-9A-Fa-f]{1,4}:[0-9A-Fa-f]{0,4}:"
_EXIF = rb"\"/9j/4[Q-Za-f]"
_PICTURE = rb"\"image/(?!svg)[\w.+-]{1,20}\":\s{0,40}\""
# Digits of the shortest card number.
_CARD = 13
# What says of a shorter one that it is a card's, right before it.
_SAID_CARD = rb"(?i)(?:card|kart|cart[ae]|tarjeta|kaart|\bcc\b)[^\d\n]{0,24}\Z"
# Bytes that are searched at a time, so that a long file with a signal at its beginning is decided at once.
_CHUNK = 1 << 17
# And of a file that comes again after each edit, so that few are searched anew.
_SMALL_CHUNK = 1 << 14
_BORDER = 64


@cache
def _prefilters() -> tuple[Prefilter, Prefilter]:
    from nbguard.detect.prefilter import Prefilter

    return Prefilter(_WORDS), Prefilter([needle.decode() for needle, _, _ in VARIANTS])


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    """A pattern, compiled when it is first needed: most files need none, and compiling all takes 14 ms."""
    return kept_regex(pattern, re.DOTALL)


def signals_in_file(
    raw: bytes, bulk: int = BULK, stretches: Sequence[tuple[int, int]] = (), edits: EditMemory | None = None
) -> Signals:
    """Where in a file's bytes something points at sample data; ``shapes`` is empty.

    ``bulk`` is the size of a table that counts whatever it holds; 0 for none. ``stretches`` are where its text stands,
    in file order, as far as that is known. ``edits`` remembers the signals of pieces, for a file that comes again.
    """
    offsets = large_places(raw, bulk)
    traces: list[int] = []
    hidden = False
    for signals in _search_file(raw, stretches or ((0, len(raw)),), edits):
        offsets += signals.offsets
        traces += signals.traces
        hidden = hidden or signals.hidden
    offsets.sort()
    return Signals(offsets, False, b"", hidden, traces)


def find_signals(text: str) -> Signals | None:
    """The signals in a decoded text, None where there is none. Offsets are characters."""
    signals = _search(text.encode("ascii", "replace"))
    return signals if signals.any() else None


def _search_file(raw: bytes, stretches: Sequence[tuple[int, int]], edits: EditMemory | None) -> Iterator[Signals]:
    """The signals of a file, a piece at a time; pictures are left out."""
    at, size = 0, _CHUNK if edits is None else _SMALL_CHUNK
    for first, last in stretches:
        at = max(at, first)
        picture = _next_picture(raw, at, last)
        while at < last:
            end = min(at - at % size + size, picture)
            # What stands on a border is seen from the next piece, which begins a little before it.
            start = max(0, at - _BORDER)
            if edits is None:
                signals = _search_piece(raw, start, end)
            else:
                signals = edits.answer(_search_piece, start, end, _search_piece)
            traces = [start + offset for offset in signals.traces]
            yield signals._replace(offsets=[start + offset for offset in signals.offsets], traces=traces)
            at = end
            if at == picture < last:
                close = raw.find(b'"', raw.find(b":", raw.find(b'"', at + 1)) + 1)
                # A photograph with EXIF data may say where it was taken.
                if _compiled(_EXIF).match(raw, close):
                    yield Signals([], False, b"", traces=[close + 1])
                close = raw.find(b'"', close + 1)
                at = len(raw) if close < 0 else close + 1
                picture = _next_picture(raw, at, last)


def _search_piece(raw: bytes, start: int, end: int) -> Signals:
    piece = raw[start:end]
    hidden = b"\\u00" in piece and _compiled(_HIDDEN).search(piece) is not None
    return _search(piece)._replace(hidden=hidden, shapes=b"")


def _next_picture(raw: bytes, at: int, end: int) -> int:
    """Where the next picture's media type stands; the end where there is none before it."""
    while (at := raw.find(b'"image/', at, end)) >= 0:
        if _compiled(_PICTURE).match(raw, at):
            return at
        at += 7
    return end


def _search(raw: bytes) -> Signals:
    words, _ = _prefilters()
    found = words.search(raw)
    shapes = raw.translate(SHAPES)
    told = _telling(raw, [hit for hit in found if hit.literal < _TRACES])
    offsets = [hit.end - 1 for hit in told]
    traces = [hit.end - 1 for hit in found if hit.literal >= _TRACES and _is_trace(hit, raw)]
    bare = _at_shapes(raw, shapes, offsets, traces)
    traces += [found.start() for found in _compiled(_IPV6).finditer(raw)]
    offsets += _addresses(raw)
    offsets += _names(raw)
    if offsets:
        offsets += bare  # a few digits are an id only where something else says so
    offsets.sort()
    return Signals(offsets, any(hit.literal < _IDS for hit in told), shapes, traces=sorted(traces))


def _at_shapes(raw: bytes, shapes: bytes, offsets: list[int], traces: list[int]) -> list[int]:
    """Adds where values of a telling shape stand to ``offsets`` and ``traces``; what is too short for a card by itself
    is returned.
    """
    _, needles = _prefilters()
    # A value at the very beginning has no blank before it: one is put there, and everything moves by one.
    bare: list[int] = []
    for number, end in needles.search(b" " + shapes):
        needle, length, check = VARIANTS[number]
        at = end - length - (needle[:1] != b"\\")
        match = _compiled(check).match(raw, at) if at >= 0 else None
        if at < 0 or match is not None:
            short = match is not None and check == BARE and match.end(1) - match.start(1) < _CARD
            if short and match is not None and _compiled(_SAID_CARD).search(raw, max(0, at - 40), match.start(1)):
                short = match.end(1) - match.start(1) < _CARD - 1
            (traces if check == DOTTED else bare if short else offsets).append(max(at, 0))
    return bare


def _telling(raw: bytes, hits: list[Hit]) -> list[Hit]:
    """The words that can name a column or a value, or stand by a phone number."""
    if not hits:
        return hits
    from nbguard.detect.samples import word_places

    values = word_places.Values(raw)
    inserts = b"insert" in raw or b"INSERT" in raw or b"Insert" in raw
    return [
        hit
        for hit in hits
        if (
            word_places.is_by_number(raw, hit.end - len(_WORDS[hit.literal]), hit.end)
            if hit.literal >= _PHONES
            else inserts or word_places.names_something(raw, hit.end, hit.literal < _IDS, values)
        )
    ]


def _is_trace(hit: Hit, raw: bytes) -> bool:
    """Whether a literal that may begin a blob does."""
    if hit.literal < _BLOBS:
        return True
    if hit.literal == len(_WORDS) - 1:
        return _compiled(_URI).search(raw, max(0, hit.end - 140), hit.end + 8) is not None
    return _compiled(BLOB).match(raw, hit.end - len(_WORDS[hit.literal])) is not None


def _addresses(raw: bytes) -> Iterator[int]:
    """Where an ``@`` stands between a letter or digit and a domain."""
    at = raw.find(b"@")
    while at >= 0:
        if raw[at - 1 : at].isalnum() and _compiled(_ADDRESS).match(raw, at):
            yield at
        at = raw.find(b"@", at + 1)


def _names(raw: bytes) -> list[int]:
    """Where quoted names stand, or two capitalised strings one after the other, that can be people in rows."""
    places = [at.start() for at in _compiled(_NAME_SHAPE).finditer(raw.translate(QUOTES))]
    places = [at for at in places if _compiled(_NAME).match(raw, at)]
    if not places:
        return []
    from nbguard.detect.samples import word_places

    found: list[int] = []
    near: list[int] = []
    for at in [*places, len(raw) + _APART]:
        if near and at - near[-1] >= _APART:
            found += near if word_places.are_people(raw, near) else ()
            near = []
        near.append(at)
    return found
