"""Reads bracketed literals as Python, JSON, JavaScript, Julia and R write them, tolerant of anything in between.

Not a parser of any of these languages: it knows strings, numbers, names, brackets and the marks between key and
value. That is what data is written with, and it holds for half-typed cells, function calls among the values and
other languages' cells, where a strict parser gives up. Every step is linear: no pattern can backtrack.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nbguard.lazy_regex import lazy_regex


class Scalar(NamedTuple):
    """A string, number or name. ``start`` and ``end`` are the span of its text, without quotes."""

    text: str
    kind: str
    start: int
    end: int


class Group(NamedTuple):
    """What stands between two brackets; ``name`` is the callee before a round one.

    ``skipped`` elements at the end, about, were counted and not read. ``closed``: the closing bracket was seen.
    """

    bracket: str
    name: str
    entries: tuple[LiteralEntry, ...]
    start: int
    end: int
    closed: bool
    skipped: int = 0


class LiteralEntry(NamedTuple):
    """An element of a group, with its key (``key: value``, ``key=value``, ``key => value``) where it has one."""

    key: Scalar | Group | None
    value: Scalar | Group


_BARE = r"""
    |(?P<number>[-+]?\.?\d[\w.]*+(?:(?<=[eE])[-+]\d++)?)
    |(?P<name>[^\W\d][\w.]*+)
    |(?P<comment>\#[^\n]*+)
    |(?P<arrow>=>|:=)
    |(?P<mark>[\[\](){},:;=])"""
_TOKEN = lazy_regex(
    r"""(?P<string>[rRbBfFuU]{0,2}(?:
        \"\"\"(?P<a>(?:[^"\\]++|\\.|"(?!""))*+)(?:\"\"\"|\Z)
        |'''(?P<b>(?:[^'\\]++|\\.|'(?!''))*+)(?:'''|\Z)
        |"(?P<c>(?:[^"\\\n]++|\\.)*+)"|'(?P<d>(?:[^'\\\n]++|\\.)*+)'))"""
    rf"""{_BARE}|(?P<open>["'])""",
    re.VERBOSE | re.DOTALL,
)
# Without strings: where a quote stands, the other one says what it begins.
_BARE_TOKEN = lazy_regex(rf"""(?P<quote>[rRbBfFuU]{{0,2}}["']){_BARE}""", re.VERBOSE)
# What a string holds: without its quote behind it, it has no end, nor has any that begins inside.
_INSIDE = {
    '"': lazy_regex(r"""(?:[^"\\\n]++|\\.)*+""", re.DOTALL),
    "'": lazy_regex(r"""(?:[^'\\\n]++|\\.)*+""", re.DOTALL),
}
# What a long group goes on with: plain text and strings, and groups of these, two deep.
_FLAT = r"""[^\[\](){}"'\#]++|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|\#[^\n]*+"""
_DEEP = rf"{_FLAT}|[\[({{](?:{_FLAT})*+[\])}}]"
_REST = lazy_regex(rf"(?:{_FLAT}|[\[({{](?:{_DEEP})*+[\])}}])*+", re.DOTALL)
# What stands in brackets. A string without an end goes to the end of its line, or of the text: nothing is read twice.
ANY_TEXT = (
    r"""[^\[\](){}"'\#]++|\"\"\"(?:[^"\\]++|\\.|"(?!""))*+(?:\"\"\"|\Z)|\'\'\'(?:[^'\\]++|\\.|'(?!''))*+(?:\'\'\'|\Z)"""
    r"""|"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?|\#[^\n]*+"""
)


def _nest(depth: int) -> str:
    inner = ANY_TEXT
    for _ in range(depth):
        inner = rf"{ANY_TEXT}|[\[({{](?:{inner})*+[\])}}]"
    return inner


# A bracket with all that stands in it, five deep; where a quote or bracket has no end, up to there.
WHOLE_GROUP = lazy_regex(rf"[\[({{](?:{_nest(4)})*+[\])}}]?", re.DOTALL)
# Elements of a group that are read before the rest is skipped.
READ = 64
# Elements and tokens that are read where none is skipped: all that fit into a file of the greatest size.
ALL = 1 << 40
# Tokens of a literal that are read: more than a table has until its rows are skipped.
TOKENS = 12_000
_ESCAPE = lazy_regex(
    r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|U(000[0-9a-fA-F]{5}|0010[0-9a-fA-F]{4})|(.))", re.DOTALL
)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\n": ""}


