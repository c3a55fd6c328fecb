"""Remembers which contents of a history were found clean, so that the next run looks at what is new.

SQLite in the user's cache folder. It holds keyed hashes of git's ids and of file names, nothing of any content; what
was found is never kept, and looked at again each time.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from hashlib import blake2b
from typing import TYPE_CHECKING

from nbguard.cache_folder import cache_file
from nbguard.version import __version__

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from nbguard.policy.policy_settings import Config

_FILE = "clean.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS clean (key BLOB PRIMARY KEY) WITHOUT ROWID"
# Past this size the cache begins anew: about ten million contents.
_LARGEST = 400_000_000


class Cache:
    """Contents that are clean under one set of rules and one policy, by git's id and the kind of place.

    Where the file can't be read or written, nothing is remembered: a cache never makes a run fail.
    """

    def __init__(self, connection: sqlite3.Connection | None, rules: bytes) -> None:
        self._connection = connection
        self._rules = rules

    def find_clean(self, contents: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
        """Those of some contents that are known to be clean."""
        import sqlite3

        if self._connection is None:
            return []
        found = []
        try:
            for blob, place in contents:
                key = self._key(blob, place or "")
                if self._connection.execute("SELECT 1 FROM clean WHERE key = ?", (key,)).fetchone():
                    found.append((blob, place or ""))
        except sqlite3.Error:
            self._connection = None
        return found

    def add_clean(self, contents: Iterable[tuple[str, str | None]]) -> None:
        """Remembers that contents are clean."""
        import sqlite3

        if self._connection is None:
            return
        try:
            with self._connection:
                rows = ((self._key(blob, place or ""),) for blob, place in contents)
                self._connection.executemany("INSERT OR IGNORE INTO clean VALUES (?)", rows)
        except sqlite3.Error:
            self._connection = None

    def _key(self, blob: str, place: str) -> bytes:
        text = f"{blob}\0{place}".encode("utf-8", "surrogateescape")
        return blake2b(text, digest_size=16, key=self._rules).digest()


@contextmanager
def open_cache(config: Config, kinds: frozenset[str], *, used: bool = True, folder: str = "") -> Iterator[Cache | None]:
    """The cache for a configuration, in ``folder`` or the user's cache folder; None where it isn't
    to be ``used``, in a repository, and with rule packs.
    """
    path = os.path.join(folder, _FILE) if folder else cache_file(_FILE)
    # Packs of rules and exports are files, which may be others by then.
    if not used or not path or config.rules or config.sdk.get("osv") or config.sdk.get("index"):
        yield None
        return
    connection = _connect(path)
    try:
        yield Cache(connection, rules_hash(config, kinds))
    finally:
        if connection is not None:
            connection.close()


def rules_hash(config: Config, kinds: frozenset[str]) -> bytes:
    """A hash of all that a verdict of *clean* hangs on: our version, code and tables, the policy, the kinds."""
    # Our own code belongs to it: a detector that was mended must look again.
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    digest = blake2b(__version__.encode(), digest_size=32)
    files = [
        os.path.join(above, name)
        for part in ("detect", "documents", "scan", "tables")
        for above, _, names in os.walk(os.path.join(package, part))
        for name in names
        if name.endswith((".py", ".json"))
    ]
    for path in sorted(files):
        status = os.stat(path)
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    policy = config._replace(root="", salt="", source="", baseline="")
    digest.update(repr((sorted(kinds), *policy)).encode("utf-8", "surrogateescape"))
    return digest.digest()


def _connect(path: str) -> sqlite3.Connection | None:
    import sqlite3

    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        if os.path.exists(path) and os.path.getsize(path) > _LARGEST:
            os.unlink(path)
        # Readable to the user only, from the beginning.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, timeout=2)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_SCHEMA)
    except (OSError, sqlite3.Error):
        return None
    return connection
