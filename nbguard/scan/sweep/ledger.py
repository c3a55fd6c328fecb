"""The results of a sweep, and how far it is, in one SQLite file: what is done is done, whoever is killed.

It holds names, ids, places and redacted records; no value.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbguard.documents.plain import plain
from nbguard.errors import NbguardError, UsageError
from nbguard.policy.fingerprint import find_salt, fingerprint
from nbguard.scan.cache import rules_hash
from nbguard.scan.sweep.rows import quote
from nbguard.scan.sweep.schema import FORMAT, create_tables
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.report.records import Skipped
    from nbguard.scan.sweep.work import Setup, Target

_RESULTS = ("contents", "notable", "echoes", "unread", "findings", "skipped", "notes", "units", "targets")
# What SQLite says of a disk that takes no more; of a bound on the size of files it says that writing failed.
_UNWRITABLE = {sqlite3.SQLITE_FULL: "the disk is full", sqlite3.SQLITE_IOERR: "can't be written; is the disk full?"}
_PRIMARY = 0xFF


def open_ledger(path: str) -> sqlite3.Connection:
    """The results file, made where there is none, and ours alone until it is closed. Raises UsageError."""
    try:
        with open(os.open(path, os.O_CREAT | os.O_RDWR, 0o600), "rb") as file:
            # SQLite would write over what is shorter than a page.
            if file.read(16) not in (b"", b"SQLite format 3\0"):
                raise UsageError(f"{path}: not a results file of nbguard sweep; name another file")
        db = sqlite3.connect(path, timeout=1, isolation_level=None)
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "meta" not in tables:
            db.close()  # the next lines would write to it
            raise UsageError(f"{path}: a database of something else; name another file for the results")
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        create_tables(db)
        found = _meta(db, "format")
        if found not in ("", FORMAT):
            raise UsageError(f"{path}: written by another version of nbguard ({found}); name another file")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('format', ?)", (FORMAT,))
        db.execute("COMMIT")
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or 'not writable').lower()}") from None
    except sqlite3.OperationalError as error:
        locked = "another sweep is writing to it" if "locked" in str(error) else "can't be written"
        reason = _UNWRITABLE.get(error.sqlite_errorcode & _PRIMARY, locked)
        raise UsageError(f"{path}: {reason}") from None
    except sqlite3.DatabaseError:
        raise UsageError(f"{path}: not a results file of nbguard sweep; name another file") from None
    return db


@contextmanager
def told_when_full(path: str) -> Iterator[None]:
    """Has a disk that takes no more end the work with what to do; what was done before is in the file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        reason = _UNWRITABLE.get(error.sqlite_errorcode & _PRIMARY)
        if reason is None:
            raise
        raise NbguardError(f"{path}: {reason}; the same command goes on from there once there is room") from None


def close_ledger(db: sqlite3.Connection) -> None:
    """Closes the file, which is one file then, without a journal beside it."""
    try:
        db.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:
        pass
    db.close()


def begin(
    db: sqlite3.Connection, setup: Setup, targets: Sequence[Target], skipped: Sequence[Skipped], now: str
) -> tuple[int, list[str]]:
    """Makes the file ready for a sweep over targets; the run's number, and what a person should know of it.

    ``skipped`` was named, and is none that can be swept.

    A run over the same targets that was stopped goes on. Else a new one begins, in which contents that were scanned
    under the same rules are known. Raises UsageError where the file is from a sweep with another salt.
    """
    notes = []
    db.execute("BEGIN IMMEDIATE")
    # A value that everybody knows, under this salt: tells salts apart and says nothing of them.
    mark = fingerprint("nbguard-sweep", "salt", find_salt(setup.config).key)
    if _meta(db, "salt") not in ("", mark):
        db.execute("ROLLBACK")
        raise UsageError("the results were made with another salt: give that one, or name another file for the results")
    rules = rules_hash(setup.config, setup.kinds).hex()
    same_rules = _meta(db, "rules") == rules
    run, finished = db.execute("SELECT id, finished FROM runs ORDER BY id DESC LIMIT 1").fetchone() or (0, "never")
    names = {name for (name,) in db.execute("SELECT name FROM targets")}
    wanted = {quote(target.name): target for target in targets}
    if same_rules and finished is None and names == set(wanted):
        db.execute("UPDATE units SET state = 'pending' WHERE state = 'running'")
        notes.append("an earlier sweep was stopped; this one goes on where it was")
    else:
        _forget(db, set(wanted), keep=same_rules, complete=finished is not None)
        if not same_rules and names:
            db.execute("UPDATE runs SET contents = 0, bytes = 0, known = 0, worker_seconds = 0 WHERE finished IS NULL")
            notes.append("the rules, the policy or nbguard itself changed: everything is looked at anew")
        if finished is not None:
            run = db.execute("INSERT INTO runs (started, version) VALUES (?, ?)", (now, __version__)).lastrowid or 0
        for name, target in wanted.items():
            db.execute(
                "INSERT INTO targets (name, kind, place, stage, run) VALUES (?, ?, ?, 'plan', ?) ON CONFLICT (name) "
                "DO UPDATE SET kind = excluded.kind, place = excluded.place, stage = 'plan', run = excluded.run",
                (name, target.kind, os.fsencode(target.place), run),
            )
        db.execute("INSERT INTO units (target, stage, rank) SELECT id, 'plan', 9 FROM targets ORDER BY id")
    db.execute("INSERT OR REPLACE INTO meta VALUES ('salt', ?), ('rules', ?)", (mark, rules))
    db.execute("DELETE FROM skipped WHERE target IS NULL")
    rows = ((quote(path), plain(reason)) for path, reason in skipped)
    db.executemany("INSERT INTO skipped VALUES (NULL, ?, ?)", rows)
    db.execute("COMMIT")
    return run, notes


