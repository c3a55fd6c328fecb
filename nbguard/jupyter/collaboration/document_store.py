"""The store of jupyter-collaboration: where it is, whether credentials stand in it, and emptying it.

The format is that of pycrdt-store (before: ypy-websocket): an SQLite database with a table ``yupdates`` of binary
updates by document, in newer ones also ``ycheckpoints``, each a document's whole state.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

STORE_NAME = ".jupyter_ystore.db"
# What SQLite keeps beside a database.
_BESIDE = ("", "-journal", "-wal", "-shm")
# Seconds to wait for a server that is just writing.
_PATIENCE = 3.0
# Updates between two looks at the clock.
_AT_ONCE = 100


class Room(NamedTuple):
    """A document of a store: its id, and its updates in the order they came."""

    id: str
    updates: tuple[bytes, ...]

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Room({self.id!r}, {len(self.updates)} updates)"


class Texts(NamedTuple):
    """What stood in a store's documents at some time.

    ``complete`` is False where time ran out, or an update couldn't be read.
    """

    rooms: int
    texts: tuple[str, ...]
    complete: bool

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Texts({self.rooms} rooms, {len(self.texts)} texts)"


def find_stores(folders: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """The stores in some folders, old ones that were put aside too, and those among the paths ``names``."""
    found = [name for name in names if _is_store(os.path.basename(name))]
    for folder in folders:
        try:
            inside = sorted(os.listdir(folder))
        except OSError:
            continue
        found += [os.path.join(folder, name) for name in inside if _is_store(name)]
    return list(dict.fromkeys(os.path.realpath(path) for path in found if os.path.isfile(path)))


def read_texts(path: str, seconds: float = 10.0, clock: Callable[[], float] = monotonic) -> Texts:
    """Each text that stood in a document of the store at some time, as far as ``seconds`` suffice.

    Raises ImportError without pycrdt, and UnreadableError where this is no such store.
    """
    from nbguard.jupyter.collaboration.decoding import Replay

    end = clock() + seconds
    texts: dict[str, None] = {}
    rooms, complete = set(), True
    for room in read_rooms(path):
        rooms.add(room.id)
        replay = Replay()
        done = 0
        try:
            while done < len(room.updates) and clock() < end:
                replay.apply(room.updates[done : done + _AT_ONCE])
                done += _AT_ONCE
        except Exception:  # noqa: BLE001 - pycrdt raises what it likes for an update that it can't read
            done = 0
        complete = complete and done >= len(room.updates)
        texts.update(dict.fromkeys(replay.texts()))
    return Texts(len(rooms), tuple(texts), complete)


def read_rooms(path: str) -> Iterator[Room]:
    """The documents of a store. A checkpoint counts as a document of its own. Raises UnreadableError."""
    import sqlite3

    try:
        with closing(_open(path, "ro")) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "yupdates" not in tables:
                raise UnreadableError("not a store of jupyter-collaboration")
            if "ycheckpoints" in tables:
                for name, state in database.execute("SELECT path, checkpoint FROM ycheckpoints"):
                    yield Room(name, (state,))
            names = [name for (name,) in database.execute("SELECT DISTINCT path FROM yupdates ORDER BY path")]
            for name in names:
                asked = "SELECT yupdate FROM yupdates WHERE path = ? ORDER BY timestamp, rowid"
                yield Room(name, tuple(update for (update,) in database.execute(asked, (name,)) if update))
    except sqlite3.Error as error:
        raise UnreadableError(_reason(error)) from None


def purge_store(path: str) -> int:
    """Deletes a store and returns how many documents were in it. Jupyter makes a new one.

    What is lost: edits that were never saved to their files, and undoing what was done in earlier sessions. No copy is
    kept. Raises UnreadableError where a server uses the store, or it can't be deleted; then it is as it was.
    """
    import sqlite3

    users = find_users(path)
    if users:
        raise UnreadableError(f"a Jupyter server uses it (process {users[0]}): stop that first")
    try:
        with closing(_open(path, "rw")) as database:
            database.execute("BEGIN EXCLUSIVE")
            (rooms,) = database.execute("SELECT count(DISTINCT path) FROM yupdates").fetchone()
            database.rollback()
    except sqlite3.Error as error:
        raise UnreadableError(_reason(error)) from None
    try:
        for ending in _BESIDE:
            if os.path.exists(path + ending):
                os.unlink(path + ending)
    except OSError as error:
        raise UnreadableError((error.strerror or "can't be deleted").lower()) from None
    return int(rooms)


def find_users(path: str) -> list[int]:
    """The process ids of running Jupyter servers that use a store: they have it open, or run in its folder."""
    return [pid for pid, folder in _running_servers() if _uses(pid, folder, os.path.realpath(path))]


def as_notebook(texts: Sequence[str]) -> bytes:
    """A notebook with each text in a cell of its own, so that what reads notebooks can look through it."""
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text} for text in texts
    ]
    content = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _is_store(name: str) -> bool:
    # On a new version of its format a server puts the old store aside as .jupyter_ystore(1).db.
    return name.startswith(".jupyter_ystore") and name.endswith(".db")


def _open(path: str, mode: str) -> sqlite3.Connection:
    import sqlite3
    from urllib.request import pathname2url

    return sqlite3.connect(f"file:{pathname2url(path)}?mode={mode}", uri=True, timeout=_PATIENCE, isolation_level=None)


def _reason(error: sqlite3.Error) -> str:
    text = str(error)
    return "in use: stop the Jupyter server first" if "locked" in text or "busy" in text else text


def _running_servers() -> Iterator[tuple[int, str]]:
    """Process id and root folder of each server that says it runs (in Jupyter's runtime folder)."""
    try:
        from jupyter_core.paths import jupyter_runtime_dir
    except ImportError:
        return
    folder = jupyter_runtime_dir()
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        if name.startswith("jpserver-") and name.endswith(".json"):
            try:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    told = json.load(file)
                pid = int(told["pid"])
                if os.name != "nt":  # there, 0 would be a signal
                    os.kill(pid, 0)
            except PermissionError:
                pass  # it runs, as somebody else
            except (OSError, ValueError, TypeError, KeyError, RecursionError):
                continue
            yield pid, str(told.get("root_dir", ""))


def _uses(pid: int, folder: str, path: str) -> bool:
    try:
        if os.path.realpath(os.readlink(f"/proc/{pid}/cwd")) == os.path.dirname(path):
            return True
        handles = f"/proc/{pid}/fd"
        return any(os.path.realpath(os.path.join(handles, handle)) == path for handle in os.listdir(handles))
    except OSError:
        # No such system, or somebody else's process: most servers run in the folder they serve.
        return os.path.realpath(folder) == os.path.dirname(path)
