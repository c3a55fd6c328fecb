"""`nbguard baseline import`: takes over what another scanner's file accepts, where it is still found."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.cli.baseline.accepted_values import bring_salt, conclude, counted, entries_for, scan_without_baseline
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nbguard.policy.baseline import BaselineEntry, Entries
    from nbguard.policy.foreign import ForeignFinding
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord

_Found = dict["FindingRecord", str]
_Places = dict[tuple[str, object], _Found]


def take_over(options: argparse.Namespace, config: Config, old: Entries) -> int:
    """Adds what the files accept to the baseline and returns the exit status. Raises UsageError."""
    from nbguard.cli.baseline.accepted_values import carry_over, needs_carrying
    from nbguard.policy.baseline import save_baseline
    from nbguard.policy.foreign import read_foreign
    from nbguard.scan.coverage import Coverage

    files = [(path, read_foreign(os.path.basename(path), _read(path))) for path in options.paths]
    result = scan_without_baseline((), config)
    places = _by_place(counted(result))
    if any(places.get(_place(known)) for _, foreign in files for known in foreign.known):
        bring_salt(config, old, Coverage(config, result))
        if old and needs_carrying(old, config):
            old = carry_over(old, result, config).entries
    added: dict[tuple[str, str, str], BaselineEntry] = {}
    for path, foreign in files:
        shown = os.path.relpath(path)
        tally = _Tally(path if shown.startswith("..") else shown, places)
        for known in foreign.known:
            found = places.get(_place(known)) or _by_part(known, places)
            if not tally.count(known, found):
                continue
            for entry in entries_for(found, config, options):
                if entry.key not in old:
                    added[entry.key] = entry if entry.reason else entry._replace(reason=known.reason)
        for line in foreign.unusable:
            _write(f"{path}: line {line} can't be carried over")
        tally.tell()
    save_baseline(config, [*old.values(), *added.values()])
    return conclude(config, added.values(), result)


class _Tally:
    """What became of the entries of one file, for people."""

    def __init__(self, path: str, places: _Places) -> None:
        self._path = path
        self._values: dict[str, set[str]] = {}
        for (name, _), found in places.items():
            self._values.setdefault(name, set()).update(found.values())
        self._matched = self._nothing = 0
        self._unfound: dict[str, int] = {}

    def count(self, known: ForeignFinding, found: _Found) -> bool:
        """Notes an entry; says at once what somebody has to decide. Whether the entry is taken over."""
        if known.rejected and found:
            _write(f"{known.path}: audited as a real secret in {self._path}, so it isn't accepted.")
        elif found:
            self._matched += 1
            return True
        else:
            self._nothing += 1
            if known.sha1 and _has_part(known.sha1, self._values.get(known.path, ())):
                _write(
                    f"{known.path}: {known.type or 'an entry'} of line {known.line} isn't taken over: {self._path} has"
                    " the SHA-1 of its first letters only, and it stands on another line now; accept it with"
                    f" `nbguard baseline update {known.path}`"
                )
            else:
                self._unfound[known.type] = self._unfound.get(known.type, 0) + 1
        return False

    def tell(self) -> None:
        """The line that closes a file, and by what names it knew what nbguard doesn't report."""
        nothing = f", {self._nothing} match nothing that nbguard reports" if self._nothing else ""
        _write(f"{self._path}: {self._matched} taken over{nothing}.")
        for name, count in sorted(self._unfound.items()):
            if name:
                _write(f"  {count} of type {name}: nbguard reports nothing there, so there is nothing to accept")


def _write(line: str) -> None:
    """One line; what another tool's file says is shown without what a terminal would obey."""
    from nbguard.documents.plain import plain

    sys.stdout.write(f"{plain(line)}\n")


def _by_place(found: dict[FindingRecord, str]) -> _Places:
    """The findings by what other tools know them by: the SHA-1 of the value, or the line; each with the path."""
    from hashlib import sha1

    places: _Places = {}
    for record, value in found.items():
        digest = sha1(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
        for key in (digest, record.file_line):
            places.setdefault((record.path, key), {})[record] = value
    return places


def _place(known: ForeignFinding) -> tuple[str, object]:
    return known.path, known.sha1 or known.line


def _by_part(known: ForeignFinding, places: _Places) -> _Found:
    """The findings on an entry's line of whose value detect-secrets hashed a part.

    The part is the same in many values (``ghp``): without the line, one entry would accept them all.
    """
    if not known.sha1:
        return {}
    from nbguard.detect.adapters.hashed_parts import part_digests

    beside = places.get((known.path, known.line), {})
    return {record: value for record, value in beside.items() if known.sha1 in part_digests(value)}


def _has_part(digest: str, values: Iterable[str]) -> bool:
    from nbguard.detect.adapters.hashed_parts import part_digests

    return any(digest in part_digests(value) for value in values)


def _read(path: str) -> str:
    from nbguard.documents.decode import decode_text
    from nbguard.documents.files import read_file

    try:
        return decode_text(read_file(path, 100_000_000))
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None
