"""Shapes of values as literals: digits as 0, letters as A and a, marks as blanks; and what the bytes must match."""

from __future__ import annotations

# Digits become 0, capitals A, small letters a; quotes, white space and marks between values become a blank. What
# base64 is made of, and the dot of a decimal number, stay apart: pictures and results have no such shapes.
_SHAPES = bytearray(range(256))
_SHAPES[ord("0") : ord("9") + 1] = b"0" * 10
_SHAPES[ord("A") : ord("Z") + 1] = b"A" * 26
_SHAPES[ord("a") : ord("z") + 1] = b"a" * 26
# The same with the two quotes made alike and nothing else changed.
_QUOTES = bytearray(_SHAPES)
_QUOTES[ord("'")] = ord('"')
for _mark in b" \t\r\n\"'`,;:|<>()[]{}=#-":
    _SHAPES[_mark] = ord(" ")
SHAPES, QUOTES = bytes(_SHAPES), bytes(_QUOTES)
# No number before or after, as in rows of numbers: what stands alone, or in cells of its own.
_ALONE, _END = rb"(?:(?<![\d.])(?<!\d,) |[^ ])", rb"(?![\w.]|[ ,;-]\d|, \d)"
DOTTED = rb"\d\.\d{1,3}\.\d{1,3}\.\d"
BARE = rb".(\d{9,19})X?(?!\w|\.\d)"
# Shape needle: the pattern that the raw bytes there must match.
_NEEDLES = {
    b" 000000000": BARE,  # ids, cards
    b"0000 0000 0000": rb"(?<![\d.])\d{4}([ -])\d{4}\1\d{4}",  # cards, Aadhaar
    b"0000 000000 0": rb"3[47]\d\d[ -]",  # cards with four, six and five digits
    b" 000 00 0000": rb".\d{3}-\d\d-\d{4}(?!\d)",  # US
    b" 00 000 000 000": _ALONE + rb"[1-9]\d \d{3} \d{3} \d{3}" + _END,  # Germany
    b" 000 000 0000": _ALONE + rb"\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?![\w.]|[ ,;]\d|, \d)",  # phones, NHS
    b" 000000 0000": rb".\d{6}[-+]?\d{4}|.\d{6} \d{4}",  # Nordic countries
    b" AA00": rb".[A-Z]{2}\d\d ?[0-9A-Z]{4} ?[0-9A-Z]{4}",  # IBANs
    b" aa00": rb"(?<=[iI][bB][aA][nN].).[a-z]{2}\d\d[0-9a-z]{11}|(?<=[iI][bB][aA][nN] is).[a-z]{2}\d\d[0-9a-z]{11}"
    rb"|(?<=[iI][bB][aA][nN]).[a-z]{2}\d\d[0-9a-z]{11}",  # IBANs in small letters
    b" A00.0": rb".[A-TV-Z]\d\d\.\d{1,2}[A-Z]?(?![\w.])",  # diagnoses, ICD-10
    b"+00 ": rb"\+\d\d[ -]?[\d(]",
    b"+0 000 ": rb"\+\d[ -]\(?\d{3}[) -]",
    b"+00000000": rb"\+[1-9]\d{7,14}(?![\w.*])",
    b" 00000000A": rb".\d{8}[A-Z]\b",  # Spain
    b" 00000000 A": rb".\d{8}[ -][A-Z]\b",
    b" A0000000A": rb".[XYZ]\d{7}[A-Z]\b",
    b" A 0000000 A": rb".[XYZ]-\d{7}-[A-Z]\b",
    b"AAAAAA00A00A000A": rb"(?<![A-Za-z0-9+/])[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z](?![A-Za-z0-9+/])",  # Italy
    b" AAAA000000AAA": rb".[A-Z]{4}\d{6}[HM][A-Z]{5}",  # Mexico
    b" 000.000.000 00": rb".\d{3}\.\d{3}\.\d{3}-",  # Brazil
    b" 000.0000.0000.00": rb".756",  # Switzerland
    b" AA000000A": rb".[A-Z]{2}\d{6}[A-Z]\b",  # United Kingdom
    b"0.0.0": DOTTED,  # IP addresses
    b"0.00.0": DOTTED,
    b"0.000.0": DOTTED,
    b" 00 00 00 A": rb".\d\d \d\d \d\d [A-DT]\b",
    b" 00 00 00 000 000": rb"(?<![\d.] [12])(?<!\d[12])(?<=[12]) \d\d \d\d \d[\dAB] \d{3} \d{3} \d\d" + _END,  # France
}
# The blank before a value may be an escape for one: as a literal of its own, at the same place.
VARIANTS = tuple(
    (needle, len(needle), check)
    for plain, check in _NEEDLES.items()
    for needle in ((plain, b"\\a" + plain[1:]) if plain[:1] == b" " else (plain,))
)
