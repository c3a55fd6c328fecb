"""Literals that a program joins to a value's, in the languages for which nothing follows names: ``"A" + "B"``."""

from __future__ import annotations

import re

# The signs that join two texts in one language or another, and a line that goes on.
_BREAK = r"(?:[\\_`]\r?\n\s{0,80}+)?"
_JOIN = rf"\s{{0,80}}+{_BREAK}(?:(?:\+\+?|\.\.?|[*&~]|\|\||<>|%\+%)\s{{0,80}}+{_BREAK})?"
_OPEN = r"[A-Za-z$@]{0,3}\(?[\"'`]{1,3}"
_JOINED = re.compile(rf"[\"'`]\)?{_JOIN}{_OPEN}[A-Za-z0-9_-]")
_JOINED_BEFORE = re.compile(rf"[A-Za-z0-9_-][\"'`]{{1,3}}\)?{_JOIN}{_OPEN}\Z")
# Calls that put their arguments together.
_CALL = re.compile(
    r"\b(?:paste0?|str_c|concat|Concat|CONCAT|strcat|string|stringr::str_c|append|Append)\(\s{0,80}"
    r"(?:[\"'][^\"'\n]{0,200}[\"']\s{0,20},\s{0,80}){0,20}[\"']\Z"
)
_METHOD = re.compile(
    r"[\"'`](?:\.(?:concat|append|plus)\(\s{0,80}+[\"'`][A-Za-z0-9_-]"
    r"|(?:\s{0,80}+,\s{0,80}+[\"'`][^\"'`\n]{0,200}[\"'`]){0,20}+\s{0,80}+,?\s{0,80}+\]\s{0,80}+\.(?:join|concat)\b)"
)
_NEXT = re.compile(r"[\"']\s{0,20},\s{0,80}[\"'][A-Za-z0-9_-]")
_PREVIOUS = re.compile(r"[A-Za-z0-9_-][\"']\s{0,20},\s{0,80}[\"']\Z")
_LOOK = 600


def is_joined_to_literal(text: str, start: int, end: int) -> bool:
    """Whether a literal beside the one that these characters are in goes on with, or ends in, a token's characters."""
    near = max(0, start - _LOOK)
    if _JOINED.match(text, end) or _METHOD.match(text, end) or _JOINED_BEFORE.search(text, near, start):
        return True
    return _CALL.search(text, near, start) is not None and (
        _NEXT.match(text, end) is not None or _PREVIOUS.search(text, near, start) is not None
    )
