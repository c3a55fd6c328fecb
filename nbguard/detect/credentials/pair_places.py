"""Where in a text or a file's raw bytes a value may stand under the name of a credential: cheap, and never too few.

Words such as ``token`` are everywhere in source code. A place counts where a run follows that can be a value: with a
letter in it and a digit or sign, behind a sign, a type, a word such as ``value``, on the next line, or at the end of a
sentence. Raw bytes and decoded text are asked the same, so that no text has what its bytes wouldn't have shown.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import AnyStr, Generic

from nbguard.detect.credentials.column_places import OF_BYTES, OF_TEXTS, ColumnReading, heads_column
from nbguard.detect.credentials.foreign_words import foreign_places
from nbguard.detect.credentials.login_places import LOGIN_WORDS, shows_login
from nbguard.detect.credentials.long_runs import is_long_run_near
from nbguard.detect.credentials.name_words import NAME_WORDS, RARE_WORDS
from nbguard.detect.credentials.pair_patterns import (
    BELOW,
    COMMENT,
    IN_CODE,
    IN_TEXT,
    MADE,
    MARK,
    NAME,
    NAMED_VALUE,
    OF_VALUE,
    RUN,
    VALUE,
)
from nbguard.detect.credentials.provider_names import may_follow, provider_names
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.raw_file import RawFile, in_long_run
from nbguard.detect.word_search import WordSearch
from nbguard.documents.structure.formats import CODE, format_of
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

# All that is looked for in a text: the words of names, and behind them those of calls.
_WORDS = (*NAME_WORDS, *LOGIN_WORDS)
_NAMES = len(NAME_WORDS)
# So far behind the first mark a value may begin; in raw bytes, where a character may be written as six of them.
_MARKED, _MARKED_IN_BYTES = 400, 2_400
# A value under a name of its own, as a sibling of the credential's name has it, on either side of that.
_VALUE_NAMES = ("alue", "efault", "VALUE", "tring", "ontent")
_MOST_IN_CODE = 3
# Letters and digits in one run: no name is as long, base64 is. In raw bytes the letters of escapes may belong to it.
_LONGEST_NAME, _ESCAPE = 64, 8
_NEAR = 300
# How far from a provider's name a value is at most, in bytes.
_REACH = 4_000
# What raw bytes have in front of a word where a text has a sign.
_ESCAPED_SIGN = lazy_regex(r"\\(?:[nrt]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})\Z")
# How far in front of a name the sign of its comment is looked for.
_LEAD = 120
_TABLE = (".csv", ".tsv", ".psv")
# What words that are looked for end in where the name itself is too short a word.
_BEHIND_NAMES = " \t=:[<>\"'\\-"


@lru_cache(64)
def is_code(path: str) -> bool:
    """Whether a file is a program's source, in which no value stands on the line below its name, nor in a sentence."""
    return format_of(path) in CODE


class _Reading(NamedTuple, Generic[AnyStr]):
    """What is looked for beside a name, in texts or in bytes: these mustn't say no where the text says yes."""

    code: bool
    shown: re.Pattern[AnyStr]
    comment: re.Pattern[AnyStr]
    mark: re.Pattern[AnyStr]
    run: re.Pattern[AnyStr]
    marked: int
    named: re.Pattern[AnyStr]
    names: tuple[AnyStr, ...]
    columns: ColumnReading[AnyStr] | None
    # What stands behind a name as a part of some words; and `#`, `//` and a line's end.
    sign: AnyStr
    signs: tuple[AnyStr, AnyStr, AnyStr]


@cache
def _of_texts(code: bool, made: bool = False) -> _Reading[str]:
    def pattern(text: str) -> re.Pattern[str]:
        return lazy_regex((text.replace(VALUE, MADE) if made else text).replace("@RARE@", _rare_pairs()), re.ASCII)

    shown, run = IN_CODE if code else IN_TEXT, RUN
    if made:  # and no column is called after a provider alone
        shown, run = f"(?:{shown}|{NAME}{BELOW})", rf"(?<!{OF_VALUE}){MADE}"
    return _Reading(
        code, pattern(shown), pattern(COMMENT), pattern(MARK), pattern(run), _MARKED, pattern(NAMED_VALUE),
        _VALUE_NAMES[:_MOST_IN_CODE] if code else _VALUE_NAMES, None if made else OF_TEXTS, _BEHIND_NAMES,
        ("#", "//", "\n"),
    )  # fmt: skip


@cache
def _of_bytes(code: bool, made: bool = False) -> _Reading[bytes]:
    def pattern(found: re.Pattern[str]) -> re.Pattern[bytes]:
        return lazy_regex(found.pattern.encode())

    texts = _of_texts(code, made)
    return _Reading(
        code, pattern(texts.shown), pattern(texts.comment), pattern(texts.mark), pattern(texts.run), _MARKED_IN_BYTES,
        pattern(texts.named), tuple(name.encode() for name in texts.names), None if made else OF_BYTES,
        _BEHIND_NAMES.encode(), (b"#", b"//", b"\n"),
    )  # fmt: skip


