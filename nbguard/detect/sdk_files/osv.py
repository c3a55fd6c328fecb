"""Looks up versions in an export of the OSV database on disk (https://ossf.github.io/osv-schema/). No network.

Such as ``PyPI/all.zip`` of osv.dev: a zip or folder of JSON files, a JSON array, or JSON Lines.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.sdk_files.exported_files import UNREADABLE, read_exported
from nbguard.detect.sdk_names import normalise
from nbguard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

# Bytes of one record: those of osv.dev have a few kB.
_LARGEST = 20_000_000


class Advisory(NamedTuple):
    """What an entry says of one package: its id, other ids, a sentence, and which versions are affected."""

    id: str
    aliases: tuple[str, ...]
    summary: str
    versions: frozenset[str]
    ranges: tuple[tuple[tuple[str, str], ...], ...]

    def affects(self, version: str) -> bool:
        """Whether a version is affected: named, or in a range (between ``introduced`` and ``fixed``)."""
        return version in self.versions or any(_in_range(version, events) for events in self.ranges)


def read_advisories(path: str, packages: Container[str]) -> dict[str, list[Advisory]]:
    """What an export says of some packages (normalised names). Raises UsageError where it can't be read."""
    found: dict[str, list[Advisory]] = {}
    try:
        for record in _records(path):
            for package, advisory in _read(record):
                if package in packages:
                    found.setdefault(package, []).append(advisory)
    except UNREADABLE as error:
        raise UsageError(f"{path}: can't be read as an export of OSV: {type(error).__name__}") from None
    return found


def _records(path: str) -> Iterator[Any]:
    if os.path.isdir(path) or path.endswith(".zip"):
        for _, raw in read_exported(path, (".json",), _LARGEST):
            yield from _parsed(raw)
        return
    with open(path, "rb") as file:
        if path.endswith(".jsonl"):
            for line in file:
                yield from _parsed(line) if line.strip() else ()
        else:
            data = json.loads(file.read())
            yield from data if isinstance(data, list) else [data]


def _parsed(raw: bytes) -> Iterator[Any]:
    # Of other ecosystems there are a hundred times as many.
    if b"PyPI" in raw:
        data = json.loads(raw)
        yield from data if isinstance(data, list) else [data]


def _read(record: Any) -> Iterator[tuple[str, Advisory]]:
    if not isinstance(record, dict) or record.get("withdrawn") or not isinstance(record.get("id"), str):
        return
    for affected in record.get("affected") or ():
        package = affected.get("package") or {}
        if str(package.get("ecosystem", "")).partition(":")[0] != "PyPI":
            continue
        ranges = tuple(
            tuple((kind, str(version)) for event in known.get("events", ()) for kind, version in event.items())
            for known in affected.get("ranges") or ()
            if known.get("type") == "ECOSYSTEM"
        )
        aliases = tuple(str(alias) for alias in record.get("aliases") or ())
        versions = frozenset(map(str, affected.get("versions") or ()))
        yield (
            normalise(str(package.get("name", ""))),
            Advisory(record["id"], aliases, str(record.get("summary") or ""), versions, ranges),
        )


def _in_range(version: str, events: tuple[tuple[str, str], ...]) -> bool:
    """By the events in the order of their versions, as the schema evaluates them."""
    from packaging.version import Version

    try:
        asked = Version(version)
        ordered = sorted(
            ((Version("0.dev0") if text == "0" else Version(text)), kind) for kind, text in events if kind != "limit"
        )
    except ValueError:  # no version, or one of thousands of digits
        return False
    affected = False
    for known, kind in ordered:
        if kind == "introduced" and asked >= known:
            affected = True
        elif (kind == "fixed" and asked >= known) or (kind == "last_affected" and asked > known):
            affected = False
    return affected
