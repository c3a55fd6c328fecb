"""Draws what a terminal showed as an SVG, for the documentation."""

from __future__ import annotations

import re
from html import escape
from typing import NamedTuple

_LINE, _LEFT, _TOP, _COLUMN = 19, 18, 46, 8.4
# The colours of a dark terminal: red, green, yellow, blue, magenta, cyan.
_COLOURS = {31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea"}
_CODES = re.compile(r"\^\[\[([0-9;]*)m|\^\[\]8;;.*?\^\[\\")


class Piece(NamedTuple):
    """A run of characters in one style, and the column that it begins in."""

    text: str
    column: int
    style: str


def draw(command: str, shown: str, columns: int) -> str:
    """The SVG of a terminal after a command; control sequences stand as ``^[`` in what it showed."""
    lines = [f"^[[2m$^[[0m ^[[1m{command}^[[0m", *shown.rstrip("\n").split("\n")]
    width, height = round(columns * _COLUMN + 2 * _LEFT), _TOP + _LINE * len(lines)
    rows, style = [], ""
    for number, line in enumerate(lines):
        pieces, style = split(line, style)
        spans = "".join(
            f'<tspan x="{_LEFT + piece.column * _COLUMN:g}"{piece.style}>{escape(piece.text)}</tspan>'
            for piece in pieces
            if piece.text.strip()
        )
        rows.append(f'<text y="{_TOP + number * _LINE}">{spans}</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
            f' role="img" aria-label="A terminal after {escape(command)}">',
            "<style>text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #e6edf3;"
            " white-space: pre } .b { font-weight: 700 } .d { fill: #9aa4ad }</style>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
            *(f'<circle cx="{_LEFT + at * 18}" cy="18" r="5" fill="#30363d"/>' for at in range(3)),
            *rows,
            "</svg>\n",
        ]
    )


def split(line: str, style: str) -> tuple[list[Piece], str]:
    """The pieces of a line, and the style in which it ends."""
    pieces, column, at = [], 0, 0
    for code in _CODES.finditer(line):
        pieces.append(Piece(line[at : code.start()], column, style))
        column += code.start() - at
        at = code.end()
        if code[1] is not None:
            style = _style(code[1])
    pieces.append(Piece(line[at:], column, style))
    return pieces, style


def _style(codes: str) -> str:
    numbers = [int(code or 0) for code in codes.split(";")]
    colour = next((f' style="fill:{_COLOURS[number]}"' for number in numbers if number in _COLOURS), "")
    names = [name for number, name in ((1, "b"), (2, "d")) if number in numbers]
    return (f' class="{" ".join(names)}"' if names else "") + colour
