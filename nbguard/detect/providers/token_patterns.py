"""Token shapes as regexes: a token stands by itself, and is no part of long data in base64."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nbguard.lazy_regex import kept_regex, lazy_regex

if TYPE_CHECKING:
    import re

# A token stands by itself. What an escaped line end or a percent-escape leaves in front of it is no part of a word.
BEFORE = (
    r"(?:(?<![A-Za-z0-9_])|(?<=\\[nrt])|(?<=%[0-9A-F]{2})"
    r"|(?<=\[m)|(?<=[\[;]\dm)|(?<=[\[;]\d\dm)|(?<=[\[;]\d\d\dm))"
)
_AFTER = r"(?![A-Za-z0-9_])"

# Pictures and other data in base64: what looks like a token in so long a run is chance.
_LONG_RUN = 200
_BASE64 = lazy_regex(r"[A-Za-z0-9+/]*")
# A line of base64 in front, with what a program writes between two of them. Lists of keys have other lengths.
_LINE_BEFORE = lazy_regex(
    r"(?<![A-Za-z0-9+/])(?=[A-Za-z0-9]{0,76}[+/])(?P<run>[A-Za-z0-9+/]{60}|[A-Za-z0-9+/]{64}|[A-Za-z0-9+/]{72}|[A-Za-z0-9+/]{76})"
    r"(?:\\n|\\)?[\"',]{0,3}\s{1,20}[\"']?\Z"
)


@cache
def compile_shape(shape: str) -> re.Pattern[str]:
    """A shape as a regex that matches only where the token stands by itself."""
    return kept_regex(f"{BEFORE}(?:{shape}){_AFTER}")


def is_by_chance(text: str, start: int, end: int) -> bool:
    """Whether a match is a small part of a long base64 run, so that its shape means nothing.

    A run may be written in lines of one length (an image in HTML): the line before is as long, and base64 too.
    """
    if _BASE64.fullmatch(text, start, end) is None:
        return False
    last = _BASE64.match(text, end, end + _LONG_RUN)
    after = last.end() - end if last else 0
    before = len(_BASE64.match(text[max(0, start - _LONG_RUN) : start][::-1]).group())  # type: ignore[union-attr]
    if before + after > 0 and before + (end - start) + after >= _LONG_RUN:
        return True
    line = _LINE_BEFORE.search(text, max(0, start - before - _LONG_RUN), start - before)
    return line is not None and len(line["run"]) == before + (end - start) + after
