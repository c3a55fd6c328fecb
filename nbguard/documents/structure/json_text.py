"""JSON, also with comments, cut off or wrong somewhere: names are object keys, elements of a list have the list's.

Strings that hold a text of their own (JSON again, a command, an address) are read by whoever asks, through
``unescape``, which knows the way back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.spans import TOKEN
from nbguard.documents.structure.mapped_text import MappedText, TextMapper
from nbguard.documents.structure.pair import Pair
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from collections.abc import Iterator

# A character beyond the first plane is written as two halves.
_ESCAPE = lazy_regex(
    r"\\(?:u(?P<high>[dD][89abAB][0-9A-Fa-f]{2})\\u(?P<low>[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|u(?P<code>[0-9A-Fa-f]{4})|(?P<sign>.))",
    re.DOTALL,
)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_DEEPEST = 40
_BEGINS = lazy_regex(r"\s*(?:\{\s*(?:\"|\}|$|//)|\[\s*(?:[\[{\"\]\d-]|$))")


def looks_like_json(text: str) -> bool:
    """Whether a text begins as an object or a list does."""
    return _BEGINS.match(text) is not None


def read_json(text: str) -> Iterator[Pair]:
    """Yields every string that stands in JSON with the key it is under; numbers and words where they are values."""
    place = _Place()
    for found in TOKEN.finditer(text):
        if found["mark"] is not None:
            place.pass_mark(found["mark"])
            continue
        kind = "text" if found["text"] is not None else "bare"
        pair = place.scalar(found[kind], found.start(kind), kind == "text")
        if pair is not None:
            yield pair


class _Place:
    """Where a reader of JSON is: the objects and lists around it, the key whose value comes next."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._groups = [0]
        self._spans = [(0, 0)]
        self._deeper = 0  # brackets that are open beyond the deepest that is told apart
        self._made = 0
        self._key, self._span, self._colon = "", (0, 0), False
        self._last: tuple[str, int, int] | None = None

    def scalar(self, raw: str, start: int, quoted: bool) -> Pair | None:
        """The pair of a string, number or word; None where it is a key."""
        keyed, path = self._colon, self._path
        if not keyed and not (path and path[-1].endswith("[]")):
            if quoted:
                key = raw[:200]
                self._last = (unescape(key).text if "\\" in key else key, start, start + len(raw))
            return None
        name = self._key if keyed else next((step for step in map(_bare, reversed(path[-4:])) if step), "")
        value, group = unescape(raw).text if "\\" in raw else raw, self._groups[-1] if keyed else 0
        span = self._span if keyed else self._spans[-1]
        if keyed:
            self._key, self._colon = "", False
        return Pair(name, value, start, start + len(raw), *span, _named(path), quoted, "json", "", group)

    def pass_mark(self, mark: str) -> None:
        """Goes on behind a colon, comma or bracket."""
        if mark == ":":
            if self._last is not None:
                self._key, self._span, self._colon = self._last[0], self._last[1:], True
                self._last = None
            return
        if mark in "{[":
            self._open(mark)
        elif mark in "}]" and self._deeper:
            self._deeper -= 1
        elif mark in "}]" and self._path:
            self._path.pop()
            self._groups.pop()
            self._spans.pop()
        self._key, self._colon, self._last = "", False, None

    def _open(self, mark: str) -> None:
        self._made += 1
        path = self._path
        if len(path) >= _DEEPEST:
            self._deeper += 1
        else:
            outer = self._key if self._colon else (path[-1][:-2] if path and path[-1].endswith("[]") else "")
            path.append(outer + "[]" if mark == "[" else outer)
            self._groups.append(self._made)
            self._spans.append(self._span if self._colon else self._spans[-1])


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
        mapper.add(_meant(found), found.start(), len(found.group()))
        at = found.end()
    mapper.add(raw[at:], at)
    return mapper.finish()


def _meant(escape: re.Match[str]) -> str:
    """The character that an escape stands for."""
    if escape["high"]:
        return chr(0x10000 + ((int(escape["high"], 16) & 0x3FF) << 10) + (int(escape["low"], 16) & 0x3FF))
    return chr(int(escape["code"], 16)) if escape["code"] else _PLAIN.get(escape["sign"], escape["sign"])
