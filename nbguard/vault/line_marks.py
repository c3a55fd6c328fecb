"""Marks of a text that are asked for at each of very many places: found once, then looked up."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

_IN_QUOTES = re.compile(r"[\n\"'\\]")
_FILLED_IN = re.compile(r"[{}$]")


def open_quote(text: str, at: int) -> str:
    """The quotation mark of a shell that is open in front of a character, told from its line alone; or nothing."""
    places, states = _quotes(text)
    number = bisect_left(places, at) - 1
    return states[number] if number >= 0 else ""


def may_be_filled_in(text: str, start: int, end: int) -> bool:
    """Whether there is a brace or a dollar sign between two places."""
    places = _filled_in(text)
    number = bisect_left(places, start)
    return number < len(places) and places[number] < end


@lru_cache(maxsize=1)
def _quotes(text: str) -> tuple[list[int], list[str]]:
    """Where it changes which mark is open, and to which."""
    places: list[int] = []
    states: list[str] = []
    quote, skipped = "", -1
    for found in _IN_QUOTES.finditer(text):
        mark, at = found.group(), found.start()
        now = quote
        if mark == "\n":
            now = ""
        elif at == skipped:
            continue
        elif mark == "\\":
            skipped = at + 1 if quote != "'" else skipped
        elif not quote:
            now = mark
        elif mark == quote:
            now = ""
        if now != quote:
            places.append(at)
            states.append(now)
            quote = now
    return places, states


@lru_cache(maxsize=1)
def _filled_in(text: str) -> list[int]:
    return [found.start() for found in _FILLED_IN.finditer(text)]
