"""Elements of a regex as Python's parser gives them: which of them repeat, and which characters one of them takes."""

from __future__ import annotations

import re
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def takes(kind: Any, argument: Any, sign: str) -> bool:
    """Whether an element that takes one character takes this one; flags aren't looked at."""
    if kind is op.ANY:
        return sign != "\n"
    if kind is op.LITERAL:
        return bool(ord(sign) == argument)
    if kind is op.NOT_LITERAL:
        return bool(ord(sign) != argument)
    if kind is op.RANGE:
        return bool(argument[0] <= ord(sign) <= argument[1])
    if kind is op.CATEGORY:
        return re.match(_CATEGORIES[argument], sign) is not None
    negated = is_negated(argument)
    return any(takes(part, inner, sign) for part, inner in argument[negated:]) != negated


def is_negated(items: Any) -> bool:
    """Whether a set is of the characters that don't stand in it."""
    return bool(items[0][0] is op.NEGATE)
