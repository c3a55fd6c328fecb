"""Reads a little of what a data file or a blob holds: tables where the format is plain, else names and texts.

Known by their first bytes: zip and xlsx, SQLite, gzip, bzip2 and xz, pickle, parquet, Arrow and feather, npy, HDF5,
DuckDB. Everything is bounded and nothing is executed: a pickle's opcodes are listed, never run, and of parquet,
Arrow, HDF5 and DuckDB only the names and texts in their headers and footers are seen, not the rows.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from nbguard.detect.samples.tables import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Bytes that are unpacked, and that are read of a header or footer, at most.
_UNPACKED = 2_000_000
_ENDS = 400_000
_TEXTS = 5_000
_TABLES = 50
_COLUMNS = 200
MAGIC = (
    (b"PK\x03\x04", "a zip archive"), (b"SQLite format 3\0", "an SQLite database"), (b"\x1f\x8b\x08", "a gzip file"),
    (b"BZh", "a bzip2 file"), (b"\xfd7zXZ\0", "an xz file"), (b"PAR1", "a parquet file"), (b"ARROW1", "an Arrow file"),
    (b"FEA1", "a feather file"), (b"\x93NUMPY", "an npy file"), (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x80\x02", "a pickle"), (b"\x80\x03", "a pickle"), (b"\x80\x04\x95", "a pickle"), (b"\x80\x05\x95", "a pickle"),
)  # fmt: skip
_COMPRESSED = {"a gzip file": "zlib", "a bzip2 file": "bz2", "an xz file": "lzma"}
_PRINTABLE = re.compile(rb"[\x20-\x7e\xc2-\xf4\x80-\xbf]{2,200}")
_CELL = re.compile(
    r"<c\b([^>]{0,200})>(?:<f>[^<]{0,500}</f>)?(?:<v>([^<]{0,300})</v>|<is><t[^>]{0,40}>([^<]{0,300})</t>)"
)
_SHARED_TEXT = re.compile(r"<t[^>]{0,60}>([^<]{0,300})</t>")


class Content(NamedTuple):
    """What was read of a file. ``kind`` is what it is, for people; ``texts`` are names and values in no known order;
    ``text`` is text that was packed. ``whole``: rows were looked at, not only names.
    """

    kind: str
    tables: Sequence[Table] = ()
    texts: Sequence[str] = ()
    text: str = ""
    whole: bool = True

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Content({self.kind}, {len(self.tables)} tables)"


def is_data_file(raw: bytes) -> bool:
    """Whether the first bytes are those of a data file or a photograph that is looked into."""
    return bool(kind_of(raw[:16])) or raw.startswith(b"\xff\xd8\xff\xe1")


def kind_of(raw: bytes) -> str:
    """What a data file is by its first bytes; empty where it is none that is known."""
    for magic, kind in MAGIC:
        if raw.startswith(magic):
            return kind
    return "a DuckDB database" if raw[8:12] == b"DUCK" else ""


def read_content(raw: bytes, depth: int = 0) -> Content | None:
    """A sample of what a data file holds; None where it is none that is known. Broken files don't raise."""
    kind = kind_of(raw)
    if not kind:
        return None
    try:
        if kind == "a zip archive":
            return _read_zip(raw, depth)
        if kind == "an SQLite database":
            return Content(kind, tuple(_sqlite_tables(raw)))
        if kind in _COMPRESSED:
            return _read_compressed(raw, kind, depth)
        if kind == "a pickle":
            return Content(kind, texts=_pickle_texts(raw))
    except Exception:  # noqa: BLE001 - whatever a broken or hostile file makes a reader raise
        return Content(kind, whole=False)
    ends = raw if len(raw) <= 2 * _ENDS else raw[:_ENDS] + b"\0" + raw[-_ENDS:]
    if kind in ("a parquet file", "an Arrow file", "a feather file"):
        ends = raw[-_ENDS:]
    found = (match.group().decode("utf-8", "ignore") for match in _PRINTABLE.finditer(ends))
    return Content(kind, texts=tuple(text for text, _ in zip(found, range(_TEXTS), strict=False)), whole=False)


