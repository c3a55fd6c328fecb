"""The text of Office documents (.docx, .xlsx, .pptx), paragraph by paragraph, as people read it.

A word that somebody typed may be in several runs of the XML; here it is one (ECMA-376, parts 1 and 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping

# Elements that hold text, that end a line, and that stand for a character.
_TEXTS = frozenset(("t", "delText", "instrText", "v", "f"))
_LINES = frozenset(("p", "si", "is", "c", "comment", "text"))
_CHARACTERS: Mapping[str, str] = {"tab": "\t", "br": "\n", "cr": "\n"}


def is_text_part(name: str) -> bool:
    """Whether a member of such a document holds text in the elements that are known here."""
    return name.startswith(("word/", "xl/", "ppt/")) and name.endswith(".xml")


def text_of_part(raw: bytes) -> tuple[str, bool]:
    """The text of a part, a line for each paragraph or cell, and whether the part could be read to its end."""
    pieces: list[str] = []
    depth = 0

    def start(name: str, _: object) -> None:
        nonlocal depth
        local = name.rpartition(":")[2]
        if local in _TEXTS:
            depth += 1
        elif local in _CHARACTERS:
            pieces.append(_CHARACTERS[local])

    def end(name: str) -> None:
        nonlocal depth
        local = name.rpartition(":")[2]
        if local in _TEXTS:
            depth -= 1
        elif local in _LINES and pieces and pieces[-1] != "\n":
            pieces.append("\n")

    def characters(text: str) -> None:
        if depth:
            pieces.append(text)

    def refuse(*_: object) -> None:
        # These documents have none; entities of its own would blow a small file up.
        raise ValueError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError):
        return "".join(pieces), False
    return "".join(pieces), True
