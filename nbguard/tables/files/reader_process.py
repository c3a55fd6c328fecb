"""Reads a sample of the rows of parquet, Arrow, feather, HDF5 and DuckDB files; a program of its own.

These formats need large libraries written in C++, and files come from anybody: a damaged one may take all memory, run
for ever or end the process. So they are read in a process that is watched (see ``rows``). It gets requests on
standard input, a line of JSON each, then the file's bytes unless the line names a path; it answers with the length of
a JSON text and the text. Nothing is written to disk, nothing but the samples of rows comes back.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

# Rows of a sample, and from how many places of a file they are taken; characters of a cell; columns; tables.
ROWS, PLACES, CELL, COLUMNS, TABLES = 64, 4, 300, 200, 40
# Memory of this process, in bytes, and what one piece of a file (a row group, a batch, a chunk) may unpack to.
MEMORY = 3 << 30
PIECE = 256 << 20

Table = dict[str, Any]


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers requests until there are no more."""
    while line := requests.readline():
        request = json.loads(line)
        raw = requests.read(request["size"]) if not request["path"] else b""
        try:
            tables = []
            for table in READERS[request["kind"]](raw, request["path"]):
                tables.append(table)
                if len(tables) >= TABLES:
                    break
            answer: dict[str, Any] = {"tables": tables}
        except ImportError as error:
            answer = {"missing": error.name or "a library"}
        except Exception as error:  # noqa: BLE001 - whatever a broken file makes a library raise
            answer = {"problem": type(error).__name__}
        text = json.dumps(answer).encode()
        answers.write(b"%d\n" % len(text) + text)
        answers.flush()


