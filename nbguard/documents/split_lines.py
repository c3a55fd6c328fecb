"""Says whether a notebook's lists of lines are cut inside a line, so that raw bytes don't show what the text says.

Jupyter writes an element for each line. JSON allows any other cut, also inside a word.
"""

from __future__ import annotations

import re

from nbguard.documents.notebook import notebook_parts, read_notebook
from nbguard.errors import UnreadableError

# Two elements of a list, of which the first doesn't end with a line feed.
_CUT = re.compile(rb'"(?<!(?<!\\)\\n")[ \t\r\n]*+,[ \t\r\n]*+(?="(?:[^"\\]|\\.)*+"[ \t\r\n]*+[,\]])', re.DOTALL)


def is_cut_inside_lines(raw: bytes) -> bool:
    """Whether some text of a notebook is written as a list that isn't one of whole lines.

    No notebook at all has no such text.
    """
    if _CUT.search(raw) is None:
        return False
    try:
        parts = notebook_parts(read_notebook(raw))
    except UnreadableError:
        return False
    spans = [(part.start, part.end) for part in parts if part.form == "lines"]
    return any(_CUT.search(raw, start, end) is not None for start, end in spans)
