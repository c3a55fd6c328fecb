"""Results of a sweep as one Parquet file, for those who ask questions of many of them at once."""

from __future__ import annotations

import json
import sqlite3
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbguard.documents.plain import plain
from nbguard.errors import UsageError
from nbguard.scan.sweep.rows import unquote
from nbguard.scan.sweep.schema import FORMAT, create_tables
from nbguard.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXTS = (
    "type", "repository", "path", "rule", "kind", "provider", "severity", "fingerprint", "match", "where", "waived",
    "commit", "author", "date", "reason", "record",
)  # fmt: skip
_NUMBERS = ("cell", "line", "file_line", "commits")
_TOGETHER = 20_000
_FINDING = (
    "repository", "path", "rule", "kind", "provider", "severity", "fingerprint", "match", "cell", "where", "line",
    "file_line", "waived", "commit", "author", "date", "commits", "record",
)  # fmt: skip


def check_parquet() -> None:
    """Raises UsageError where the package that writes Parquet isn't installed."""
    _load()


def write_parquet(db: sqlite3.Connection, path: str) -> None:
    """Writes one row for each finding and one for each thing that wasn't scanned (``type``: finding or skipped).

    The file appears when it is whole. Raises UsageError.
    """
    arrow, parquet = _load()
    fields = [(name, arrow.string()) for name in _TEXTS] + [(name, arrow.int64()) for name in _NUMBERS]
    runs = [list(row) for row in db.execute("SELECT * FROM runs")]
    names = [name for (name,) in db.execute("SELECT name FROM targets ORDER BY name")]
    about = {"nbguard": FORMAT, "nbguard.runs": json.dumps(runs), "nbguard.targets": json.dumps(names)}
    schema = arrow.schema(fields, metadata=about)
    try:
        with whole_file(path) as file, parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for rows in _in_batches(_rows(db)):
                columns = {name: [row.get(name) for row in rows] for name in (*_TEXTS, *_NUMBERS)}
                writer.write_table(arrow.table(columns, schema=schema))
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None


def read_parquet(path: str) -> sqlite3.Connection:
    """The results of a file, in a database in memory. Raises UsageError."""
    arrow, parquet = _load()
    try:
        with parquet.ParquetFile(path) as file:
            about = file.schema_arrow.metadata or {}
            if about.get(b"nbguard", b"").decode("ascii", "replace") != FORMAT:
                raise UsageError(f"{path}: not the results of nbguard sweep")
            db = sqlite3.connect(":memory:", isolation_level=None)
            create_tables(db)
            runs = json.loads(about[b"nbguard.runs"])
            for run in runs:
                db.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(run))})", run)  # noqa: S608 - marks only
            for name in json.loads(about.get(b"nbguard.targets", b"[]")):
                _target(db, name)
            for batch in file.iter_batches(_TOGETHER):
                for row in batch.to_pylist():
                    _keep(db, row)
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'unreadable').lower()}") from None
    except (arrow.ArrowException, KeyError, ValueError, sqlite3.Error):
        raise UsageError(f"{path}: not the results of nbguard sweep") from None
    return db


def _rows(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    columns = ", ".join(f'"{name}"' for name in _FINDING)
    for row in db.execute(f"SELECT {columns} FROM findings ORDER BY repository, path, line"):  # noqa: S608 - our own
        yield dict(zip(_FINDING, row, strict=True)) | {"type": "finding"}
    for path, reason in db.execute("SELECT path, reason FROM skipped WHERE target IS NULL"):
        yield _skipped("", path, reason)
    for table in ("skipped", "unread"):
        select = f"SELECT name, path, reason FROM {table} JOIN targets ON targets.id = {table}.target"  # noqa: S608
        for name, path, reason in db.execute(select):
            yield _skipped(name, path, reason)


def _skipped(name: str, path: str, reason: str) -> dict[str, Any]:
    repository = plain(unquote(name)) if name else ""
    record = json.dumps((name, path))
    return {
        "type": "skipped",
        "repository": repository,
        "path": plain(unquote(path)),
        "reason": reason,
        "record": record,
    }


def _keep(db: sqlite3.Connection, row: dict[str, Any]) -> None:
    if row["type"] == "finding":
        names = ", ".join(f'"{name}"' for name in _FINDING)
        marks = ", ".join("?" * len(_FINDING))
        values = [row[name] for name in _FINDING]
        db.execute(f"INSERT INTO findings (target, {names}) VALUES (0, {marks})", values)  # noqa: S608 - our own
        return
    name, path = json.loads(row["record"])
    target = None
    if name:
        _target(db, name)
        (target,) = db.execute("SELECT id FROM targets WHERE name = ?", (name,)).fetchone()
    db.execute("INSERT INTO skipped VALUES (?, ?, ?)", (target, path, row["reason"]))


def _target(db: sqlite3.Connection, name: str) -> None:
    insert = "INSERT INTO targets (name, kind, place, stage, run) VALUES (?, '', x'', 'done', 0)"
    db.execute(f"{insert} ON CONFLICT DO NOTHING", (name,))


def _in_batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    from itertools import islice

    while batch := list(islice(rows, _TOGETHER)):
        yield batch


def _load() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install pyarrow; or write the results as .sqlite") from None