class _Open:
    """A group that is being read."""

    __slots__ = ("bracket", "entries", "key", "name", "pending", "skipped", "start")

    def __init__(self, bracket: str, name: str, start: int) -> None:
        self.bracket, self.name, self.start = bracket, name, start
        self.skipped = 0
        self.entries: list[LiteralEntry] = []
        self.key: Scalar | Group | None = None
        self.pending: Scalar | Group | None = None

    def flush(self) -> None:
        if self.pending is not None:
            self.entries.append(LiteralEntry(self.key, self.pending))
        self.key = self.pending = None

    def name_next(self) -> None:
        """What was read last is the key of what comes next."""
        if self.pending is not None:
            self.key, self.pending = self.pending, None

    def separate(self, text: str, at: int, end: int, limit: int) -> int:
        """Ends an element. Returns where to read on: behind the rest of the elements once enough were read."""
        self.flush()
        if len(self.entries) != limit:
            return at
        rest = _REST.match(text, at, end)
        stop = rest.end() if rest is not None else at
        last = self.entries[-1].value
        separator = last.bracket if isinstance(last, Group) else ","
        # An element may have the same bracket inside it: the last one that was read says how often.
        each = text.count(separator, last.start, last.end) if isinstance(last, Group) else 1
        self.skipped = text.count(separator, at, stop) // max(each, 1)
        if separator == "," and not text[at:stop].rstrip().endswith(","):
            self.skipped += 1
        return stop

    def close(self, end: int, closed: bool) -> Group:
        self.flush()
        return Group(self.bracket, self.name, tuple(self.entries), self.start, end, closed, self.skipped)


def read_group(text: str, start: int, end: int, limit: int = READ, tokens: int = TOKENS) -> Group:
    """Reads the bracketed literal that begins at ``start``; nothing from ``end`` on is looked at.

    Of a group with more than ``limit`` elements the first are read and the rest is skipped at the speed of a regex. A
    literal of more than ``tokens`` tokens, or without an end, comes back with what was read.
    """
    stack: list[_Open] = []
    at = start
    open_to = {'"': start, "'": start}
    for _ in range(tokens):
        found = _next_token(text, at, end, open_to)
        if found is None:
            at = end
            break
        at, kind = found.end(), found.lastgroup
        if kind == "mark":
            mark = found.group()
            if mark in "[({":
                callee = stack[-1].pending if stack and mark == "(" else None
                name = ""
                if isinstance(callee, Scalar) and callee.kind == "name":
                    name, stack[-1].pending = callee.text, None
                stack.append(_Open(mark, name, found.start()))
            elif mark in "])}":
                group = stack.pop().close(at, True)
                if not stack:
                    return group
                stack[-1].pending = group
            elif mark in ",;":
                at = stack[-1].separate(text, at, end, limit)
            else:
                stack[-1].name_next()
        elif kind == "arrow":
            stack[-1].name_next()
        elif kind != "comment":
            scalar = _scalar(found)
            before = stack[-1].pending
            if isinstance(before, Scalar) and before.kind == scalar.kind == "string":
                scalar = Scalar(before.text + scalar.text, "string", before.start, scalar.end)
            stack[-1].pending = scalar
    group = stack.pop().close(at, False)
    while stack:
        stack[-1].pending = group
        group = stack.pop().close(at, False)
    return group


def _next_token(text: str, at: int, end: int, open_to: dict[str, int]) -> re.Match[str] | None:
    """The token at or behind a place.

    ``open_to`` is noted here: for each quote, up to where none ends a string. In escaped JSON that stands in JSON, each
    of them would be followed to the end of the text.
    """
    while True:
        stop = max(open_to.values())
        found = _TOKEN.search(text, at, end) if at >= stop else _BARE_TOKEN.search(text, at, stop)
        if found is None:
            if at >= stop:
                return None
            at = stop
            continue
        if found.lastgroup == "quote":
            if found.start() < open_to[found.group()[-1]]:
                at = found.end()
                continue
            found = _TOKEN.match(text, found.start(), end)
        if found is None or found.lastgroup != "open":
            return found
        at = found.end()
        inside = _INSIDE[found.group()].match(text, at, end)
        open_to[found.group()] = inside.end() if inside is not None else at


def end_of_group(text: str, start: int, end: int) -> int:
    """Where the bracketed literal that begins at ``start`` ends; 0 where it has no end that is seen at a glance."""
    found = WHOLE_GROUP.match(text, start, end)
    return found.end() if found is not None and text[found.end() - 1] in "])}" and found.end() > start + 1 else 0


def _scalar(found: re.Match[str]) -> Scalar:
    kind = found.lastgroup or ""
    start, end = found.span()
    if kind != "string":
        return Scalar(found.group(), kind, start, end)
    for quote in "cdab":
        start, end = found.span(quote)
        if start >= 0:
            break
    inner = found.string[start:end]
    return Scalar(unescape(inner) if "\\" in inner else inner, "string", start, end)


def unescape(text: str) -> str:
    """A string literal's content with its escapes undone."""
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    return chr(int(code, 16)) if code else _PLAIN_ESCAPES.get(escape[4], escape[4])
