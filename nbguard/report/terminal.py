"""What a stream can show: how wide it is, and whether it takes colour and links."""

from __future__ import annotations

import os
from typing import TextIO

from nbguard.named_tuple import NamedTuple

_COLOURS = {
    "critical": "1;31", "high": "1;31", "medium": "1;33", "low": "1;36", "bold": "1", "faint": "2", "edge": "1;34",
}  # fmt: skip
_NARROWEST, _USUAL, _WIDEST = 40, 80, 120
# Stands for a blank that is no place to wrap at.
_NO_BREAK = "\0"


class Look(NamedTuple):
    """How text is laid out and painted. A pipe gets neither colour nor links, and the same width everywhere."""

    width: int = _USUAL
    colour: bool = False
    links: bool = False

    def paint(self, text: str, style: str) -> str:
        """The text in the colour of a severity, or ``bold``, ``faint`` or ``edge``."""
        return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m" if self.colour and text else text

    def link(self, text: str, path: str) -> str:
        """The text as a link to a file (OSC 8, https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda)."""
        if not self.links or not path:
            return text
        from urllib.parse import quote

        address = "file://" + quote(os.fsencode(os.path.abspath(path)))
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"


def is_terminal(stream: TextIO) -> bool:
    """Whether a person reads this stream, on something that can move the cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def look_of(stream: TextIO) -> Look:
    """What a stream can show. Colour only on a terminal, and not where NO_COLOR is set (https://no-color.org)."""
    terminal = is_terminal(stream)
    width = min(max(columns_of(stream), _NARROWEST), _WIDEST)
    return Look(width, terminal and not os.environ.get("NO_COLOR"), terminal)


def columns_of(stream: TextIO) -> int:
    """How wide a terminal is, by ``COLUMNS`` or by what it says itself; the usual width where neither says it."""
    if not stream.isatty():
        return _USUAL
    said = os.environ.get("COLUMNS", "")
    try:
        # A hook's terminal may say that it has no columns at all.
        return (int(said) if said.isdecimal() else 0) or os.get_terminal_size(stream.fileno()).columns or _USUAL
    except (ValueError, OSError):
        return _USUAL


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """The text in lines of at most ``width`` characters, words whole: a longer word has a line of its own.

    A command in backticks is one word: it is copied. Lines after the first one begin with ``indent``.
    """
    lines, line = [], ""
    for word in _words_of(text):
        candidate = f"{line} {word}" if line.strip() else f"{line}{word}"
        if len(candidate) > width and line.strip():
            lines.append(line)
            candidate = indent + word
        line = candidate
    return [*lines, line] if line.strip() else lines


def _words_of(text: str) -> list[str]:
    pieces = text.split("`")
    for at in range(1, len(pieces) - 1, 2):
        pieces[at] = pieces[at].replace(" ", _NO_BREAK)
    return [word.replace(_NO_BREAK, " ") for word in "`".join(pieces).split()]