def shows_made_value(file: RawFile, start: int, end: int) -> bool:
    """Whether a random value may stand beside the name that holds a provider's at these bytes of a file."""
    if not is_long_run_near(file, max(0, start - _NEAR), _REACH):
        return False
    before, name = file.raw[max(0, start - 6) : start].decode("latin-1"), file.raw[start : end + 1].decode("latin-1")
    reading = _of_bytes(is_code(file.path), made=True)
    return _begins_name(before, name) and _shows_value(file.raw, start, end, reading, table=False)


def shows_value(raw: bytes, start: int, end: int, path: str) -> bool:
    """Whether a value may stand beside the name that holds these bytes of a file."""
    reading = _of_bytes(is_code(path))
    if in_long_run(raw, start, _end_of_name(raw, start, end, reading), _LONGEST_NAME + _ESCAPE):
        return False
    return _shows_value(raw, start, end, reading, table=path.lower().endswith(_TABLE))


def places_in(text: str, path: str) -> list[int]:
    """The offsets of the names in a text beside which a value may stand, in order."""
    reading, table = _of_texts(is_code(path)), path.lower().endswith(_TABLE)
    places = []
    for start, end, number in _search().places_in(text):
        if number >= len(_WORDS):
            if _shows_made(text, start, end, path):
                places.append(start)
        elif number >= _NAMES:
            if shows_login(_WORDS[number], text, start):
                places.append(start)
        # The sign behind a name is a part of some words; what is behind it is no part of the name.
        elif not in_long_run(text, start, _end_of_name(text, start, end, reading), _LONGEST_NAME) and (
            _WORDS[number] in RARE_WORDS or _shows_value(text, start, end, reading, table=table)
        ):
            places.append(start)
    foreign = foreign_places(text)
    places = sorted([*places, *foreign]) if foreign else places
    return list(dict.fromkeys(places))


@cache
def _search() -> WordSearch:
    return WordSearch((*_WORDS, *provider_names()))


def _shows_made(text: str, start: int, end: int, path: str) -> bool:
    return (
        may_follow(text[start:end].lower(), text[end : end + 1].lower())
        and _begins_name(text[max(0, start - 6) : start], text[start : end + 1])
        and _shows_value(text, start, end, _of_texts(is_code(path), made=True), table=False)
    )


def _begins_name(before: str, name: str) -> bool:
    """Whether a provider's name begins a word: behind a sign, a hump or the escape of a sign."""
    last = before[-1:]
    if not last.isalnum() or (last.islower() and name[:1].isupper()):
        return True
    return _ESCAPED_SIGN.search(before) is not None


def _shows_value(text: AnyStr, start: int, end: int, reading: _Reading[AnyStr], *, table: bool) -> bool:
    hash_sign, slashes, line_end = reading.signs
    if reading.shown.match(text, end) is not None:
        return True
    name_end = _end_of_name(text, start, end, reading)
    if name_end < end and reading.shown.match(text, name_end) is not None:
        return True
    end = name_end
    if reading.code:
        # What stands before the name on its line may begin a comment; an address has slashes too.
        line = text[max(0, start - _LEAD) : start].rpartition(line_end)[2]
        if (hash_sign in line or slashes in line) and reading.comment.match(text, end) is not None:
            return True
    elif _is_marked(text, end, reading):
        return True
    if _has_named_value(text, start, end, reading):
        return True
    return reading.columns is not None and heads_column(
        text, start, end, reading.columns, table=table, code=reading.code
    )


def _end_of_name(text: AnyStr, start: int, end: int, reading: _Reading[AnyStr]) -> int:
    """Where a word ends without the sign or blank behind a name that is a part of it."""
    return start + len(text[start:end].rstrip(reading.sign))


def _is_marked(text: AnyStr, end: int, reading: _Reading[AnyStr]) -> bool:
    """Whether marks of coloured code stand behind a name, and behind the first of them what may be a value.

    Two searches, one behind the other: one regex that counts marks would try every way to tell them apart.
    """
    found = reading.mark.match(text, end)
    return found is not None and reading.run.search(text, found.end(), found.end() + reading.marked) is not None


def _has_named_value(text: AnyStr, start: int, end: int, reading: _Reading[AnyStr]) -> bool:
    first, last = max(0, start - _NEAR), end + _NEAR
    for name in reading.names:
        at = text.find(name, first, last)
        while at >= 0:
            if reading.named.match(text, at + len(name)) is not None:
                return True
            at = text.find(name, at + len(name), last)
    return False


@cache
def _rare_pairs() -> str:
    """A regex for two letters of which words hardly ever have the second behind the first.

    Not of a small one and a capital: side by side they are where a word of a name ends and the next one begins.
    """
    rows = {"abcdefghijklmnopqrstuvwxyz"[a]: row for a, row in enumerate(load_knowledge("values")["letters"]["pairs"])}
    seconds = {a: "".join(chr(97 + b) for b, rank in enumerate(row) if rank in "01") for a, row in rows.items()}
    pairs = [f"{a}[{found}]|{a.upper()}[{found}{found.upper()}]" for a, found in seconds.items() if found]
    return f"(?:{'|'.join(pairs)})"