def finish(db: sqlite3.Connection, run: int, now: str, seconds: float) -> None:
    """Closes a run: its numbers, for those who compare runs."""
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM units")
    db.execute("DELETE FROM echoes WHERE sources NOT IN (SELECT sources FROM targets)")
    db.execute("UPDATE unread SET state = 'told'")
    counts = db.execute(
        "SELECT (SELECT count(*) FROM targets), (SELECT count(*) FROM findings WHERE waived IS NULL),"
        " (SELECT count(*) FROM findings WHERE waived IS NULL AND kind = 'credential'),"
        " (SELECT count(*) FROM findings WHERE waived IS NOT NULL),"
        " (SELECT count(DISTINCT fingerprint) FROM findings WHERE waived IS NULL),"
        " (SELECT count(*) FROM skipped) + (SELECT count(*) FROM unread)"
    ).fetchone()
    db.execute(
        "UPDATE runs SET finished = ?, targets = ?, findings = ?, credentials = ?, waived = ?, fingerprints = ?,"
        " skipped = ?, seconds = seconds + ? WHERE id = ?",
        (now, *counts, seconds, run),
    )
    db.execute("COMMIT")


def _forget(db: sqlite3.Connection, wanted: set[str], *, keep: bool, complete: bool) -> None:
    """Takes out what doesn't hold any more: all of it, or what wasn't finished and whose target isn't wanted."""
    if not keep:
        for table in _RESULTS:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
        return
    db.execute("DELETE FROM contents WHERE unit IN (SELECT id FROM units WHERE state <> 'done')")
    db.execute("DELETE FROM echoes WHERE unit IN (SELECT id FROM units WHERE state <> 'done')")
    db.execute("DELETE FROM contents WHERE key IN (SELECT key FROM unread)")
    db.execute("DELETE FROM units")
    for identity, name in db.execute("SELECT id, name FROM targets").fetchall():
        if name not in wanted:
            clear_target(db, identity)
            db.execute("DELETE FROM targets WHERE id = ?", (identity,))
    # A target is taken as it was only where all of it was looked at.
    undone = "SELECT target FROM skipped WHERE target IS NOT NULL UNION SELECT target FROM unread"
    db.execute(f"UPDATE targets SET signature = '' WHERE stage <> 'done' OR id IN ({undone})")  # noqa: S608 - our own names
    if not complete:
        db.execute("UPDATE targets SET signature = ''")


def clear_target(db: sqlite3.Connection, target: int) -> None:
    """Takes out the results of a target; what is known of its contents stays."""
    for table in ("unread", "findings", "skipped", "notes"):
        db.execute(f"DELETE FROM {table} WHERE target = ?", (target,))  # noqa: S608 - our own names
    db.execute("UPDATE notable SET target = NULL WHERE target = ?", (target,))
    db.execute("UPDATE targets SET sources = x'' WHERE id = ?", (target,))


def _meta(db: sqlite3.Connection, name: str) -> str:
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def open_results(path: str) -> sqlite3.Connection:
    """Results to be read only, as SQLite or Parquet. Raises UsageError."""
    if path.lower().endswith(".parquet"):
        from nbguard.scan.sweep.parquet import read_parquet

        return read_parquet(path)
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file")
    return open_ledger(path)
