"""Walks JSON text and says where each value begins and ends.

The text is the file's bytes decoded as Latin-1, so that an offset in it is a byte offset in the file. Values nobody
asked about are passed over by the standard library's scanner, which runs in C.
"""

from __future__ import annotations

import re
from json import JSONDecoder
from typing import TYPE_CHECKING, Any, cast

from nbguard.lazy_regex import kept_regex, lazy_regex
from nbguard.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_NO_READERS: Mapping[str, Callable[[int], int]] = {}
# Less than half of what calling the class takes.
_new = tuple.__new__
_skip_space = kept_regex(r"[ \t\n\r]*").match
_S = r"[ \t\n\r]*"
_SHORT, _EMPTY = r'"[^"\\]{0,100}"', r"\[\]|\{\}"
# A key, and its value where that is a short one.
_MEMBER = rf'{_S}"([^"\\]*)"{_S}:{_S}({_SHORT}|null|true|false|-?(?:0|[1-9][0-9]*)(?![0-9.eE])|{_EMPTY})?'
_next_element = kept_regex(rf"{_S},{_S}").match
# What JSON consists of, also where it is cut off or wrong: a string ends at its quote or, where that is missing, at the
# end of its line.
TOKEN = lazy_regex(r'"(?P<text>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"?|(?P<mark>[{}\[\],:])|(?P<bare>[\w.+-]++)', re.DOTALL)
# For who asks for strings only, and reads each with ``read_string``: what stands behind a comma is passed over with it.
QUOTE_OR_MARK = lazy_regex(r'["{}\[\]]|,[^"{}\[\]]*+')
# Returns (value, end); control characters inside strings are let through.
scan_once: Callable[[str, int], tuple[Any, int]] = JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]


# A backslash that begins no escape of JSON, unless it is escaped itself.
_INVALID_ESCAPE = lazy_regex(r'\\(?:[^"\\/bfnrtu]|u(?![0-9a-fA-F]{4}))')


class MalformedJSONError(ValueError):
    """The text is no JSON. ``offset`` is where reading stopped, in bytes from the start."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.offset = offset


class Member(NamedTuple):
    """A key and its value in an object, or (with an empty key) an element of an array, by byte offsets."""

    key: str
    key_start: int
    start: int
    end: int


def json_text(raw: bytes) -> str:
    """JSON as Latin-1, so that offsets are byte offsets. The backslash of an invalid escape becomes a ``?``.

    So one string's defect costs that string a character, and not the file.
    """
    text = raw.decode("latin-1")
    if first_invalid_escape(text) < 0:
        return text
    pieces: list[str] = []
    at = 0
    for start in _invalid_escapes(text):
        pieces += (text[at:start], "?")
        at = start + 1
    return "".join((*pieces, text[at:]))


def first_invalid_escape(text: str) -> int:
    """Where the first escape stands that JSON doesn't know; -1 where there is none."""
    return next(_invalid_escapes(text), -1)


def _invalid_escapes(text: str) -> Iterator[int]:
    for found in _INVALID_ESCAPE.finditer(text):
        before = found.start()
        while before and text[before - 1] == "\\":
            before -= 1
        if (found.start() - before) % 2 == 0:
            yield found.start()


def without_depth(text: str, most: int = 100) -> str:
    """The text with blanks in the place of what is nested deeper; every offset stays."""
    pieces: list[str] = []
    depth = at = blank = 0
    for found in TOKEN.finditer(text):
        mark = found["mark"]
        if mark is None or mark in ":,":
            continue
        depth = max(0, depth + (1 if mark in "{[" else -1))
        if depth == most + 1 and mark in "{[":
            blank = found.start()
        elif depth == most and mark in "}]":
            pieces += (text[at:blank], " " * (found.end() - blank))
            at = found.end()
    return "".join((*pieces, text[at:])) if pieces else text


def skip_space(text: str, at: int) -> int:
    """The offset of the first character at or after ``at`` that isn't white space."""
    return _skip_space(text, at).end()  # type: ignore[union-attr]


def read_string(text: str, at: int) -> tuple[str, int]:
    """Decodes the JSON string whose opening quote is at ``at``; returns it and the offset after the closing quote.

    Bytes above 127 inside the string are read as UTF-8; what isn't valid UTF-8 becomes lone surrogates, so that no
    byte is lost. Raises MalformedJSONError.
    """
    value, end = _scan(text, at)
    if value.isascii():
        return value, end
    raw = text[at:end]
    return (value, end) if raw.isascii() else (scan_once(_as_utf8(raw), 0)[0], end)


def read_value(text: str, at: int) -> tuple[Any, int]:
    """Decodes any JSON value at ``at``; returns it and the offset after it. Raises MalformedJSONError."""
    value, end = _scan(text, at)
    raw = text[at:end]
    return (value, end) if raw.isascii() else (_scan(_as_utf8(raw), 0)[0], end)


