"""Takes a credential whole: what matched is extended to the run of token characters that it stands in.

A shape that says 24 characters matches the first 24 of a key that has 99 by now. Every finding of a credential passes
here, whichever detector made it, so that columns, fingerprint and what is moved agree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.detect.finding import Finding

# A longer run is data, not a credential; a match in it stays as it is, and is never moved.
LONGEST_RUN = 4_096

# A run of these belongs to a token.
_RUN = lazy_regex(r"[A-Za-z0-9_-]*", re.ASCII)
# What may hold the pieces of one token together, where nothing else stands in its literal or behind its name.
_WORD = lazy_regex(r"[A-Za-z0-9_.~+-]*", re.ASCII)
_WORD_WITH_SLASHES = lazy_regex(r"[A-Za-z0-9_.~+/-]*", re.ASCII)
# The same behind it, where a character may be written as in a URL.
_REST = lazy_regex(r"(?:[A-Za-z0-9_.~+-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_REST_WITH_SLASHES = lazy_regex(r"(?:[A-Za-z0-9_.~+/-]|%[0-9A-Fa-f]{2})*", re.ASCII)
# What a literal has in it that is one token to its end.
_REST_OF_LITERAL = lazy_regex(r"(?:[A-Za-z0-9_.~+/,=-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_PADDING = lazy_regex(r"={1,2}(?![A-Za-z0-9_=])", re.ASCII)
_QUOTES = "\"'`"
_BEFORE_WORD = frozenset(" \t\n\r=:,([{>&?|\"'`")
_AFTER_WORD = frozenset(" \t\n\r,;)]}<&@#|\"'`")
# What a letter or two in front of a token can be the end of: an escape in text that is escaped once more, or in a URL;
# a terminal's colour code.
_ESCAPE_ENDS = lazy_regex(r"(?:\\(?:[nrtbfv]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})|%[0-9A-Fa-f]{2}|[\[;]\d{0,3}m)\Z")
# The end of a terminal's colour code, behind the last of its signs.
_COLOUR_END = lazy_regex(r"\d{0,3}m", re.ASCII)
# A flag with its value right behind it, as in `mysql -pVALUE`.
_FLAG = lazy_regex(r"(?:\A|[\s\"'])-[A-Za-z]\Z")
_JOINED_BEFORE = lazy_regex(r"[A-Za-z0-9_]-*\Z", re.ASCII)
# Behind it, an escape may write a character of the token too, or join the next line; dots stand for a rest.
_JOINED_BEHIND = lazy_regex(
    r"\.{3}|…|-*(?:(?:[.~+]|={1,2})?[A-Za-z0-9_]|%[0-9A-Fa-f]{2}[A-Za-z0-9_%]|[.~+=]{0,2}\\{1,2}(?:x|u|U|N\{|[0-7]|\r?\n))",
    re.ASCII,
)
_LOOK = 64
# Causes of findings that were known by their form.
_BY_SHAPE = ("shape", "rule pack")


def take_whole(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, each credential extended to the whole token that it is a part of.

    Where its literal holds nothing else, it is extended to that; a second credential in it is something else.
    """
    whole = [_whole(finding) if finding.kind == "credential" else finding for finding in findings]
    starts = {(finding.field.part.start, finding.start) for finding in whole if finding.kind == "credential"}
    return [_to_literal(finding, starts) if finding.kind == "credential" else finding for finding in whole]


