"""Looks at the raw bytes around a literal before anybody parses the file: most hits are settled here.

A confirmation is a necessary condition on raw JSON or text: it may say yes to what is no finding, never no to what is
one. It holds for bytes in which no ASCII letter is written as an escape (see Screening.blind).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nbguard.detect.credentials.rules import Catalogue, Rule
    from nbguard.detect.triggers import Trigger

# An escape that could hide part of a literal: a letter, a digit, or one of - . / : = _ and the sign itself.
_HIDING = re.compile(rb"\\(?:/|u00(?:2[d-f]|3[0-9ad]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a]))", re.IGNORECASE)
# What a value behind a header's scheme looks like at least.
_OPAQUE = re.compile(rb"[A-Za-z0-9_\-.+/=]{8}")
_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_WORD = _ALPHANUMERIC | {ord("_")}
_ESCAPE_LETTERS = frozenset(b"nrtbf")
_BACKSLASH = ord("\\")


class Confirmation(NamedTuple):
    """What raw bytes have to show where a literal stands. ``always``: nothing more is asked."""

    always: bool
    generic: str
    shapes: tuple[Rule, ...]
    sink: bool
    escape: bool
    literal: bytes


def confirmation_of(literal: str, trigger: Trigger, catalogue: Catalogue, generic: str) -> Confirmation:
    """The confirmation of a literal; ``generic`` is the generic detectors' regex for it, empty if there is none."""
    return Confirmation(
        always=bool(trigger.plugins) and not generic,
        generic=generic,
        shapes=tuple(catalogue.by_rule[rule][1] for rule in sorted(trigger.shapes)),
        sink=trigger.sinks,
        escape=trigger.escape,
        literal=literal.encode(),
    )


def is_confirmed(confirmation: Confirmation, raw: bytes, end: int) -> bool:
    """Whether something can come of a literal that ends at the byte ``end``."""
    start = end - len(confirmation.literal)
    return (
        confirmation.always
        or (confirmation.sink and _stands_alone(confirmation.literal, raw, start, end))
        or (confirmation.generic != "" and _compile(confirmation.generic).match(raw, start) is not None)
        or (confirmation.escape and _hides_something(raw, start))
        or any(_shows_shape(rule, raw, start, end) for rule in confirmation.shapes)
    )


def _hides_something(raw: bytes, start: int) -> bool:
    """Whether an escape begins here that stands for a character of a literal (and isn't itself escaped)."""
    if _HIDING.match(raw, start) is None:
        return False
    before = start
    while before and raw[before - 1] == _BACKSLASH:
        before -= 1
    return (start - before) % 2 == 0


def _stands_alone(literal: bytes, raw: bytes, start: int, end: int) -> bool:
    """Whether a sink's name is no part of a longer word; behind a header's scheme a value has to follow."""
    if literal.endswith(b" ") and literal.count(b" ") == 1:
        return _OPAQUE.match(raw, end) is not None
    if literal[-1] in _WORD and end < len(raw) and raw[end] in _WORD:
        return False
    if literal[0] in _ALPHANUMERIC and start and raw[start - 1] in _ALPHANUMERIC:
        # The n of an escaped line end is no letter of the word behind it.
        return start > 1 and raw[start - 2] == _BACKSLASH and raw[start - 1] in _ESCAPE_LETTERS
    return True


def _shows_shape(rule: Rule, raw: bytes, start: int, end: int) -> bool:
    from nbguard.detect.credentials.shapes import compile_shape

    window = raw[max(0, start - rule.reach - 4) : end + rule.reach + 4].decode("latin-1")
    return any(compile_shape(shape).search(window) is not None for shape in rule.shapes)


@cache
def _compile(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())