def _read_compressed(raw: bytes, kind: str, depth: int) -> Content:
    if kind == "a gzip file":
        import zlib

        data = zlib.decompressobj(31).decompress(raw, _UNPACKED)
    elif kind == "a bzip2 file":
        import bz2

        data = bz2.BZ2Decompressor().decompress(raw, _UNPACKED)
    else:
        import lzma

        data = lzma.LZMADecompressor(memlimit=64_000_000).decompress(raw, _UNPACKED)
    inner = read_content(data, depth + 1) if depth < 2 else None
    return inner._replace(kind=f"{inner.kind} in {kind}") if inner else Content(kind, text=_as_text(data))


def _as_text(data: bytes) -> str:
    return "" if b"\0" in data[:8000] else data.decode("utf-8", "replace")


def _read_zip(raw: bytes, depth: int) -> Content:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir() and not member.flag_bits & 1]

        def read(name: str) -> bytes:
            with archive.open(name) as file:
                return file.read(_UNPACKED)

        sheets = [member.filename for member in members if member.filename.startswith("xl/worksheets/")]
        if sheets:
            names = {member.filename for member in members}
            shared = read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in names else b""
            words = _shared(shared)
            found = [_sheet(read(name).decode("utf-8", "replace"), words) for name in sheets[:8]]
            return Content("an Excel file", [table for table in found if table is not None])
        tables: list[Table] = []
        texts: list[str] = []
        pieces: list[str] = []
        for member in members[:20]:
            data = read(member.filename)
            inner = read_content(data, depth + 1) if depth < 2 else None
            if inner is not None:
                tables += inner.tables
                texts += inner.texts
                pieces.append(inner.text)
            else:
                pieces.append(_as_text(data))
        return Content("a zip archive", tables, texts, "\n\n".join(pieces)[:_UNPACKED])


def _shared(xml: bytes) -> list[str]:
    from html import unescape

    text = xml.decode("utf-8", "replace")
    return [unescape("".join(_SHARED_TEXT.findall(item))) for item in text.split("</si>")[:-1]]


def _sheet(xml: str, shared: Sequence[str]) -> Table | None:
    rows = []
    for row in xml.split("</row>", SAMPLE_ROWS + 1)[:-1]:
        cells = []
        for attributes, value, inline in _CELL.findall(row):
            if 't="s"' in attributes and value.isdigit():
                value = shared[int(value)] if int(value) < len(shared) else ""
            cells.append(value or inline)
        rows.append(cells)
    if len(rows) < 2:
        return None
    return from_rows("an Excel sheet", rows[0], rows[1:], max(xml.count("<row") - 1, len(rows) - 1), 0, 0)


def _sqlite_tables(raw: bytes) -> Iterator[Table]:
    """The first rows of each table. Views, triggers and virtual tables aren't touched."""
    import sqlite3

    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(raw)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA query_only=ON")
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%' LIMIT ?", (_TABLES,)
        ).fetchall()  # fmt: skip
        for (name,) in found:
            quoted = '"' + name.replace('"', '""') + '"'
            cursor = connection.execute(f"SELECT * FROM {quoted} LIMIT {SAMPLE_ROWS}")  # noqa: S608 - quoted
            names = [column[0] for column in cursor.description][:_COLUMNS]
            rows = [["" if cell is None else str(cell)[:300] for cell in row[:_COLUMNS]] for row in cursor]
            count = connection.execute(f"SELECT count(*) FROM (SELECT 1 FROM {quoted} LIMIT 100000)").fetchone()[0]  # noqa: S608
            if rows:
                yield from_rows("an SQLite table", names, rows, count, 0, 0)
    finally:
        connection.close()


def _pickle_texts(raw: bytes) -> tuple[str, ...]:
    """The strings in a pickle's opcodes. They are listed, not run."""
    import pickletools

    texts: list[str] = []
    # A pickle that is cut off, or none at all, ends the list where it is.
    with suppress(Exception):
        for opcode, argument, _ in pickletools.genops(raw[:_UNPACKED]):
            if isinstance(argument, str) and "GLOBAL" not in opcode.name:
                texts.append(argument[:300])
                if len(texts) >= _TEXTS:
                    break
    return tuple(texts)
