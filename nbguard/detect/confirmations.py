"""Looks at the raw bytes around a literal before anybody parses the file: most hits are settled here.

A confirmation is a necessary condition on raw JSON or text: it may say yes to what is no finding, never no to what is
one. It holds for bytes in which no ASCII letter is written as an escape (see Screening.blind).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.triggers import Trigger

# An escape that could hide part of a literal: a letter, a digit, or one of - . / : = _ and the sign itself.
_HIDING = r"(?i)\\(?:/|u00(?:2[d-f]|3[0-9ad]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a]))"
# What a value behind a header's scheme looks like at least.
_OPAQUE = r"[A-Za-z0-9_\-.+/=]{8}"
# A call with an argument, a name given on to another call, an import under another name.
_CALLED = r"\s{0,4}\(\s{0,99}[^)\s]|\s{0,4},|\s{1,4}as\s"
# A name to which something is given: NAME=, "NAME": , ["NAME"] =, setdefault("NAME", …), NAME value, get("NAME") or.
_GIVEN = r"""(?:\\{0,3}["'`])?[\])]{0,2}(?:\s{0,4}(?:=(?!=)|:|,|\|)|\s{1,4}or\b|[ \t]{1,8}[^\s\\"']{8}|<|&)"""
# The rest of an address with a credential in its query.
_QUERY = r"[^\s\"'<>\\]{0,400}?[?&][\w.-]{0,40}(?i:token|key|secret|auth|password)[\w.-]{0,40}="
# Sinks that count only with another word in the same file.
_BY_NEED = frozenset(("import", "host", "device"))
_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_WORD = _ALPHANUMERIC | {ord("_")}
_ESCAPE_LETTERS = frozenset(b"nrtbf")
_BACKSLASH = ord("\\")


def is_confirmed(trigger: Trigger, raw: bytes, end: int) -> bool:
    """Whether something can come of a trigger's literal that ends at the byte ``end``."""
    start = end - len(trigger.literal.encode())
    return (
        (bool(trigger.sinks) and _confirms_sink(trigger, raw, start, end))
        or (bool(trigger.plugins) and _confirms_generic(trigger.confirm, raw, start))
        or (trigger.escape and _hides_something(raw, start))
        or bool(trigger.identifiers)
        or (bool(trigger.hygiene) and _confirms_hygiene(trigger.hygiene, raw, end))
        or (bool(trigger.shapes) and _shows_shape(trigger.shapes, raw, start, end))
    )


def _confirms_hygiene(rules: Sequence[str], raw: bytes, end: int) -> bool:
    """Whether an install names a quantum SDK in any version, or a name is called with something."""
    if "unpinned-sdk" in rules:
        return _installs_any_version(raw, end)
    return _compile(_CALLED).match(raw, end) is not None


# In a file with more installs than anybody writes, each counts: a quick look at every one would be slow.
_MOST_INSTALLS = 200
_looked: list[tuple[bytes, int]] = []


def _installs_any_version(raw: bytes, end: int) -> bool:
    times = _looked[0][1] + 1 if _looked and _looked[0][0] is raw else 0
    _looked[:] = [(raw, times)]
    if times > _MOST_INSTALLS:
        return True
    from nbguard.detect.sdk_names import sdk_command

    command = sdk_command(raw, end)
    if command is None:
        return False
    from nbguard.detect.hygiene.installs import may_be_unpinned

    return may_be_unpinned(command)


def _confirms_sink(trigger: Trigger, raw: bytes, start: int, end: int) -> bool:
    if "scheme" in trigger.sinks and _compile(_OPAQUE).match(raw, end) is not None:
        return True
    if not _stands_alone(trigger.literal.encode(), raw, start, end):
        return False
    return (
        "any" in trigger.sinks
        or ("call" in trigger.sinks and _compile(_CALLED).match(raw, end) is not None)
        or ("name" in trigger.sinks and _compile(_GIVEN).match(raw, end) is not None)
        or ("host" in trigger.sinks and _compile(_QUERY).match(raw, end) is not None)
        or ("keywords" in trigger.sinks and _called_with(trigger.needs, raw, end))
        or (not _BY_NEED.isdisjoint(trigger.sinks) and _holds_any(trigger.needs, raw))
    )


def _called_with(keywords: Sequence[str], raw: bytes, end: int) -> bool:
    return _compile(_CALLED).match(raw, end) is not None and _holds_any(keywords, raw)


_lowered: list[tuple[bytes, bytes]] = []


def _holds_any(needs: Sequence[str], raw: bytes) -> bool:
    """Whether one of some needs is met in a file; the latest file's lower-case copy is kept."""
    if not _lowered or _lowered[0][0] is not raw:
        _lowered[:] = [(raw, raw.lower())]
    text = _lowered[0][1]
    return any(all(word.encode() in text for word in need.split("&")) for need in needs)


def _confirms_generic(regex: str, raw: bytes, start: int) -> bool:
    return regex == "" or _compile(regex).match(raw, start) is not None


def _hides_something(raw: bytes, start: int) -> bool:
    """Whether an escape begins here that stands for a character of a literal (and isn't itself escaped)."""
    if _compile(_HIDING).match(raw, start) is None:
        return False
    before = start
    while before and raw[before - 1] == _BACKSLASH:
        before -= 1
    return (start - before) % 2 == 0


def _stands_alone(literal: bytes, raw: bytes, start: int, end: int) -> bool:
    """Whether a sink's name is no part of a longer word."""
    if literal[-1] in _WORD and end < len(raw) and raw[end] in _WORD:
        return False
    if literal[0] in _ALPHANUMERIC and start and raw[start - 1] in _ALPHANUMERIC:
        # The n of an escaped line end is no letter of the word behind it.
        return start > 1 and raw[start - 2] == _BACKSLASH and raw[start - 1] in _ESCAPE_LETTERS
    return True


def _shows_shape(rules: Sequence[str], raw: bytes, start: int, end: int) -> bool:
    from nbguard.detect.credentials.rules import load_catalogue
    from nbguard.detect.credentials.shapes import compile_shape

    by_rule = load_catalogue().by_rule
    for rule in (by_rule[rule][1] for rule in rules):
        window = raw[max(0, start - rule.reach - 4) : end + rule.reach + 4].decode("latin-1")
        if any(compile_shape(shape).search(window) is not None for shape in rule.shapes):
            return True
    return False


@cache
def _compile(pattern: str) -> re.Pattern[bytes]:
    return re.compile(pattern.encode())
