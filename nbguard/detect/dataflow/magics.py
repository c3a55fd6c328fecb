"""Recognises what in a code cell isn't the kernel's language: IPython magics, shell lines, help requests.

Syntax: https://ipython.readthedocs.io/en/stable/interactive/magics.html
"""

from __future__ import annotations

import re
from functools import cache

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.lazy_regex import lazy_regex
from nbguard.named_tuple import NamedTuple

_CELL = lazy_regex(r"\s*(%%(!|[A-Za-z_]\w*))[ \t]*([^\n]*)(?:\n|$)")
# A line that starts with `% name` or goes on with `!=` is the rest of an expression.
_LINE = lazy_regex(
    r"^[ \t]*(?:(?P<target>[A-Za-z_][\w, .]*=[ \t]*))?"
    r"(?:(?P<magic>%(?P<name>[A-Za-z_]\w*))|(?P<shell>!{1,2}(?!=)))(?P<rest>(?:[^\n]*\\\r?\n)*[^\n]*)"
    r"|^[ \t]*(?P<help>\?{1,2}[\w.]+|[\w.*%]+\?{1,2})[ \t]*\r?$",
    re.MULTILINE,
)


class Magic(NamedTuple):
    """A magic or shell line, by characters of the cell's source.

    ``kind`` is ``line`` (``%env …``), ``cell`` (``%%bash …`` and what follows), ``shell`` (``!…``) or ``help``.
    ``name`` is without percent signs, empty for shell lines. ``start`` to ``end`` is all that isn't Python,
    ``arguments`` to ``arguments_end`` what follows the name on its line (with continued lines), ``body`` where the
    lines below a cell magic begin, -1 for the others.
    """

    kind: str
    name: str
    start: int
    end: int
    arguments: int
    arguments_end: int
    body: int = -1


@cache
def kinds_of_cell_magics() -> dict[str, str]:
    """What stands below a cell magic, by its name: as ``knowledge/python.toml`` calls it."""
    return {name: kind for kind, names in load_knowledge("python")["magics"].items() for name in names}


def cell_magic(source: str) -> Magic | None:
    """The magic that a cell begins with; it ends with the cell where the lines below aren't Python."""
    cell = _CELL.match(source)
    if cell is None:
        return None
    name = "bash" if cell[2] == "!" else cell[2]
    foreign = kinds_of_cell_magics().get(name) in ("shell", "prose", "foreign")
    end = len(source) if foreign else cell.end()
    return Magic("cell", name, cell.start(1), end, cell.start(3), cell.end(3), cell.end())


def find_magics(source: str) -> list[Magic]:
    """The magics and shell lines of a cell, in order. ``source`` may hold any text; none of it is run."""
    magics: list[Magic] = []
    cell = cell_magic(source)
    at = 0
    if cell is not None:
        magics.append(cell)
        if cell.end > cell.body:
            return magics
        at = cell.body
    if "%" not in source and "!" not in source and "?" not in source:
        return magics
    for found in _LINE.finditer(source, at):
        if found.group("help") is not None:
            magics.append(
                Magic("help", "", found.start("help"), found.end("help"), found.end("help"), found.end("help"))
            )
            continue
        kind = "line" if found.group("magic") else "shell"
        start = found.start("magic") if found.group("magic") else found.start("shell")
        magics.append(
            Magic(kind, found.group("name") or "", start, found.end(), found.start("rest"), found.end("rest"))
        )
    return magics


def blank_magics(source: str, magics: list[Magic]) -> str:
    """The source with spaces in the place of magics, so that it parses and every offset stays what it was.

    ``files = !ls`` becomes an assignment of ``0``, for a right side that is missing would derail the lines below.
    """
    if not magics:
        return source
    pieces: list[str] = []
    at = 0
    for magic in magics:
        blank = _NOT_NEWLINE.sub(" ", source[magic.start : magic.end])
        if blank and source[: magic.start].rstrip(" \t").endswith("="):
            blank = "0" + blank[1:]
        pieces += (source[at : magic.start], blank)
        at = magic.end
    pieces.append(source[at:])
    return "".join(pieces)


_NOT_NEWLINE = lazy_regex(r"[^\n]")
