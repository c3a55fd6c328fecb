"""Says whether a notebook's lists of lines are cut inside a line, so that raw bytes don't show what the text says.

Jupyter writes an element for each line. JSON allows any other cut, also inside a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.reading import open_document
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from nbguard.documents.fields import Document

# Two elements of a list, of which the first doesn't end with a line feed.
_CUT = lazy_regex(rb'"(?<!(?<!\\)\\n")[ \t\r\n]*+,[ \t\r\n]*+(?="(?:[^"\\]|\\.)*+"[ \t\r\n]*+[,\]])', re.DOTALL)


def is_cut_inside_lines(raw: bytes, document: Document | None = None) -> bool:
    """Whether some text of a notebook is written as a list that isn't one of whole lines.

    No notebook at all has no such text. ``document`` is the notebook, where it was opened already.
    """
    if document is None and not _has_cut(raw, 0, len(raw)):
        return False
    parts = (document or open_document("a.ipynb", raw)).parts
    return any(_has_cut(raw, part.start, part.end) for part in parts if part.form == "lines")


def _has_cut(raw: bytes, start: int, end: int) -> bool:
    for found in _CUT.finditer(raw, start, end):
        # Of an odd number of backslashes the last one makes the n a line feed.
        before = raw[max(start, found.start() - 50) : found.start()]
        text = before.removesuffix(b"n")
        if text == before or (len(text) - len(text.rstrip(b"\\"))) % 2 == 0:
            return True
    return False
