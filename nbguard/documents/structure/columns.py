"""Tables in text: CSV, TSV and Markdown. A value's name is its column's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.documents.structure.pair import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAME = re.compile(r"[A-Za-z_][\w .()/-]{0,60}\Z")
_RULER = re.compile(r"[ \t]*\|?[ \t]*:?-{1,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\r?\Z")
_CELL = re.compile(r"[ \t]*(?:\"(?P<quoted>(?:\"\"|[^\"\n])*)\"|(?P<plain>[^\n]*?))[ \t]*\Z")
_MOST_COLUMNS = 200
_LONGEST_HEAD = 20_000


def read_columns(text: str, wanted: Callable[[str], bool] | None = None, tabular: bool = False) -> Iterator[Pair]:
    """Yields the cells of tables under the names of their columns; ``wanted`` chooses the columns.

    ``tabular``: the whole text is a table by its name. Else only Markdown tables and a text that begins as CSV count.
    """
    lines = text.splitlines(keepends=True)
    at = 0
    if lines and len(lines) > 1 and (tabular or text.count("\n", 0, 2_000_000) >= 1):
        delimiter = _delimiter(lines[0], lines[1], tabular)
        if delimiter:
            yield from _rows(lines, 0, 0, delimiter, wanted, len(lines))
            return
    if "|" not in text or "--" not in text:
        return
    starts = []
    for line in lines:
        starts.append(at)
        at += len(line)
    for number in range(1, len(lines)):
        if "-" in lines[number] and "|" in lines[number - 1] and _RULER.match(lines[number].rstrip("\n")):
            stop = number + 1
            while stop < len(lines) and "|" in lines[stop]:
                stop += 1
            yield from _rows(lines, number - 1, starts[number - 1], "|", wanted, stop)


def _delimiter(head: str, row: str, tabular: bool) -> str:
    if len(head) > _LONGEST_HEAD:
        return ""
    for delimiter in (",", "\t", ";", "|"):
        names = [name.strip().strip('"') for name in head.rstrip("\r\n").split(delimiter)]
        enough = 2 <= len(names) <= _MOST_COLUMNS
        if enough and row.count(delimiter) >= len(names) - 1 and all(_NAME.match(name) or tabular for name in names):
            return delimiter
    return ""


def _rows(
    lines: list[str], number: int, at: int, delimiter: str, wanted: Callable[[str], bool] | None, stop: int
) -> Iterator[Pair]:
    head = [(cell, start + at, end + at) for cell, start, end, _ in _cells(lines[number], delimiter)]
    columns = [place for place, (name, _, _) in enumerate(head) if name and (wanted is None or wanted(name))]
    if not columns:
        return
    at += len(lines[number])
    for line in lines[number + 1 : stop]:
        cells = list(_cells(line, delimiter))
        for place in columns if len(cells) <= _MOST_COLUMNS else ():
            if place < len(cells) and cells[place][0]:
                value, start, end, quoted = cells[place]
                name, name_start, name_end = head[place]
                yield Pair(name, value, at + start, at + end, name_start, name_end, (), quoted, "column")
        at += len(line)


def _cells(line: str, delimiter: str) -> Iterator[tuple[str, int, int, bool]]:
    """The cells of a row with their spans."""
    bare = line.rstrip("\r\n")
    pieces, at = [], 0
    for piece in (
        re.split(rf"({re.escape(delimiter)})(?=(?:[^\"]*\"[^\"]*\")*[^\"]*\Z)", bare)
        if '"' in bare and len(bare) < 2_000
        else re.split(f"({re.escape(delimiter)})", bare)
    ):
        if piece != delimiter:
            pieces.append((piece, at))
        at += len(piece)
    for piece, start in pieces:
        cell = _CELL.match(piece.strip("`* ") if delimiter == "|" and piece.strip("`* ") else piece)
        if cell is None:
            continue
        shift = start + (piece.index(piece.strip("`* ")) if delimiter == "|" and piece.strip("`* ") else 0)
        group = "quoted" if cell["quoted"] is not None else "plain"
        value = cell[group].replace('""', '"')
        yield value, shift + cell.start(group), shift + cell.end(group), group == "quoted"
