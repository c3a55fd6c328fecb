"""Keeps track of which contents were searched for the values that others gave away, so that few are read twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nbguard.repository.changes import PathChange
    from nbguard.scan.versions import Versions

# With more values than these, each new one would cost more than reading all contents again in the end.
_MOST_VALUES = 100


class EchoSearch:
    """Searches contents for values while they stream by, and says which are still to be searched.

    A content that was read before the newest value was found is open, until it is searched again. ``found`` holds the
    paths of contents in which a value stands.
    """

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._values = 0
        self._search: Callable[[bytes], set[str]] | None = None
        self._searched: set[bytes] = set()
        self.found: dict[str, dict[str, None]] = {}

    @property
    def mark(self) -> str:
        """A name for the values of now, under which the cache remembers that a content holds none of them."""
        return f"\1{self._versions.mark_of_values()}"

    def search(self, blob: str, changes: Iterable[PathChange], raw: bytes) -> None:
        """Looks for the values that are known by now in a content at some paths."""
        versions = self._versions
        number = versions.count_values()
        if number > self._values and self._values <= _MOST_VALUES:
            self._values, self._search = number, versions.echo_search()
            self._searched.clear()
        if self._search is None or self._values < number:
            return
        self._searched.add(bytes.fromhex(blob))
        for change in changes:
            if any(map(self._search, versions.parts_of(change.path, raw))):
                self.found.setdefault(blob, {})[change.path] = None

    def is_open(self, blob: str) -> bool:
        """Whether a content wasn't yet searched for all values. Once asked, all values are known."""
        number = self._versions.count_values()
        if self._values < number:
            self._values, self._search = number, self._versions.echo_search()
            self._searched.clear()
        return bytes.fromhex(blob) not in self._searched

    def add_path(self, change: PathChange) -> None:
        """Says that a content that was searched is also at this path."""
        if change.blob in self.found:
            self.found[change.blob][change.path] = None

    def without_any(self) -> Iterator[str]:
        """The contents in which none of the values stands."""
        return (identity for blob in self._searched if (identity := blob.hex()) not in self.found)