def is_joined(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Whether a token goes on to the left, and to the right, of these characters, so that they are a part of it.

    Takes time bounded by a constant, but for a long row of dashes.
    """
    before = text[max(0, start - _LOOK) : start]
    ends_otherwise = _ESCAPE_ENDS.search(before) or _FLAG.search(before)
    return (
        (_JOINED_BEFORE.search(before) is not None or _is_cased(before[-1:])) and not ends_otherwise,
        _JOINED_BEHIND.match(text, end) is not None
        or text[end - 1 : end + 1] == "=="
        or _is_cased(text[end : end + 1]),
    )


def _is_cased(character: str) -> bool:
    """Whether a character is a letter of an alphabet. Those of scripts without spaces begin a word of their own."""
    return character.islower() or character.isupper()


def _whole(finding: Finding) -> Finding:
    text, start, end = finding.field.text, finding.start, finding.end
    value = finding.value
    if not value or text[start:end] != value or "\n" in value:
        return finding  # put together from several places, decoded from a layer, or a block of lines
    # Where a name or a call told what the value is, its beginning is known.
    by_shape = finding.cause in _BY_SHAPE
    first = _run_before(text, start, _RUN) if by_shape else start
    last = _run_behind(text, end, _RUN)
    first, last = _whole_word(text, (first, last), by_shape, "/" in value or "+" in value)
    padding = _PADDING.match(text, last)
    last = padding.end() if padding and _is_base64(text, first, last) else last
    if (first, last) == (start, end):
        return finding
    prefix = finding.prefix if first == start else 0
    return finding._replace(start=first, end=last, value=text[first:last], prefix=prefix)


def _to_literal(finding: Finding, starts: set[tuple[int, int]]) -> Finding:
    """A token that begins its literal with the rest of that, where the rest is made of a token's characters too.

    No shape has a slash or a comma at its end, but a vendor's next form may.
    """
    text, start, end = finding.field.text, finding.start, finding.end
    quote = text[start - 1 : start]
    if text[end : end + 1] not in ("/", ",") or not quote or quote not in _QUOTES or finding.cause not in _BY_SHAPE:
        return finding
    found = _REST_OF_LITERAL.match(text, end, end + LONGEST_RUN)
    last = found.end() if found else end
    part = finding.field.part.start
    if text[last : last + 1] != quote or any((part, at) in starts for at in range(end, last)):
        return finding
    return finding._replace(end=last, value=text[start:last])


def _whole_word(text: str, span: tuple[int, int], to_the_left: bool, slashes: bool) -> tuple[int, int]:
    """The word that a token is a part of, with dots and pluses in it, where nothing else stands in its place.

    Its place is a literal, from quotation mark to quotation mark, or what stands between a name and the line's end.
    """
    characters = _WORD_WITH_SLASHES if slashes else _WORD
    first = _run_before(text, span[0], characters) if to_the_left else span[0]
    last = _run_behind(text, span[1], _REST_WITH_SLASHES if slashes else _REST)
    padding = _PADDING.match(text, last)
    end = padding.end() if padding else last
    before, behind = text[first - 1 : first], text[end : end + 1]
    if before and before in _QUOTES and behind == before:
        return first, end
    if (before and before not in _BEFORE_WORD) or (behind and behind not in _AFTER_WORD):
        return span
    # In prose a full stop ends the sentence, not the token; and a word's beginning is no part of it.
    while last > span[1] and text[last - 1] in ".~+":
        last -= 1
    return span[0], last


def _run_before(text: str, at: int, characters: re.Pattern[str]) -> int:
    found = characters.match(text[max(0, at - LONGEST_RUN) : at][::-1])
    length = found.end() if found else 0
    if length == LONGEST_RUN:
        return at
    first = at - length
    if text[first - 1 : first] in ("\\", "%"):
        # Inside an escape there is no token: it begins behind it.
        for skip in (1, 2, 3, 5):
            if _ESCAPE_ENDS.search(text[max(0, first - _LOOK) : first + skip]):
                first = min(at, first + skip)
                break
    if text[first - 1 : first] in ("[", ";") and (colour := _COLOUR_END.match(text, first, at)) is not None:
        first = colour.end()
    # A dash in front is a flag's, a list's or a comment's.
    while first < at and text[first] == "-":
        first += 1
    return first


def _run_behind(text: str, at: int, characters: re.Pattern[str]) -> int:
    found = characters.match(text, at, at + LONGEST_RUN)
    last = found.end() if found else at
    if last - at == LONGEST_RUN:
        return at
    if text[last : last + 1] == ">":
        # The end of a comment in HTML.
        while last > at and text[last - 1] == "-":
            last -= 1
    return last


def _is_base64(text: str, first: int, last: int) -> bool:
    return last - first >= 16 and text[first:last].replace("_", "").replace("-", "").isalnum()
