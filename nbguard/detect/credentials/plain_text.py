"""Text as a person sees it: without colour codes and tags, with the way back to the characters of the field."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

# Colour and cursor codes of terminals (ECMA-48), as the character or as its escape in a dump.
_ANSI = r"(?:\x1b|\\x1b|\\u001b|\\033)(?:\[[0-9;?]{0,40}[ -/]?[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)|[()][0-9A-B])"
_TAG = r"<(?P<tag>/?[A-Za-z][A-Za-z0-9]{0,20})(?=[\s/>])[^<>]{0,2000}>|<!--"
_ENTITY = r"&(?P<entity>quot|apos|amp|lt|gt|nbsp|#\d{1,6}|#x[0-9A-Fa-f]{1,5});"
_IN_TEXT = re.compile(_ANSI)
_IN_HTML = re.compile(f"{_ANSI}|{_TAG}|{_ENTITY}")
# Tags inside a word leave nothing, cells of a table a bar; all others begin a new line.
_INLINE = "a b bdi big code em font i kbd mark s small span strong sub sup tt u var wbr".split()  # noqa: SIM905
_BREAKS = {"td": "|", "th": "|", "/td": "", "/th": ""} | {mark + tag: "" for tag in _INLINE for mark in ("", "/")}
_ENTITIES = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">", "nbsp": " "}
# What IPython writes in front of the code lines of a traceback.
_LINE_NUMBER = re.compile(r"^(?:-{1,8}> ?| {1,12})\d{1,6}(?= |$)", re.MULTILINE)


class Plain(NamedTuple):
    """A text and, for runs of it, where they begin in the text they were taken from."""

    text: str
    starts: list[int]
    origins: list[int]

    def origin(self, offset: int) -> int:
        """The offset in the field of the character at an offset of the text."""
        run = bisect_right(self.starts, offset) - 1
        return self.origins[run] + offset - self.starts[run]

    def origin_of_end(self, offset: int) -> int:
        """The offset in the field after the character before an offset of the text."""
        return self.origin(offset - 1) + 1 if offset else self.origins[0]


def plain_text(text: str, html: bool = False, traceback: bool = False) -> Plain:
    """A text without terminal codes; of HTML without tags and entities; of a traceback without line numbers."""
    pieces: list[str] = []
    starts, origins = [0], [0]
    at = length = 0

    def add(piece: str, origin: int) -> None:
        nonlocal length
        if piece:
            if length == starts[-1]:
                origins[-1] = origin
            else:
                starts.append(length)
                origins.append(origin)
            pieces.append(piece)
            length += len(piece)

    if html or "\x1b" in text or "x1b" in text or "\\033" in text or "u001b" in text:
        for found in (_IN_HTML if html else _IN_TEXT).finditer(text):
            add(text[at : found.start()], at)
            groups = found.groupdict()
            if groups.get("entity"):
                add(_character(groups["entity"]), found.start())
            elif groups.get("tag"):
                add(_BREAKS.get(groups["tag"].lower(), "\n"), found.start())
            at = found.end()
    add(text[at:], at)
    plain = "".join(pieces)
    if traceback:
        plain = _LINE_NUMBER.sub(lambda found: " " * len(found.group()), plain)
    return Plain(plain, starts, origins)


def _character(entity: str) -> str:
    if entity[0] != "#":
        return _ENTITIES[entity]
    number = int(entity[1:]) if entity[1] != "x" else int("0" + entity[1:], 16)
    return chr(number) if 0 < number < 0x110000 else " "
