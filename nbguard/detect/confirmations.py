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
_OPAQUE = r" ?[A-Za-z0-9_\-.+/=]{8}"
# A call with an argument, a name given on to another call, an import under another name.
_CALLED = r"\s{0,4}\(\s{0,99}[^)\s]|\s{0,4},|\s{1,4}as\s"
# A name to which something is given: NAME=, "NAME": , ["NAME"] =, setdefault("NAME", …), NAME value, get("NAME") or.
_GIVEN = r"""(?:\\{0,3}["'`])?[\])]{0,2}(?:\s{0,4}(?:\??=(?!=)|:|,|\|)|\s{1,4}or\b|[ \t]{1,8}[^\s\\"']{8}|<|&)"""
# The rest of an address with a credential in its query.
_QUERY = r"[^\s\"'<>\\]{0,400}?[?&][\w.-]{0,40}(?i:token|key|secret|auth|password)[\w.-]{0,40}="
# Sinks that count only with another word in the same file.
_BY_NEED = frozenset(("import", "host", "device"))
_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_WORD = _ALPHANUMERIC | {ord("_")}
_NAMED_PROVIDER = ("NamedProvider",)
# What is given to a provider's name has such a run of characters in it, no further off than this (in bytes).
_LONG_RUN = r"[\w.+/-]{20}"
_REACH = 25_000
_ESCAPE_LETTERS = frozenset(b"nrtbf")
_BACKSLASH = ord("\\")


# In a file with more installs than anybody writes, each counts: a quick look at every one would be slow.
_MOST_INSTALLS = 200


class Confirmer:
    """Answers for the raw bytes of one file; what was found out for one hit is kept for the next."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._lowered = b""
        self._met: dict[tuple[str, ...], bool] = {}
        self._installs = 0
        # The next long run was searched for from the one offset, and stands at the other.
        self._run_from, self._run_at = 0, -1

    def confirms(self, trigger: Trigger, end: int) -> bool:
        """Whether something can come of a trigger's literal (ASCII) that ends at the byte ``end``."""
        start = end - len(trigger.literal)
        # First what fires most by far: addresses, and names of arguments.
        if trigger.plugins and self._confirms_plugins(trigger, start):
            return True
        if trigger.sinks and self._confirms_sink(trigger, start, end):
            return True
        return (
            (trigger.escape and _hides_something(self._raw, start))
            or bool(trigger.identifiers)
            or (bool(trigger.hygiene) and self._confirms_hygiene(trigger.hygiene, end))
            or (bool(trigger.shapes) and _shows_shape(trigger.shapes, self._raw, start, end))
        )

    def _confirms_plugins(self, trigger: Trigger, start: int) -> bool:
        named = tuple(trigger.plugins) == _NAMED_PROVIDER
        if named and not self._is_long_run_ahead(start):
            return False
        if trigger.confirm and not _compile(trigger.confirm).match(self._raw, start):
            return False
        return not named or _gives_to_provider(trigger.literal, self._raw, start)

    def _is_long_run_ahead(self, start: int) -> bool:
        """Whether anything as long as a credential follows. A table names its backend on every line, and holds none."""
        if not self._run_from <= start <= self._run_at:
            found = _compile(_LONG_RUN).search(self._raw, start)
            self._run_from, self._run_at = start, found.start() if found is not None else len(self._raw) + _REACH
        return self._run_at - start < _REACH

    def _matches(self, pattern: str, at: int) -> bool:
        return _compile(pattern).match(self._raw, at) is not None

    def _confirms_sink(self, trigger: Trigger, start: int, end: int) -> bool:
        sinks = trigger.sinks
        if "scheme" in sinks and self._matches(_OPAQUE, end):
            return True
        if not _stands_alone(trigger.literal, self._raw, start, end):
            return False
        return (
            "any" in sinks
            or ("call" in sinks and self._matches(_CALLED, end))
            or ("name" in sinks and self._matches(_GIVEN, end))
            or ("host" in sinks and self._matches(_QUERY, end))
            or ("keywords" in sinks and self._matches(_CALLED, end) and self._meets(trigger.needs))
            or (not _BY_NEED.isdisjoint(sinks) and self._meets(trigger.needs))
        )

    def _meets(self, needs: Sequence[str]) -> bool:
        """Whether one of some needs is met in the file."""
        key = tuple(needs)
        if key not in self._met:
            text = self._lowered = self._lowered or self._raw.lower()
            self._met[key] = any(all(word.encode() in text for word in need.split("&")) for need in needs)
        return self._met[key]

    def _confirms_hygiene(self, rules: Sequence[str], end: int) -> bool:
        """Whether an install names a quantum SDK in any version, or a name is called with something."""
        if "unpinned-sdk" not in rules:
            return self._matches(_CALLED, end)
        self._installs += 1
        if self._installs > _MOST_INSTALLS:
            return True
        from nbguard.detect.sdk_names import sdk_command

        command = sdk_command(self._raw, end)
        if command is None:
            return False
        from nbguard.detect.hygiene.installs import may_be_unpinned

        return may_be_unpinned(command)


def _hides_something(raw: bytes, start: int) -> bool:
    """Whether an escape begins here that stands for a character of a literal (and isn't itself escaped)."""
    if _compile(_HIDING).match(raw, start) is None:
        return False
    before = start
    while before and raw[before - 1] == _BACKSLASH:
        before -= 1
    return (start - before) % 2 == 0


def _gives_to_provider(literal: str, raw: bytes, start: int) -> bool:
    from nbguard.detect.generic.assigned_provider_keys import shows_named_provider
    from nbguard.detect.generic.provider_names import name_literals

    return shows_named_provider(raw, start, start + len(name_literals()[literal]))


def _stands_alone(literal: str, raw: bytes, start: int, end: int) -> bool:
    """Whether a sink's name is no part of a longer word."""
    if ord(literal[-1]) in _WORD and end < len(raw) and raw[end] in _WORD:
        return False
    if ord(literal[0]) in _ALPHANUMERIC and start and raw[start - 1] in _ALPHANUMERIC:
        # The n of an escaped line end is no letter of the word behind it.
        return start > 1 and raw[start - 2] == _BACKSLASH and raw[start - 1] in _ESCAPE_LETTERS
    return True


def _shows_shape(rules: Sequence[str], raw: bytes, start: int, end: int) -> bool:
    from nbguard.detect.credentials.provider_rules import load_catalogue
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