def end_of_value(text: str, at: int) -> int:
    """The offset after the JSON value at ``at``, which isn't kept. Raises MalformedJSONError."""
    if text[at : at + 1] == '"':
        quote = text.find('"', at + 1)
        if quote > 0 and text[quote - 1] != "\\":
            return quote + 1
    return _scan(text, at)[1]


def _scan(text: str, at: int) -> tuple[Any, int]:
    try:
        return scan_once(text, at)
    except StopIteration as stop:
        raise MalformedJSONError("a value is missing", stop.value if isinstance(stop.value, int) else at) from None
    except RecursionError:
        raise MalformedJSONError("nested too deep", at) from None
    except ValueError as error:
        if not hasattr(error, "pos"):
            return _scan_long_numbers(text, at)  # Python makes no number of more than 4,300 digits
        raise MalformedJSONError(_reason(error), error.pos) from None


def _scan_long_numbers(text: str, at: int) -> tuple[Any, int]:
    try:
        return cast("tuple[Any, int]", JSONDecoder(strict=False, parse_int=float).scan_once(text, at))  # type: ignore[attr-defined]
    except RecursionError:
        raise MalformedJSONError("nested too deep", at) from None
    except (ValueError, StopIteration) as error:
        raise MalformedJSONError("a value is missing or wrong", getattr(error, "pos", at)) from None


def _as_utf8(raw: str) -> str:
    return raw.encode("latin-1").decode("utf-8", "surrogateescape")


class ObjectReader:
    """Reads objects, in compiled code where a key has no escape and its value is short.

    With ``passing``, members that hold nothing (null, an empty list or object), and short strings with these keys, may
    be missing from what is read.
    """

    def __init__(self, *passing: str) -> None:
        keys = "|".join(passing)
        passed = rf'(?:{_S}"(?:(?:{keys})"{_S}:{_S}{_SHORT}|[^"\\]*"{_S}:{_S}(?:null|{_EMPTY})){_S},)*+' if keys else ""
        self._first = kept_regex(rf"\{{{passed}{_MEMBER}").match
        self._next = kept_regex(rf"{_S},{passed}{_MEMBER}").match

    def read(
        self, text: str, at: int, readers: Mapping[str, Callable[[int], int]] = _NO_READERS
    ) -> tuple[list[Member], int]:
        """The members of the object at ``at``, duplicate keys each, and the offset after it.

        ``readers`` go into the values of their keys: each is called with the value's offset, and returns its end.
        """
        members: list[Member] = []
        found = self._first(text, at)
        if found is None:
            if text[at : at + 1] != "{":
                raise MalformedJSONError("an object is missing", at)
            key_start = skip_space(text, at + 1)
            if text[key_start : key_start + 1] == "}":
                return members, key_start + 1
            key, start = _read_key(text, key_start)
            end = -1
        while True:
            if found is not None:
                (_, start_if_long), (key_start, key_end), (start, end) = found.regs
                key = text[key_start:key_end]
                if not key.isascii():
                    key = _as_utf8(key)
                key_start -= 1
                if start < 0:
                    start = start_if_long
            if key in readers:
                end = readers[key](start)
            elif end < 0:
                end = end_of_value(text, start)
            members.append(_new(Member, (key, key_start, start, end)))
            found = self._next(text, end)
            if found is None:
                end = skip_space(text, end)
                if text[end : end + 1] == "}":
                    return members, end + 1
                if text[end : end + 1] != ",":
                    raise MalformedJSONError("a comma or a closing brace is missing", end)
                key_start = skip_space(text, end + 1)
                key, start = _read_key(text, key_start)
                end = -1


read_object = ObjectReader().read


def _read_key(text: str, at: int) -> tuple[str, int]:
    """A key, and where its value begins."""
    if text[at : at + 1] != '"':
        raise MalformedJSONError("a key is missing", at)
    key, end = read_string(text, at)
    end = skip_space(text, end)
    if text[end : end + 1] != ":":
        raise MalformedJSONError("a colon is missing", end)
    return key, skip_space(text, end + 1)


def read_array(text: str, at: int, read: Callable[[int], int]) -> int:
    """Walks the array at ``at``; returns the offset after it.

    ``read`` is called with an element's offset, and returns the end of the last element that it read from there.
    """
    if text[at : at + 1] != "[":
        raise MalformedJSONError("an array is missing", at)
    at = skip_space(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        end = read(at)
        found = _next_element(text, end)
        if found is None:
            end = skip_space(text, end)
            if text[end : end + 1] == "]":
                return end + 1
            raise MalformedJSONError("a comma or a closing bracket is missing", end)
        at = found.end()


def array_elements(text: str, at: int) -> tuple[list[Member], int]:
    """The elements of the array at ``at`` without their insides, and the offset after it."""
    elements: list[Member] = []

    def keep(start: int) -> int:
        end = end_of_value(text, start)
        elements.append(Member("", start, start, end))
        return end

    return elements, read_array(text, at, keep)


def _reason(error: ValueError) -> str:
    message = getattr(error, "msg", str(error))
    if message.startswith("Unterminated string"):
        return "a string doesn't end"
    return message[:1].lower() + message[1:]
