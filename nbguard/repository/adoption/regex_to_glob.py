"""Says a regular expression over paths, as the hooks of other tools have them, in globs of our configuration.

Source: https://pre-commit.com/#regular-expressions (searched for anywhere in the path, Python's syntax)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = re.compile(r"(?P<any>\.[*+]\??)|\\(?P<sign>[^\w\s*?\[\]])|(?P<dot>\.)|(?P<plain>[\w/ @,=~-])")


def as_globs(regex: str) -> tuple[str, ...] | None:
    """Globs that match no path which the expression doesn't match; None where it says more than globs can.

    They may match less (``a.b`` becomes that name, not any that contains it): then more is looked at, never less.
    """
    text = regex.strip()
    if text.startswith("(?x)"):
        text = re.sub(r"\s+|(?<!\\)#.*", "", text[4:])
    globs = [_one(part) for part in _alternatives(text)]
    if not globs or not all(globs):
        return None
    return tuple(dict.fromkeys(glob for glob in globs if glob))


def _alternatives(text: str) -> Iterator[str]:
    """``^(a|b)$`` as ``^a$`` and ``^b$``; groups inside are left for ``_one`` to refuse."""
    whole = re.fullmatch(r"(\^?)\((?:\?:)?([^()]*)\)(\$?)", text)
    before, inner, after = whole.groups() if whole else ("", text, "")
    for part in inner.split("|"):
        if part.strip():
            yield f"{before if not part.startswith('^') else ''}{part}{after if not part.endswith('$') else ''}"


def _one(text: str) -> str:
    anchored, to_end = text.startswith("^"), text.endswith("$") and not text.endswith("\\$")
    text = text[anchored : len(text) - to_end]
    glob = _pieces(text)
    begins_open = not anchored or glob.startswith(("*", "?*"))
    glob = re.sub(r"(?<![^/])\?\*(?![^/])", "*", glob)  # a segment is never empty
    if glob.strip("*/") == "" or (anchored and glob.startswith("/")):
        return ""
    if begins_open and glob.startswith("."):
        glob = f"*{glob}"
    if glob.endswith("/"):
        glob += "**"
    elif glob.endswith("/*"):
        glob += "*"
    if not anchored and glob.startswith("/"):
        glob = f"*{glob}"  # there is a folder before it
    if begins_open and glob.startswith("*/"):
        return f"*/**/{glob[2:]}"
    if "/" in glob:
        return glob if anchored else f"**/{glob}"
    return glob if begins_open else f"/{glob}"


def _pieces(text: str) -> str:
    """The expression piece by piece; empty where one has no glob."""
    glob, at = "", 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            return ""
        if piece["any"]:
            glob += "?*" if "+" in piece["any"] else "*"
        else:
            glob += piece["sign"] or piece[0]
        at = piece.end()
    return glob
