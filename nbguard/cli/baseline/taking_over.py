"""`nbguard baseline import`: takes over what another scanner's file accepts, where it is still found."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from nbguard.cli.baseline.accepted_values import bring_salt, conclude, counted, entries_for, scan_without_baseline
from nbguard.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    import argparse

    from nbguard.policy.baseline import Entries, Entry
    from nbguard.policy.config import Config
    from nbguard.policy.foreign import Known
    from nbguard.report.records import FindingRecord

_Places = dict[tuple[str, object], dict["FindingRecord", str]]


def take_over(options: argparse.Namespace, config: Config, old: Entries) -> int:
    """Adds what the files accept to the baseline and returns the exit status. Raises UsageError."""
    from nbguard.cli.baseline.accepted_values import carry_over, needs_carrying
    from nbguard.policy.baseline import save_baseline
    from nbguard.policy.foreign import read_foreign

    files = [(path, read_foreign(os.path.basename(path), _read(path))) for path in options.paths]
    result = scan_without_baseline((), config)
    places = _by_place(counted(result))
    if any(places.get(_place(known)) for _, foreign in files for known in foreign.known):
        bring_salt(config)
        if old and needs_carrying(old, config):
            old = carry_over(old, result, config).entries
    added: dict[tuple[str, str, str], Entry] = {}
    for path, foreign in files:
        matched = rejected = 0
        for known in foreign.known:
            found = places.get(_place(known), {})
            if known.rejected and found:
                rejected += 1
                _write(f"{known.path}: audited as a real secret in {path}, so it isn't accepted.")
                continue
            matched += bool(found)
            for entry in entries_for(found, config, options):
                if entry.key not in old:
                    added[entry.key] = entry if entry.reason else entry._replace(reason=known.reason)
        for line in foreign.unusable:
            _write(f"{path}: line {line} can't be carried over")
        nothing = len(foreign.known) - matched - rejected
        _write(f"{path}: {matched} taken over, {nothing} match nothing that nbguard reports.")
    save_baseline(config, [*old.values(), *added.values()])
    return conclude(config, added.values(), result)


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


def _place(known: Known) -> tuple[str, object]:
    return known.path, known.sha1 or known.line


def _read(path: str) -> str:
    from nbguard.documents.decode import decode_text
    from nbguard.documents.files import read_file

    try:
        return decode_text(read_file(path, 100_000_000))
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}") from None
