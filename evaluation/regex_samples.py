"""Makes texts that a regex matches, at random: for peers' examples, which are written as regexes."""

from __future__ import annotations

import re
import string
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

# Python's own reader of regexes, which has no types.
constants: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
_PRINTABLE = string.ascii_letters + string.digits + "_-"
_CATEGORIES = {
    constants.CATEGORY_DIGIT: string.digits,
    constants.CATEGORY_WORD: string.ascii_letters + string.digits + "_",
    constants.CATEGORY_SPACE: " ",
}
# Of what may be repeated without an end, so many at most beyond the least.
_MORE = 4


def sample_of(pattern: str, source: random.Random) -> str:
    """A text that a regex matches. Raises ValueError for what it can't make a text of."""
    try:
        return _of_all(parser.parse(pattern), source)
    except (re.error, IndexError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no text can be made of {pattern!r}") from error


def sample_of_value(pattern: str, source: random.Random) -> str:
    """The same of what a regex captures first, or of all of it where it captures nothing."""
    try:
        parsed = parser.parse(pattern)
        return _of_all(_first_group(parsed) or parsed, source)
    except (re.error, IndexError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no text can be made of {pattern!r}") from error


def _first_group(items: Any) -> Any:
    for kind, value in items:
        if kind is constants.SUBPATTERN and value[0] is not None:
            return value[-1]
        inner = [value[-1]] if kind is constants.SUBPATTERN else value[1] if kind is constants.BRANCH else ()
        found = next((group for branch in inner if (group := _first_group(branch))), None)
        if found:
            return found
    return None


def _of_all(items: Any, source: random.Random) -> str:
    return "".join(_of_one(kind, value, source) for kind, value in items)


def _of_one(kind: Any, value: Any, source: random.Random) -> str:
    if kind is constants.LITERAL:
        return chr(value)
    if kind in (constants.AT, constants.ASSERT, constants.ASSERT_NOT):
        return ""
    if kind is constants.ANY:
        return source.choice(_PRINTABLE)
    if kind is constants.NOT_LITERAL:
        return source.choice([sign for sign in _PRINTABLE if ord(sign) != value])
    if kind is constants.IN:
        return source.choice(_signs(value))
    if kind is constants.BRANCH:
        return _of_all(source.choice(value[1]), source)
    if kind is constants.SUBPATTERN:
        return _of_all(value[-1], source)
    least, most, inner = value  # a repetition
    times = source.randint(least, min(int(most), least + _MORE))
    return "".join(_of_all(inner, source) for _ in range(times))


def _signs(members: Any) -> list[str]:
    signs: set[str] = set()
    negated = False
    for kind, value in members:
        if kind is constants.NEGATE:
            negated = True
        elif kind is constants.LITERAL:
            signs.add(chr(value))
        elif kind is constants.RANGE:
            signs.update(map(chr, range(value[0], value[1] + 1)))
        else:
            signs.update(_CATEGORIES[value])
    return sorted(set(_PRINTABLE) - signs if negated else signs)
