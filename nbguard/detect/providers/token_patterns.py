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


@cache
def compile_shape(shape: str) -> re.Pattern[str]:
    """A shape as a regex that matches only where the token stands by itself."""
    return kept_regex(f"{BEFORE}(?:{shape}){_AFTER}")


def is_by_chance(text: str, start: int, end: int) -> bool:
    """Whether a match is a small part of a long base64 run, so that its shape means nothing."""
    if _BASE64.fullmatch(text, start, end) is None:
        return False
    last = _BASE64.match(text, end, end + _LONG_RUN)
    after = last.end() - end if last else 0
    before = len(_BASE64.match(text[max(0, start - _LONG_RUN) : start][::-1]).group())  # type: ignore[union-attr]
    return before + after > 0 and before + (end - start) + after >= _LONG_RUN
