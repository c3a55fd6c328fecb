"""Proves that a rule's regex takes time linear in its input: counts are bounded, and no repeat stands in a repeat."""

from __future__ import annotations

import re
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from nbguard.detect.catalogue.regex_elements import REPEATS

# Longer matches would make a window around a literal larger than most cells.
_WIDEST = 12_000


def widest_match(pattern: str) -> int:
    """The most characters a pattern can match, or a very large number where nothing bounds it."""
    return int(_parser.parse(pattern).getwidth()[1])


def explain_danger(pattern: str) -> str:
    """Why a pattern could be slow on hostile input; empty where it can't. Raises re.error for a broken pattern."""
    re.compile(pattern)
    if widest_match(pattern) > _WIDEST:
        return f"matches more than {_WIDEST} characters; every * and + needs a bound, such as {{0,64}}"
    if _repeats_in(_parser.parse(pattern), repeated=False):
        return "has a repeat inside a repeat"
    return ""


def _repeats_in(node: Any, repeated: bool) -> bool:
    """Whether a repeat stands inside a repeat; ``?`` and a fixed count of a single set count as none."""
    if isinstance(node, _parser.SubPattern):
        return any(_repeats_in(item, repeated) for item in node)
    if isinstance(node, list):
        return any(_repeats_in(item, repeated) for item in node)
    if not isinstance(node, tuple) or not node:
        return False
    operator, argument = (node[0], node[1:]) if len(node) > 1 else (None, ())
    if operator in REPEATS:
        least, most, body = argument[0]
        again = int(most) > 1
        return (again and repeated and least != most) or _repeats_in(body, repeated or again)
    return any(_repeats_in(item, repeated) for item in argument)
