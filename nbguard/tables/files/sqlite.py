"""Reads a sample of the rows of SQLite databases. Views, triggers and virtual tables aren't touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.tables.table import SAMPLE_ROWS, Table, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

# Tables, columns, characters of a cell, and rows that are counted, at most.
_TABLES, _COLUMNS, _CELL, _COUNTED = 50, 200, 300, 100_000
# Steps of SQLite's machine that one table may take, in thousands; bytes of a value.
_STEPS, _VALUE = 20_000, 10_000_000


def read_sqlite(raw: bytes, path: str = "") -> Iterator[Table]:
    """The first rows of each table, from a database's bytes or, where it is given, its path."""
    import sqlite3

    connection = sqlite3.connect(_address(path), uri=True) if path else sqlite3.connect(":memory:")
    try:
        if not path:
            # A database with a write-ahead log can't be read from memory unless it says that it has none.
            connection.deserialize(raw[:18] + b"\x01\x01" + raw[20:])
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA query_only=ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _VALUE)
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite_%' "
            "AND sql NOT LIKE 'CREATE VIRTUAL%' LIMIT ?",
            (_TABLES,),
        ).fetchall()
        for (name,) in found:
            try:
                table = _read(connection, name)
            except sqlite3.Error:
                continue  # damaged, or a row that is too large
            if table is not None:
                yield table
    finally:
        connection.close()


def _address(path: str) -> str:
    from urllib.parse import quote

    # Nothing is written beside it, not even a lock.
    return f"file:{quote(path)}?mode=ro&immutable=1"


def _read(connection: object, name: str) -> Table | None:
    import sqlite3

    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - for the type checker
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return steps[0] > _STEPS

    connection.set_progress_handler(step, 1000)
    quoted = '"' + name.replace('"', '""') + '"'
    cursor = connection.execute(f"SELECT * FROM {quoted} LIMIT {SAMPLE_ROWS}")  # noqa: S608 - quoted
    names = [column[0] for column in cursor.description][:_COLUMNS]
    rows = [["" if cell is None else str(cell)[:_CELL] for cell in row[:_COLUMNS]] for row in cursor]
    count = len(rows)
    if count == SAMPLE_ROWS:
        counted = f"SELECT count(*) FROM (SELECT 1 FROM {quoted} LIMIT {_COUNTED})"  # noqa: S608 - quoted
        count = connection.execute(counted).fetchone()[0]
    table = from_rows("an SQLite table", names, rows, count, 0, 0) if rows else None
    return table._replace(exact=count < _COUNTED) if table is not None else None
