"""Makes numbers that describe people coarse: ages in steps of five, incomes and measurements with fewer digits."""

from __future__ import annotations

import re

from nbguard.lazy_regex import lazy_regex

_NUMBER = lazy_regex(r"\d+(?:[.,]\d+)*")
_STEP, _OLDEST = 5, 90


def coarse_age(value: str) -> str:
    """An age rounded down to a step of five years, 90 at most, written as it was."""
    found = re.search(r"\d{1,3}(?!\d)", value)
    if not found:
        return value
    age = str(min(int(found[0]) // _STEP * _STEP, _OLDEST)).zfill(len(found[0]) if found[0][0] == "0" else 1)
    rest = re.sub(r"[1-9]", "0", value[found.end() :]) if value[found.end() : found.end() + 1] in ".," else None
    return value[: found.start()] + age + (value[found.end() :] if rest is None else rest)


def coarse_number(value: str, kept: int = 2) -> str:
    """A number with zeros behind its first digits; marks between thousands and the number of decimals stay."""
    return _NUMBER.sub(lambda found: _zeros(found[0], kept), value)


def _zeros(number: str, kept: int) -> str:
    made: list[str] = []
    for character in number:
        if character.isdigit():
            if not (kept and (character != "0" or made)):
                made.append("0")
                continue
            kept -= 1
        made.append(character)
    return "".join(made)
