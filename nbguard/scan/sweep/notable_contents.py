"""What a sweep found so far in the contents of a target, whoever scanned them, and the echoes of it."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from nbguard.scan.sweep.rows import merge_records, read_notable, split_keys
from nbguard.scan.sweep.work import KEY_BYTES, Item

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from nbguard.scan.sweep.work import Notable

_COLUMNS = 'key, id, place, path, "values", body'


class NotableSources(NamedTuple):
    """The contents in which values to look for are found again. Targets with the same ``name`` have the same values."""

    name: bytes
    items: tuple[Item, ...]


class NotableContents:
    """Reads what was found; nothing is changed here."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._sources: dict[int, NotableSources] = {}
        self._keys: set[bytes] | None = None

    def forget(self) -> None:
        """Called when more was scanned."""
        self._keys = None
        self._sources.clear()

    def sources_of(self, target: int) -> NotableSources:
        """The contents that hold the values of a target, in an order that doesn't depend on who scanned them."""
        if target not in self._sources:
            seen: set[str] = set()
            items = []
            for _, _, notable in sorted((n.id, n.place, n) for n in self.notable_of(target) if n.values):
                if not seen.issuperset(notable.values):
                    items.append(Item(notable.key, notable.id, notable.path, 0))
                    seen.update(notable.values)
            name = blake2b("".join(sorted(seen)).encode("ascii"), digest_size=KEY_BYTES).digest()
            self._sources[target] = NotableSources(name, tuple(items))
        return self._sources[target]

    def notable_of(self, target: int) -> Iterator[Notable]:
        """What there is to say of a target's own contents, and of those that were scanned elsewhere or before."""
        own = f"SELECT {_COLUMNS} FROM notable WHERE target = ?"  # noqa: S608 - our own names
        for row in self._db.execute(own, (target,)):
            yield read_notable(row)
        if self._keys is None:
            self._keys = {key for (key,) in self._db.execute("SELECT key FROM notable")}
        (packed,) = self._db.execute("SELECT shared FROM targets WHERE id = ?", (target,)).fetchone()
        other = f"SELECT {_COLUMNS} FROM notable WHERE key = ? AND target IS NOT ?"  # noqa: S608 - our own names
        for key in split_keys(packed):
            if key in self._keys:
                for row in self._db.execute(other, (key, target)):
                    yield read_notable(row)

    def with_echoes(self, target: int) -> Iterator[Notable]:
        """What there is to say of a target, each record once.

        Echoes may be of contents that this target hasn't, but another with the same values has.
        """
        found = {(notable.id, notable.place): notable for notable in self.notable_of(target)}
        (sources,) = self._db.execute("SELECT sources FROM targets WHERE id = ?", (target,)).fetchone()
        select = "SELECT key, id, place, path, '', body FROM echoes WHERE sources = ? AND body <> ''"
        for row in self._db.execute(select, (sources,)):
            echo = read_notable(row)
            before = found.get((echo.id, echo.place), echo._replace(records=()))
            found[echo.id, echo.place] = before._replace(records=merge_records(before.records, echo.records))
        yield from found.values()
