"""Reads a sample of numpy's arrays: npy files, and the buffers that pickles keep.

The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import ast
import struct
from itertools import pairwise
from typing import Any

from nbguard.lazy_regex import lazy_regex
from nbguard.tables.table import SAMPLE_ROWS, Column, Table

_KIND = lazy_regex(r"([<>|=]?)([a-zA-Z?])(\d{0,9})")
_NUMBERS = {
    "i1": "b",
    "i2": "h",
    "i4": "i",
    "i8": "q",
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
    "f4": "f",
    "f8": "d",
}
# Characters of a header, of a cell, and cells and columns that are read, at most.
_HEADER, _CELL, _CELLS, _COLUMNS = 100_000, 300, 50_000, 200


def read_array(raw: bytes) -> tuple[list[Table], bytes]:
    """The table in an npy file, and the pickle that it ends with where it holds objects."""
    large = raw[6] >= 2
    start = 12 if large else 10
    length = int.from_bytes(raw[8:start], "little")
    if length > _HEADER:
        return [], b""
    header = ast.literal_eval(raw[start : start + length].decode("latin-1").strip())
    kind, shape = header["descr"], header["shape"]
    content = raw[start + length :]
    if isinstance(kind, list):
        return _structured(content, kind, shape), b""
    if kind.endswith("O"):
        return [], content
    if not shape or len(shape) > 2 or ("U" not in kind and "S" not in kind):
        return [], b""  # numbers
    width = 1 if len(shape) == 1 else min(shape[1], _COLUMNS)
    each = 1 if len(shape) == 1 else shape[1]
    cells = cells_of(content, kind, SAMPLE_ROWS * each)
    if header["fortran_order"] and each > 1:
        cells = cells_of(content, kind)
        columns = [cells[n * shape[0] :][: min(SAMPLE_ROWS, shape[0])] for n in range(width)]
    else:
        columns = [cells[n::each] for n in range(width)]
    return [Table("an array", tuple(Column("", tuple(column)) for column in columns), shape[0], 0, 0)], b""


def _structured(content: bytes, fields: list[Any], shape: tuple[int, ...]) -> list[Table]:
    sizes = [_size(field[1]) * _times(field) if isinstance(field[1], str) else 0 for field in fields]
    if len(shape) != 1 or not all(sizes):
        return []
    row, at, columns = sum(sizes), 0, []
    for field, size in zip(fields, sizes, strict=True):
        name = field[0] if isinstance(field[0], str) else field[0][-1]
        pieces = (content[n * row + at : n * row + at + size] for n in range(min(shape[0], SAMPLE_ROWS)))
        columns.append(Column(name, tuple("".join(cells_of(piece, field[1], 1)) for piece in pieces)))
        at += size
    return [Table("an array", tuple(columns[:_COLUMNS]), shape[0], 0, 0)]


def _times(field: Any) -> int:
    count = 1
    for length in field[2] if len(field) > 2 else ():
        count *= length
    return count


def _size(kind: str) -> int:
    """The bytes of one value of a numpy type; 0 where it isn't known."""
    found = _KIND.fullmatch(kind)
    if found is None:
        return 0
    return int(found[3] or 1) * (4 if found[2] == "U" else 1)


def cells_of(content: bytes, kind: str, most: int = _CELLS) -> list[str]:
    """The values of a buffer of a numpy type (``<U20``, ``S8``, ``<i8``) as text; empty for types of other kinds."""
    found = _KIND.fullmatch(kind.lstrip("<>|=") if kind[:2] in ("<<", "<>", "<|", ">>", "><", ">|") else kind)
    size = _size(found[0]) if found else 0
    if found is None or not size:
        return []
    count = min(len(content) // size, most)
    pieces = [content[n * size : n * size + size] for n in range(count)]
    if found[2] == "U":
        coding = "utf-32-be" if kind.startswith(">") else "utf-32-le"
        return [piece.decode(coding, "replace").rstrip("\0")[:_CELL] for piece in pieces]
    if found[2] == "S":
        return [piece.decode("utf-8", "replace").rstrip("\0")[:_CELL] for piece in pieces]
    code = _NUMBERS.get(found[2] + found[3])
    if code is None:
        return []
    order = ">" if kind.startswith(">") else "<"
    return [str(value) for value in struct.unpack(f"{order}{count}{code}", content[: count * size])]


def split_texts(offsets: bytes, texts: bytes) -> list[str]:
    """The texts of an Arrow column: where each ends stands in its own buffer, in 32 or 64 bits.

    See https://arrow.apache.org/docs/format/Columnar.html#variable-size-binary-layout
    """
    for code, size in (("q", 8), ("i", 4)):
        count = min(len(offsets) // size, _CELLS)
        ends = struct.unpack(f"<{count}{code}", offsets[: count * size])
        # A buffer may be longer than what is used of it.
        used = next((n for n in range(1, count) if ends[n] < ends[n - 1]), count)
        if used > 1 and ends[0] == 0 and 0 < ends[used - 1] <= len(texts):
            pieces = pairwise(ends[:used])
            return [texts[first:last].decode("utf-8", "replace")[:_CELL] for first, last in pieces]
    return []
