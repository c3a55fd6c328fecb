"""JSON, also with comments, cut off or wrong somewhere: names are object keys, elements of a list have the list's.

Strings that hold a text of their own (JSON again, a command, an address) are read by whoever asks, through
``unescape``, which knows the way back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.mapped_text import MappedText, TextMapper
from nbguard.documents.structure.pair import Pair

if TYPE_CHECKING:
    from collections.abc import Iterator

# A string ends at its quote or, where that is missing, at the end of its line.
_TOKEN = re.compile(r'"(?P<text>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)"?|(?P<mark>[{}\[\],:])|(?P<bare>[\w.+-]++)', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_DEEPEST = 40
_BEGINS = re.compile(r"\s*(?:\{\s*(?:\"|\}|$|//)|\[\s*(?:[\[{\"\]\d-]|$))")


def looks_like_json(text: str) -> bool:
    """Whether a text begins as an object or a list does."""
    return _BEGINS.match(text) is not None


def read_json(text: str) -> Iterator[Pair]:
    """Yields every string that stands in JSON with the key it is under; numbers and words where they are values."""
    path: list[str] = []
    groups: list[int] = [0]
    made = 0
    key, span, colon = "", (0, 0), False
    last: tuple[str, int, int] | None = None
    for found in _TOKEN.finditer(text):
        mark = found["mark"]
        if mark is None:
            raw, quoted = (found["text"], True) if found["text"] is not None else (found["bare"], False)
            first = found.start("text") if quoted else found.start("bare")
            if colon or (path and path[-1].endswith("[]")):
                name = key if colon else next((step for step in map(_bare, reversed(path[-4:])) if step), "")
                yield Pair(
                    name, unescape(raw).text if "\\" in raw else raw, first, first + len(raw), span[0], span[1],
                    _named(path), quoted, "json", "", groups[-1] if colon else 0,
                )  # fmt: skip
                if colon:
                    key, colon = "", False
            elif quoted:
                last = (raw[:200], first, first + len(raw))
        elif mark == ":":
            if last is not None:
                key, span, colon = last[0], last[1:], True
                last = None
        elif mark in "{[":
            made += 1
            if len(path) < _DEEPEST:
                outer = key if colon else (path[-1][:-2] if path and path[-1].endswith("[]") else "")
                path.append(outer + "[]" if mark == "[" else outer)
                groups.append(made)
            key, colon, last = "", False, None
        elif mark in "}]":
            if path:
                path.pop()
                groups.pop()
            key, colon, last = "", False, None
        else:
            key, colon, last = "", False, None


def _bare(step: str) -> str:
    return step.removesuffix("[]")


def _named(path: list[str]) -> tuple[str, ...]:
    """The enclosing names; a list of objects gives its own once."""
    names: list[str] = []
    for step in path[-12:]:
        name = _bare(step)
        if name and (step.endswith("[]") or not names or names[-1] != name):
            names.append(name)
    return tuple(names)


def unescape(raw: str) -> MappedText:
    """The text that a JSON string (without its quotes) stands for."""
    mapper = TextMapper()
    at = 0
    for found in _ESCAPE.finditer(raw):
        mapper.add(raw[at : found.start()], at)
        mapper.add(
            chr(int(found[1], 16)) if found[1] else _PLAIN.get(found[2], found[2]), found.start(), len(found.group())
        )
        at = found.end()
    mapper.add(raw[at:], at)
    return mapper.finish()
