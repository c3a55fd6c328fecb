"""Takes another stripper's filter out of attributes files: that attribute, and nothing else of its line.

Format: https://git-scm.com/docs/gitattributes
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection

# Beside its filter, nbstripout names its way to show differences, on a line or as a word of its own.
# https://github.com/kynan/nbstripout#manual-filter-installation
_DIFF = re.compile(rb"[ \t]+diff=ipynb(?=[ \t\r\n]|\Z)")


class WithoutFilter(NamedTuple):
    """An attributes file after the change, and the lines of it that named the filter."""

    text: bytes
    lines: tuple[str, ...]


def take_out_filter(text: bytes, tools: Collection[str], *, with_diff: bool) -> WithoutFilter:
    """The file without the attribute ``filter`` of these tools, and without nbstripout's ``diff`` if that is meant.

    A line on which nothing else stands goes; every other byte stays.
    """
    names = b"|".join(re.escape(tool.encode()) for tool in tools)
    attribute = re.compile(rb"[ \t]+filter=(?:" + names + rb")(?=[ \t\r\n]|\Z)")
    pieces, lines = [], []
    for line in text.splitlines(keepends=True):
        if tools and not line.lstrip().startswith(b"#") and attribute.search(line):
            lines.append(line.decode("utf-8", "replace").strip())
        elif not with_diff or line.lstrip().startswith(b"#") or not _DIFF.search(line):
            pieces.append(line)
            continue
        pieces.append(_left(line, attribute, with_diff=with_diff))
    return WithoutFilter(b"".join(pieces), tuple(lines)) if lines else WithoutFilter(text, ())


def _left(line: bytes, attribute: re.Pattern[bytes], *, with_diff: bool) -> bytes:
    left = attribute.sub(b"", line)
    if with_diff:
        left = _DIFF.sub(b"", left)
    pattern = re.fullmatch(rb'\s*(?:"(?:\\.|[^"\\])*"|(?!\[attr\])\S+)\s*', left)
    return b"" if pattern else left
