"""Says why a file that calls itself a notebook can't be read as one."""

from __future__ import annotations

from nbguard.documents.decode import encoding_of
from nbguard.documents.spans import MalformedJSONError, end_of_value, skip_space

_KINDS = {"[": "a list", '"': "a string", "t": "true", "f": "false", "n": "null"}
# How git marks the two sides of a conflict, in this order. Lines of a notebook begin otherwise.
_MARKS = ("<<<<<<< ", "=======", ">>>>>>> ")
_MISPLACED = ("an object is missing", "an array is missing")


def explain_malformed(raw: bytes, text: str, error: MalformedJSONError) -> str:
    """The reason, with its line where there is one. ``text`` is the file as Latin-1, ``error`` what a reader met."""
    if encoding_of(raw)[0].startswith("utf-16"):
        return "not UTF-8 but UTF-16, which no notebook is written in; save it as UTF-8"
    start = skip_space(text, 3 if raw.startswith(b"\xef\xbb\xbf") else 0)
    if text[start : start + 1] != "{":
        if _holds_value(text, start, whole=True):
            return f"valid JSON, but not a notebook: it is {_KINDS.get(text[start], 'a number')}, not an object"
        return f"not valid JSON: it doesn't begin with an object (line {text.count(chr(10), 0, start) + 1})"
    if merge := line_of_merge(text):
        return f"an unfinished merge: git's conflict markers stand in it (line {merge})"
    line = text.count("\n", 0, error.offset) + 1
    if not text[error.offset :].strip():
        return f"not valid JSON: it ends too early, as if it were cut off (line {line})"
    if str(error) in _MISPLACED:
        if _holds_value(text, error.offset):
            return f"not a notebook: {error} where something else is (line {line})"
        if text[error.offset] == '"':
            error = MalformedJSONError("a string doesn't end", error.offset)
    return f"not valid JSON: {error} (line {line})"


def line_of_merge(text: str) -> int:
    """The line on which a conflict of git's begins, from 1; 0 without one."""
    text = f"\n{text}"  # the first line may be the mark
    at = first = -1
    for mark in _MARKS:
        at = text.find(f"\n{mark}", at + 1)
        if at < 0:
            return 0
        first = at if first < 0 else first
    return text.count("\n", 0, first) + 1


def _holds_value(text: str, at: int, whole: bool = False) -> bool:
    """Whether a JSON value stands here (``whole``: and nothing after it)."""
    try:
        end = end_of_value(text, at)
    except MalformedJSONError:
        return False
    return not whole or skip_space(text, end) == len(text)
