"""Shapes of values as literals: digits as 0, letters as A and a, marks as blanks; and what the bytes must match."""

from __future__ import annotations

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import kept_regex

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
_KNOWN = load_knowledge("signals")["shapes"]
DOTTED, BARE = (_KNOWN[name].encode() for name in ("dotted", "bare"))
# Shape needle: the pattern that the raw bytes there must match.
_NEEDLES = {
    needle.encode(): kept_regex(r"\{([a-z]+)\}").sub(lambda part: str(_KNOWN[part[1]]), pattern).encode()
    for needle, pattern in _KNOWN["needles"].items()
}
# The blank before a value may be an escape for one: as a literal of its own, at the same place.
VARIANTS = tuple(
    (needle, len(needle), check)
    for plain, check in _NEEDLES.items()
    for needle in ((plain, b"\\a" + plain[1:]) if plain[:1] == b" " else (plain,))
)
