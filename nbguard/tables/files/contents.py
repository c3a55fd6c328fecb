"""Reads a little of what a data file or a blob holds: a sample of its rows where they can be had, else names and texts.

Known by their first bytes: zip and xlsx, SQLite, gzip, bzip2 and xz, pickle, npy and npz, parquet, Arrow, feather,
HDF5, DuckDB. Everything is bounded and nothing is executed. The last five need a library that may not be installed:
then the names and texts in their headers and footers are what is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.lazy_regex import lazy_regex
from nbguard.tables.files.signatures import kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.tables.table import Table

# Bytes that are unpacked of one piece, of all pieces of a file, and that are read of a header or footer, at most.
_UNPACKED = 2_000_000
_ALL = 40_000_000
_ENDS = 400_000
_TEXTS = 5_000
_MEMBERS = 20
_DEPTH = 2
# Formats whose rows another process reads.
FOREIGN = frozenset(("a parquet file", "an Arrow file", "a feather file", "an HDF5 file", "a DuckDB database"))
_COMPRESSED = {"a gzip file": "zlib", "a bzip2 file": "bz2", "an xz file": "lzma"}
_PRINTABLE = lazy_regex(rb"[\x20-\x7e\xc2-\xf4\x80-\xbf]{2,200}")


class FileContent(NamedTuple):
    """What was read of a file. ``kind`` is what it is, for people; ``texts`` are names and values in no known order;
    ``text`` is text that was packed. ``unread`` says why no rows were looked at, where they weren't.
    """

    kind: str
    tables: Sequence[Table] = ()
    texts: Sequence[str] = ()
    text: str = ""
    unread: str = ""

    def __repr__(self) -> str:
        """Shows no content."""
        return f"FileContent({self.kind}, {len(self.tables)} tables)"


def read_content(raw: bytes, depth: int = 0, path: str = "") -> FileContent | None:
    """A sample of what a data file holds; None where it is none that is known. Broken files don't raise.

    Where ``path`` is given, the file is there and ``raw`` its first bytes; more is read as it is needed.
    """
    kind = kind_of(raw)
    if not kind:
        return None
    if kind in FOREIGN:
        return _read_foreign(raw, kind, path)
    try:
        if kind == "a zip archive":
            return _read_zip(raw, depth, path)
        if kind == "an SQLite database":
            from nbguard.tables.files.sqlite import read_sqlite

            return FileContent(kind, tuple(read_sqlite(raw, path)))
        if kind in _COMPRESSED:
            return _read_compressed(raw, kind, depth)
        if kind == "an npy file":
            from nbguard.tables.files.arrays import read_array

            tables, objects = read_array(raw)
            return _read_pickle(objects, kind) if objects else FileContent(kind, tables)
        return _read_pickle(raw, kind)
    except Exception:  # noqa: BLE001 - whatever a broken or hostile file makes a reader raise
        return FileContent(kind, texts=_texts_in(raw), unread="it is damaged")


def _read_foreign(raw: bytes, kind: str, path: str) -> FileContent:
    from nbguard.tables.files.isolated_reader import read_rows

    rows = read_rows(kind, b"" if path else raw, path)
    if rows.tables or not rows.problem:
        return FileContent(kind, rows.tables)
    # Where nothing can read the rows, names and texts in the footer or the header tell something.
    ends = raw[:_ENDS] + b"\0" + (_read_end(path) if path else raw[_ENDS:][-_ENDS:])
    if kind not in ("an HDF5 file", "a DuckDB database") and not path:
        ends = raw[-_ENDS:]
    return FileContent(kind, texts=_texts_in(ends), unread=rows.problem)


def _read_end(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            file.seek(-_ENDS, 2)
            return file.read(_ENDS)
    except OSError:
        return b""


def _texts_in(raw: bytes) -> tuple[str, ...]:
    found = (match.group().decode("utf-8", "ignore") for match in _PRINTABLE.finditer(raw[: 2 * _ENDS]))
    return tuple(text for text, _ in zip(found, range(_TEXTS), strict=False))


def _read_pickle(raw: bytes, kind: str) -> FileContent:
    from nbguard.tables.files.pickles import read_pickle

    tables, texts = read_pickle(raw[:_ALL])
    return FileContent(kind, tables, texts)


def _read_compressed(raw: bytes, kind: str, depth: int) -> FileContent:
    if kind == "a gzip file":
        import zlib

        data = zlib.decompressobj(31).decompress(raw, _UNPACKED)
    elif kind == "a bzip2 file":
        import bz2

        data = bz2.BZ2Decompressor().decompress(raw, _UNPACKED)
    else:
        import lzma

        data = lzma.LZMADecompressor(memlimit=64_000_000).decompress(raw, _UNPACKED)
    inner = read_content(data, depth + 1) if depth < _DEPTH else None
    return inner._replace(kind=f"{inner.kind} in {kind}") if inner else FileContent(kind, text=_as_text(data))


def _as_text(data: bytes) -> str:
    return "" if b"\0" in data[:8000] else data.decode("utf-8", "replace")


def _read_zip(raw: bytes, depth: int, path: str) -> FileContent:
    import io
    import zipfile

    with zipfile.ZipFile(path or io.BytesIO(raw)) as archive:
        members = {
            member.filename: member
            for member in archive.infolist()[: 100 * _MEMBERS]
            # The other ways of packing unpack without a bound.
            if not member.is_dir() and not member.flag_bits & 1 and member.compress_type in (0, 8)
        }
        left = _ALL

        def read(name: str) -> bytes:
            nonlocal left
            with archive.open(members[name]) as file:
                data = file.read(min(_UNPACKED, left))
                # These can't be read from their beginning alone.
                if kind_of(data[:16]) in FOREIGN or data[:2] == b"PK":
                    data += file.read(max(left - len(data), 0))
                left -= len(data)
                return data

        if any(name.startswith("xl/worksheets/") for name in members):
            from nbguard.tables.files.xlsx import read_sheets

            return FileContent("an Excel file", tuple(read_sheets(members, read)))
        inner = [_read_member(read(name), depth) for name in list(members)[:_MEMBERS]]
        return FileContent(
            "a zip archive",
            [table for content in inner for table in content.tables],
            [text for content in inner for text in content.texts],
            "\n\n".join(content.text for content in inner)[:_UNPACKED],
            next((content.unread for content in inner if content.unread), ""),
        )


def _read_member(data: bytes, depth: int) -> FileContent:
    inner = read_content(data, depth + 1) if depth < _DEPTH else None
    return inner if inner is not None else FileContent("text", text=_as_text(data))
