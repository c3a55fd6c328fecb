"""Knows data files by their first bytes."""

from __future__ import annotations

from nbguard.tables.files.exif import is_photograph

MAGIC = (
    (b"PK\x03\x04", "a zip archive"), (b"SQLite format 3\0", "an SQLite database"), (b"\x1f\x8b\x08", "a gzip file"),
    (b"BZh", "a bzip2 file"), (b"\xfd7zXZ\0", "an xz file"), (b"PAR1", "a parquet file"), (b"ARROW1", "an Arrow file"),
    (b"FEA1", "a feather file"), (b"\x93NUMPY", "an npy file"), (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x80\x02", "a pickle"), (b"\x80\x03", "a pickle"), (b"\x80\x04\x95", "a pickle"), (b"\x80\x05\x95", "a pickle"),
)  # fmt: skip


def is_data_file(raw: bytes) -> bool:
    """Whether the first bytes are those of a data file or a photograph that is looked into."""
    return bool(kind_of(raw[:16])) or is_photograph(raw)


def kind_of(raw: bytes) -> str:
    """What a data file is by its first bytes; empty where it is none that is known."""
    for magic, kind in MAGIC:
        if raw.startswith(magic):
            return kind
    return "a DuckDB database" if raw[8:12] == b"DUCK" else ""
