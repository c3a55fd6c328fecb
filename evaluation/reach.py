"""What a scan of a set can say of a heuristic: which entries of knowledge it reads, and which detectors it asks where.

An entry that nobody reads, and a detector that no file asks, can change nothing; the rest has to be tried. Called
first in a process of its own: what is read when a module is imported counts too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.knowledge import loading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evaluation.scores import Hit


class Recorded(NamedTuple):
    """A scan's credentials by path, the entries it read, and the paths by the detector that was asked there."""

    hits: Mapping[str, list[Hit]]
    read: frozenset[str]
    asked: Mapping[str, frozenset[str]]


def scan_without(name: str, folder: Path) -> Mapping[str, list[Hit]] | None:
    """A folder's credentials without a heuristic (with all for an empty name); None where it can't be left out."""
    from evaluation.ablation import leave_out
    from evaluation.scan import scan_folder

    try:
        if name:
            leave_out(name)
        return scan_folder(folder)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def record_scan(folder: Path) -> Recorded:
    """A folder's credentials, and what was read and asked for them."""
    if "nbguard.detect.engine" in sys.modules:
        raise RuntimeError("knowledge was read before it could be seen")
    read: set[str] = set()
    original = loading.load_knowledge
    bodies: dict[str, _Seen] = {}

    def load(name: str) -> dict[str, Any]:
        if name not in bodies:
            bodies[name] = _Seen(name, original(name), read)
        return bodies[name]

    vars(loading)["load_knowledge"] = load
    asked: dict[str, set[str]] = {}
    _record_detectors(asked)
    from evaluation.scan import scan_folder

    hits = scan_folder(folder)
    return Recorded(hits, frozenset(read), {name: frozenset(paths) for name, paths in asked.items()})


class _Seen(dict[str, Any]):
    """A body of knowledge that notes which of its entries are read."""

    def __init__(self, body: str, entries: dict[str, Any], read: set[str]) -> None:
        super().__init__(entries)
        self._body, self._read = body, read

    def __getitem__(self, key: str) -> Any:
        self._read.add(f"{self._body}.{key}")
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._read.add(f"{self._body}.{key}")
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        names = list(super().__iter__())
        self._read.update(f"{self._body}.{key}" for key in names)
        return iter(names)

    def keys(self) -> Any:
        iter(self)
        return super().keys()

    def items(self) -> Any:
        iter(self)
        return super().items()

    def values(self) -> Any:
        iter(self)
        return super().values()


def _record_detectors(asked: dict[str, set[str]]) -> None:
    """Notes the path of the file, not that of a text in it, at which each detector is asked."""
    from nbguard.detect.engine import Engine

    made: Any = Engine
    detect, detector = made.detect, made._detector  # noqa: SLF001 - whom the engine asks is told nowhere else
    files: list[str] = []

    def detect_in(self: Engine, document: Any, *rest: Any, **named: Any) -> Any:
        files.append(document.path)
        try:
            return detect(self, document, *rest, **named)
        finally:
            files.pop()

    def asked_for(self: Engine, name: str) -> Any:
        if files:
            asked.setdefault(name, set()).add(files[0])
        return detector(self, name)

    made.detect, made._detector = detect_in, asked_for  # noqa: SLF001
