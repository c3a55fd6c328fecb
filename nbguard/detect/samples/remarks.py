"""Tells what a file says about itself from what it holds: comments, documentation, examples, drawings, built files.

A path, an address or a number in the documentation of a library is an example. Notebooks are not asked: there, a
comment is often the data that was cut out of a cell for a while.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from functools import cache

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import kept_regex, lazy_regex

# What a line of a comment, of an interpreter's session or of a shown result begins with.
_REMARK = lazy_regex(r"[ \t]*(?:#(?!!)|//|/?\*|--|;|%|>>>|\.\.\. |<!--|\"\"\"|'''|rem\b|dnl\b)", re.IGNORECASE)
# A comment behind code, as far as a line tells.
_TRAILING = lazy_regex(r"(?:^|[ \t])(?:#|//)[ \t=>]")
# A comment or a docstring over several lines.
_BLOCK = lazy_regex(r"""/\*.*?(?:\*/|\Z)|\"\"\".*?(?:\"\"\"|\Z)""", re.DOTALL)
_SOURCE_MAP = lazy_regex(
    r'\s*(?:\)\]\}\'?\n)?\{\s*"(?:version|mappings|sources|sections|file|names|sourceRoot|sourcesContent)"\s*:'
)
_MAPPINGS = lazy_regex(r'"mappings"\s*:\s*"[A-Za-z0-9+/,;]*+"|"sections"\s*:\s*\[')
_MAP_KEYS = ('"version"', '"mappings"')
# Characters in a line of a program from which nobody wrote it by hand.
_LONG_LINE = 2_000
# Lines of a session's result, at most.
_SESSION = 8
# Characters in which a line has to begin.
_MARGIN = 40
_PROGRAMS = (".js", ".mjs", ".cjs", ".css")


@cache
def _names_of(kind: str) -> re.Pattern[str]:
    return kept_regex(rf"(?i){'|'.join(load_knowledge('credits')[kind])}")


def is_credit_file(name: str) -> bool:
    """Whether a file of this name, in small letters, is there to name people or to describe a package."""
    known = load_knowledge("credits")
    files = known["files"]
    return name in files or os.path.splitext(name)[0] in files or name.endswith(tuple(known["endings"]))


def is_mailing_list(address: str) -> bool:
    """Whether an address, in small letters, is that of a mailing list."""
    known = load_knowledge("credits")
    local, _, domain = address.partition("@")
    return domain.startswith(tuple(known["list_domains"])) or local.endswith(tuple(known["list_names"]))


def is_documentation(name: str) -> bool:
    """Whether a file of this name (without folders) is prose about software."""
    return _names_of("documentation").fullmatch(name) is not None


def is_inventory(name: str) -> bool:
    """Whether a program lists software in a file of this name, in small letters."""
    return _names_of("inventories").search(name) is not None


def is_built(name: str, text: str) -> bool:
    """Whether a program made a file of other files: a source map, a bundle, minified code. ``name`` has no folders."""
    if _names_of("built").fullmatch(name):
        return True
    if name.lower().endswith(_PROGRAMS):
        return len(text) > _LONG_LINE and _has_long_line(text)
    return is_source_map(text)


def is_source_map(text: str) -> bool:
    """Whether a text is a source map (https://tc39.es/ecma426/), wherever its mappings stand in it."""
    if _SOURCE_MAP.match(text) is None or not all(key in text for key in _MAP_KEYS):
        return False
    return _MAPPINGS.search(text, text.find('"mappings"')) is not None


def _has_long_line(text: str) -> bool:
    """Whether the text has a line of thousands of characters; one look at each."""
    at = 0
    while len(text) - at > _LONG_LINE:
        end = text.rfind("\n", at, at + _LONG_LINE)
        if end < 0:
            return True
        at = end + 1
    return False


class Remarks:
    """The comments of a text, and the examples in its docstrings and interpreter's sessions."""

    __slots__ = ("_blocks", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: list[tuple[int, int]] | None = None

    def hold(self, at: int) -> bool:
        """Whether what stands at ``at`` belongs to one of them."""
        text = self._text
        start = text.rfind("\n", 0, at) + 1
        if at - start < _LONG_LINE and (_REMARK.match(text, start, at) or _TRAILING.search(text, start, at)):
            return True
        if self._blocks is None:
            self._blocks = [block.span() for block in _BLOCK.finditer(text)]
        number = bisect_right(self._blocks, (at, at)) - 1
        return (number >= 0 and at < self._blocks[number][1]) or in_session(text, at)


def in_session(text: str, at: int) -> bool:
    """Whether what stands at ``at`` is in an interpreter's session, as documentation shows them, or its result."""
    start = text.rfind("\n", 0, at) + 1
    for _ in range(_SESSION):
        line = text[start : start + _MARGIN].lstrip(" \t*#")
        if line.startswith(">>>"):
            return True
        if not line.strip() or line[0] == "\n" or start == 0:
            return False
        start = text.rfind("\n", 0, start - 1) + 1
    return False


def in_drawing(text: str, at: int) -> bool:
    """Whether what stands at ``at`` belongs to a drawing in SVG."""
    begin = text.rfind("<svg", 0, at)
    return begin >= 0 and text.find("</svg", begin, at) < 0
