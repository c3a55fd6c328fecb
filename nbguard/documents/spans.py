"""Walks JSON text and says where each value begins and ends.

The text is the file's bytes decoded as Latin-1, so that an offset in it is a byte offset in the file. Values nobody
asked about are passed over by the standard library's scanner, which runs in C.
"""

from __future__ import annotations

import re
from json import JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_skip_space = re.compile(r"[ \t\n\r]*").match
_match_plain_key = re.compile(r'"([ !#-\[\]-~]*)"[ \t\n\r]*:[ \t\n\r]*').match
_match_mark = re.compile(r"[ \t\n\r]*([,}]?)[ \t\n\r]*").match
# Returns (value, end); control characters inside strings are let through.
scan_once: Callable[[str, int], tuple[Any, int]] = JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]


# A backslash that begins no escape of JSON, unless it is escaped itself.
_INVALID_ESCAPE = re.compile(r'\\(?:[^"\\/bfnrtu]|u(?![0-9a-fA-F]{4}))')


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


def skip_space(text: str, at: int) -> int:
    """The offset of the first character at or after ``at`` that isn't white space."""
    return _skip_space(text, at).end()  # type: ignore[union-attr]


def read_string(text: str, at: int) -> tuple[str, int]:
    """Decodes the JSON string whose opening quote is at ``at``; returns it and the offset after the closing quote.

    Bytes above 127 inside the string are read as UTF-8; what isn't valid UTF-8 becomes lone surrogates, so that no
    byte is lost.
    """
    try:
        value, end = scanstring(text, at + 1, False)
    except ValueError as error:
        raise MalformedJSONError("a string doesn't end", getattr(error, "pos", at)) from None
    if value.isascii():
        return value, end
    raw = text[at + 1 : end - 1]
    if raw.isascii():
        return value, end
    decoded = raw.encode("latin-1").decode("utf-8", "surrogateescape")
    return scanstring(decoded + '"', 0, False)[0], end


def read_value(text: str, at: int) -> tuple[Any, int]:
    """Decodes any JSON value at ``at``; returns it and the offset after it. Raises MalformedJSONError."""
    try:
        value, end = scan_once(text, at)
    except StopIteration as stop:
        raise MalformedJSONError("a value is missing", stop.value if isinstance(stop.value, int) else at) from None
    except RecursionError:
        raise MalformedJSONError("nested too deep", at) from None
    except ValueError as error:
        raise MalformedJSONError(_reason(error), getattr(error, "pos", at)) from None
    if text[at:end].isascii():
        return value, end
    decoded = text[at:end].encode("latin-1").decode("utf-8", "surrogateescape")
    return scan_once(decoded, 0)[0], end


def end_of_value(text: str, at: int) -> int:
    """The offset after the JSON value at ``at``, which isn't kept. Raises MalformedJSONError."""
    if text[at : at + 1] == '"':
        quote = text.find('"', at + 1)
        if quote > 0 and text[quote - 1] != "\\":
            return quote + 1
        try:
            return int(scanstring(text, at + 1, False)[1])
        except ValueError as error:
            raise MalformedJSONError("a string doesn't end", getattr(error, "pos", at)) from None
    try:
        return scan_once(text, at)[1]
    except StopIteration as stop:
        raise MalformedJSONError("a value is missing", stop.value if isinstance(stop.value, int) else at) from None
    except RecursionError:
        raise MalformedJSONError("nested too deep", at) from None
    except ValueError as error:
        raise MalformedJSONError(_reason(error), getattr(error, "pos", at)) from None


def read_object(text: str, at: int, visit: Callable[[str, int, int], int]) -> int:
    """Walks the object at ``at``: calls ``visit(key, key_start, value_start)``, which returns the value's end.

    Returns the offset after the closing brace. Duplicate keys are visited each.
    """
    if text[at : at + 1] != "{":
        raise MalformedJSONError("an object is missing", at)
    at = skip_space(text, at + 1)
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        plain = _match_plain_key(text, at)
        if plain is not None:
            end = visit(plain[1], at, plain.end())
        else:
            key, value = _read_other_key(text, at)
            end = visit(key, at, value)
        # _match_mark matches everywhere; its group is empty where neither mark follows.
        found = _match_mark(text, end)
        mark = found[1]  # type: ignore[index]
        at = found.end()  # type: ignore[union-attr]
        if mark == "}":
            return found.end(1)  # type: ignore[union-attr]
        if mark != ",":
            raise MalformedJSONError("a comma or a closing brace is missing", at)


def _read_other_key(text: str, at: int) -> tuple[str, int]:
    """A key with escapes or non-ASCII characters, and where its value begins."""
    if text[at : at + 1] != '"':
        raise MalformedJSONError("a key is missing", at)
    key, colon = read_string(text, at)
    colon = skip_space(text, colon)
    if text[colon : colon + 1] != ":":
        raise MalformedJSONError("a colon is missing", colon)
    return key, skip_space(text, colon + 1)


def read_array(text: str, at: int, visit: Callable[[int, int], int]) -> int:
    """Walks the array at ``at``: calls ``visit(index, value_start)``, which returns the value's end.

    Returns the offset after the closing bracket.
    """
    if text[at : at + 1] != "[":
        raise MalformedJSONError("an array is missing", at)
    at = skip_space(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    index = 0
    while True:
        end = skip_space(text, visit(index, at))
        mark = text[end : end + 1]
        if mark == "]":
            return end + 1
        if mark != ",":
            raise MalformedJSONError("a comma or a closing bracket is missing", end)
        index += 1
        at = skip_space(text, end + 1)


def object_members(text: str, at: int) -> tuple[list[Member], int]:
    """The members of the object at ``at`` without their insides, and the offset after it."""
    members: list[Member] = []

    def keep(key: str, key_start: int, start: int) -> int:
        end = end_of_value(text, start)
        members.append(Member(key, key_start, start, end))
        return end

    return members, read_object(text, at, keep)


def array_elements(text: str, at: int) -> tuple[list[Member], int]:
    """The elements of the array at ``at`` without their insides, and the offset after it."""
    elements: list[Member] = []

    def keep(_: int, start: int) -> int:
        end = end_of_value(text, start)
        elements.append(Member("", start, start, end))
        return end

    return elements, read_array(text, at, keep)


def _reason(error: ValueError) -> str:
    message = getattr(error, "msg", str(error))
    if message.startswith("Unterminated string"):
        return "a string doesn't end"
    return message[:1].lower() + message[1:]
