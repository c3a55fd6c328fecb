"""Tells where a word can name a column or label a value, and where capitalised strings can be people.

Source code is full of ``address`` and of ``"Left", "Right"``. A table needs its column's name in a cell, a key or a
label, and something beside it that is a value or another column's name; most words in code have neither. What is said
to be nothing here can't be a table or a labelled value: ``tests/detect/samples/test_gate.py`` holds that against a
search without these rules.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from nbguard.lazy_regex import kept_regex

if TYPE_CHECKING:
    from collections.abc import Sequence

# What follows a word that names something: the rest of its cell and a quote, or a mark between cells, or the end of a
# line; or a mark between name and value, and a value.
_BEHIND = (
    rb"[^\n\"'`,;|\t<>:=(){}\[\]\\]{0,40}"
    rb"(?:(?P<quote>\\*+[\"'`])|(?P<column>  |\\?,|[;|\t<\r\n)]|\\[nrt]|\Z))"
    rb"|[^\n\"'`,;|\t<>=(){}\[\]\\]{0,40}?\s{0,8}(?:[:=](?!=)|<-|->|=>|\.|#)[:=.#]?\s{0,8}"
    rb"(?P<value>(?:[A-Za-z][\w.]{0,20}\s?)?[\[({]{0,3}\s{0,40}(?:\\*+[\"'`]|[-+#]?\d|[A-Z]{1,4}-?\d))"
)
# What stands before the name of a column in a line of such names.
_BEFORE_COLUMN = rb"(?:\A|[\"'`,;|\t>\n(#]|  |\\[nrt])[ #]{0,3}[^\n\"'`,;|\t<>:=(){}\[\]\\.]{0,40}\Z"
_MARK_BEFORE = rb"(?:[,;|\t\"'`(]|  |\\[nrt])[^\n\"'`,;|\t<>:=(){}\[\]\\.]{0,40}\Z"
_NEW_LINE = rb"\n|\\n"
_LINE_ENDS = frozenset((b"\n", b"\r", b"n", b"r", b"t", b"", b"<", b")"))
# Bytes behind the name of a column in which the next line, with the same mark in it, begins.
_LINES = 2_000
# What has to stand behind a key or a string: a value that says something about somebody, or another word of the kind.
_VALUE = (
    rb"\d{5}|\d[ -]\d\d\d|\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|@[A-Za-z0-9]|\b[Dd]ate(?:time)?\("
    rb"|[\"'>(\[=,:] ?\\?\s*[\"']?[A-Z\x80-\xff][^\s\"',;:()<>{}=]{0,24}[ ,]{1,2}(?:[^\s\"',;]{1,3} )?[A-Z\x80-\xff]"
    rb"|\d\d? [A-Za-z]{3,9} \d{4}|[A-TV-Z]\d\d\.\d"
)
_AROUND = 3_000
# Bytes of such a value, at most.
_LONGEST_VALUE = 120
# Digits and the like that go with names which stand in cells of their own.
_BESIDE_NAMES = rb"\d{4}|\d[-/. ]\d|\w \d{1,3}[\"', ]|@[A-Za-z0-9]|[Dd]ate"
# A number right behind a word for phones, and right before one.
_NUMBER_NEAR = rb"[^\n\\]{0,12}(?:\\n|\s|[:#.?!+(-]){1,60}\d[\d ().-]{4}"
_NUMBER_BEFORE = rb"\d[\d ().-]{4,6}\d[ \t,-]{1,3}\Z"
# Names that say something without anything else.
_NAMES = 3
_FULL = rb"""["'](?:%(A)s[^"',;:()<>{}=0-9_\n ]{0,24}[ ,]{1,2}){1,4}%(A)s[^"',;:()<>{}=0-9_\n]{1,24}""" % {
    b"A": rb"(?:[A-Z?]|[\xc3-\xc5][\x80-\xbf])"
}


@cache
def _compiled(pattern: bytes) -> re.Pattern[bytes]:
    return kept_regex(pattern, re.DOTALL)


class Values:
    """Where in a file values stand that say something about somebody. Asked for place after place, it looks once."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        # Between the first two offsets none begins; the last one that was found.
        self._clean_from = self._clean_to = 0
        self._found = (0, 0)

    def is_near(self, place: int) -> bool:
        """Whether one stands around a place."""
        first, last = max(0, place - _AROUND), place + _AROUND
        if self._found[1] and first <= self._found[0] and self._found[1] <= last:
            return True
        known = self._clean_from <= first <= self._clean_to
        start = max(first, self._clean_to - _LONGEST_VALUE) if known else first
        found = _compiled(_VALUE).search(self._raw, start, last)
        if found is None:
            self._clean_from, self._clean_to = (self._clean_from if known else first), last
            return False
        self._found = found.span()
        return True


def names_something(raw: bytes, end: int, is_id: bool, values: Values) -> bool:
    """Whether a word that ends at ``end`` can name a column or a value; ``is_id``: it is one for a government id."""
    while not raw[end - 1 : end].isalnum():
        end -= 1  # some literals have the mark behind the word in them
    found = _compiled(_BEHIND).match(raw, end)
    if found is None:
        return is_id and _compiled(rb"\d").search(raw, end, end + 60) is not None
    if found["column"] is not None:
        return _in_line_of_names(raw, found.start("column"), end, found["column"])
    # (The names of a dict's columns may stand behind their values.)
    return values.is_near(end)


def _in_line_of_names(raw: bytes, at: int, end: int, column: bytes) -> bool:
    """Whether a word stands between marks, and a line with the same mark follows."""
    if _compiled(_BEFORE_COLUMN).search(raw, max(0, end - 80), end) is None:
        return False
    if column[-1:] in _LINE_ENDS:
        # The last name of a line, or a cell of a table's markup.
        before = _compiled(_MARK_BEFORE).search(raw, max(0, end - 120), end)
        return before is not None or column in (b"<", b")")
    following = raw[at : at + _LINES]
    cut = _compiled(_NEW_LINE).search(following)
    return cut is None or column[-2:] in following[cut.end() :]


def is_by_number(raw: bytes, start: int, end: int) -> bool:
    """Whether a number stands right behind a word for phones, or right before it."""
    return (
        _compiled(_NUMBER_NEAR).match(raw, end) is not None
        or _compiled(_NUMBER_BEFORE).search(raw, max(0, start - 24), start) is not None
    )


def are_people(raw: bytes, places: Sequence[int]) -> bool:
    """Whether the quoted names at these places, near each other, can be people in rows."""
    if len(places) < _NAMES:
        return False
    full = _compiled(_FULL)
    if sum(full.match(raw, at) is not None for at in places) >= min(_NAMES, len(places)):
        return True
    around = raw[max(0, places[0] - 200) : places[-1] + 400]
    return _compiled(_BESIDE_NAMES).search(around) is not None