def read_parquet(raw: bytes, path: str) -> Iterator[Table]:
    """Rows from the beginning, the middle and the end: the first of some row groups."""
    import pyarrow as pa  # type: ignore[import-untyped,unused-ignore]
    import pyarrow.parquet as pq  # type: ignore[import-untyped,unused-ignore]

    # Columns are read a page at a time, not whole.
    with pq.ParquetFile(path or pa.BufferReader(raw), buffer_size=1 << 20, pre_buffer=False) as file:
        groups = [n for n in range(file.num_row_groups) if file.metadata.row_group(n).total_byte_size <= PIECE]
        names = [file.schema_arrow.names[n] for n in range(min(len(file.schema_arrow.names), COLUMNS))]
        places = _spread(groups)
        rows: list[list[str]] = []
        for group in places:
            for batch in file.iter_batches(ROWS // len(places), row_groups=[group], columns=names, use_threads=False):
                rows += _rows_of(batch)
                break
        yield {"form": "a parquet table", "names": names, "rows": rows, "count": file.metadata.num_rows}


def read_arrow(raw: bytes, path: str) -> Iterator[Table]:
    """The first rows of some batches."""
    import pyarrow as pa  # type: ignore[import-untyped,unused-ignore]

    source = pa.memory_map(path) if path else pa.BufferReader(raw)
    with pa.ipc.open_file(source) as file:
        batches = _spread(range(file.num_record_batches))
        rows: list[list[str]] = []
        first = 0
        for number in batches:
            batch = file.get_batch(number)
            first = first or batch.num_rows
            rows += _rows_of(batch.slice(0, ROWS // len(batches)))
        count = first * file.num_record_batches
        yield {"form": "an Arrow table", "names": file.schema.names[:COLUMNS], "rows": rows, "count": count}


def read_feather(raw: bytes, path: str) -> Iterator[Table]:
    """Feather's first version, which has no batches: small files only."""
    import pyarrow as pa  # type: ignore[import-untyped,unused-ignore]
    from pyarrow import feather  # type: ignore[import-untyped,unused-ignore]

    if (os.path.getsize(path) if path else len(raw)) > PIECE:
        raise ValueError
    table = feather.read_table(path or pa.BufferReader(raw), use_threads=False)
    rows = [row for batch in table.slice(0, ROWS).to_batches() for row in _rows_of(batch)]
    yield {"form": "a feather table", "names": table.column_names[:COLUMNS], "rows": rows, "count": table.num_rows}


def _rows_of(batch: Any) -> list[list[str]]:
    columns = [[_text(cell.as_py()) for cell in batch.column(n)] for n in range(min(batch.num_columns, COLUMNS))]
    return [list(row) for row in zip(*columns, strict=True)]


def read_hdf5(raw: bytes, path: str) -> Iterator[Table]:
    """The data sets of each group: those of the same length side by side, as columns of one table."""
    # Filters from libraries that lie somewhere on disk aren't loaded.
    os.environ["HDF5_PLUGIN_PRELOAD"] = "::"
    import h5py  # type: ignore[import-untyped,unused-ignore]

    with h5py.File(path or io.BytesIO(raw), "r") as file:
        groups: list[Any] = [file]

        def remember(_: str, item: Any) -> bool | None:
            if isinstance(item, h5py.Group):
                groups.append(item)
            return True if len(groups) >= TABLES else None

        file.visititems(remember)  # doesn't follow links
        for group in groups:
            by_length: dict[int, dict[str, list[str]]] = {}
            for name in list(group)[:COLUMNS]:
                # Links lead to other files.
                if isinstance(group.get(name, getlink=True), h5py.HardLink) and isinstance(group[name], h5py.Dataset):
                    for key, cells in _columns_of(group[name], name):
                        by_length.setdefault(group[name].shape[0], {})[key] = cells
            for length, columns in by_length.items():
                rows = [list(row) for row in zip(*columns.values(), strict=False)]
                yield {"form": "an HDF5 data set", "names": list(columns), "rows": rows, "count": length}


def _columns_of(data: Any, name: str) -> Iterator[tuple[str, list[str]]]:
    if not data.shape or len(data.shape) > 2 or data.external or data.is_virtual:
        return
    piece = data.dtype.itemsize
    for length in data.chunks or (min(data.shape[0], ROWS), *data.shape[1:]):
        piece *= length
    if piece > PIECE:
        return
    values = data[:ROWS]
    if data.dtype.names:
        for key in data.dtype.names[:COLUMNS]:
            if values[key].ndim == 1:
                yield key, [_text(cell) for cell in values[key]]
            elif values[key].ndim == 2:  # as pandas writes frames
                for number in range(min(values[key].shape[1], COLUMNS)):
                    yield f"{number}" if number else key, [_text(cell) for cell in values[key][:, number]]
    elif len(data.shape) == 1:
        yield name, [_text(cell) for cell in values]
    else:
        for number in range(min(data.shape[1], COLUMNS)):
            yield str(number), [_text(cell) for cell in values[:, number]]


def read_duckdb(raw: bytes, path: str) -> Iterator[Table]:
    """The first rows of each table; views, which can read other files, aren't touched."""
    import duckdb

    database = duckdb.connect(config={"threads": 1, "memory_limit": "512MB", "autoinstall_known_extensions": "false"})
    if path:
        database.execute(f"ATTACH '{path.replace(chr(39), chr(39) * 2)}' AS file (READ_ONLY)")
    else:
        import fsspec  # type: ignore[import-untyped,unused-ignore]

        memory = fsspec.filesystem("memory")
        memory.pipe("/file", raw)
        database.register_filesystem(memory)
        database.execute("ATTACH 'memory://file' AS file (READ_ONLY)")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    try:
        found = database.execute(
            "SELECT schema_name, table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'file' LIMIT ?",
            [TABLES],
        ).fetchall()
        for schema, table, count in found:
            name = ".".join('"' + part.replace('"', '""') + '"' for part in ("file", schema, table))
            cursor = database.execute(f"SELECT * FROM {name} LIMIT {ROWS}")  # noqa: S608 - quoted
            names = [column[0] for column in cursor.description or ()][:COLUMNS]
            rows = [[_text(cell) for cell in row[:COLUMNS]] for row in cursor.fetchall()]
            yield {"form": "a DuckDB table", "names": names, "rows": rows, "count": max(count or 0, len(rows))}
    finally:
        database.close()


READERS = {
    "a parquet file": read_parquet,
    "an Arrow file": read_arrow,
    "a feather file": read_feather,
    "an HDF5 file": read_hdf5,
    "a DuckDB database": read_duckdb,
}


def _spread(numbers: Any) -> list[int]:
    """Some of the numbers, from the first to the last."""
    step = max((len(numbers) - 1) / (PLACES - 1), 1)
    return [numbers[round(place * step)] for place in range(PLACES) if round(place * step) < len(numbers)]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bytes):
        return cell[:CELL].decode("utf-8", "replace")
    return str(cell)[:CELL]


def _bound() -> None:
    """Limits this process's memory, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (limit, limit))
        except (ValueError, OSError):
            pass  # a lower limit is set already


if __name__ == "__main__":
    _bound()
    serve(sys.stdin.buffer, sys.stdout.buffer)
