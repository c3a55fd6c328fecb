"""What a scan finds, as entries of a baseline; and entries carried over to the salt that is here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from nbguard.policy.baseline import BaselineEntry, Entries
    from nbguard.policy.policy_settings import Config
    from nbguard.policy.rekeying import Rekeyed
    from nbguard.report.records import FindingRecord
    from nbguard.scan.pipeline import ScanResult


def scan_without_baseline(paths: Iterable[str], config: Config, jobs: int | None = None) -> ScanResult:
    """Scans without the baseline, to see what it covers as well; with the values, which fingerprints are made of.

    ``jobs``: see ``workers.jobs_from``.
    """
    from nbguard.scan.scan_paths import scan_paths
    from nbguard.scan.workers import jobs_from

    return scan_paths(tuple(paths), config._replace(baseline=""), frozenset(), reveal=True, jobs=jobs_from(jobs))


def counted(result: ScanResult) -> dict[FindingRecord, str]:
    """The findings that nobody accepted in a file, with their values."""
    return {record: value for record, value in result.values.items() if record.waived is None}


def entries_for(found: Mapping[FindingRecord, str], config: Config, options: argparse.Namespace) -> list[BaselineEntry]:
    """Findings as entries under the salt that is here, with the words of the command line."""
    from nbguard.policy.baseline import BaselineEntry
    from nbguard.policy.fingerprint import find_salt, fingerprint, salt_id

    salt = find_salt(config).key
    words = options.reason, options.expires, options.approved_by
    return [
        BaselineEntry(r.path, r.rule, r.where, fingerprint(r.rule, value, salt), *words, salt_id(salt))
        for r, value in found.items()
    ]


def bring_salt(config: Config, entries: Entries | None = None) -> bool:
    """Makes the repository's salt where there is none yet, and says so. Returns whether it did. Raises UsageError.

    Where ``entries`` were made under another one, a new one would help nobody: that one has to come back.
    """
    from nbguard.policy.fingerprint import DEFAULT_SALT, SALT_FILE, find_salt, make_salt, salt_id

    known = ("", salt_id(DEFAULT_SALT))
    if any(entry.salt not in known for entry in (entries or {}).values()):
        return False
    if find_salt(config).origin != "default" or not make_salt(config.root):
        return False
    sys.stdout.write(f"{SALT_FILE}: made, the key of fingerprints; commit it with {config.baseline}.\n")
    return True


def carry_over(entries: Entries, result: ScanResult, config: Config) -> Rekeyed:
    """The entries under the salt that is here, as far as a scan of the whole repository has their values.

    Entries of other salts that are here, whose value is in no file that could be scanned, are dropped: there is nothing
    to accept. Those of salts that are not here stay as they are.
    """
    from nbguard.policy.covered_paths import name_in_repository
    from nbguard.policy.fingerprint import known_salts, salt_id
    from nbguard.policy.rekeying import Rekeyed, Value, rekey

    salts = [salt.key for salt in known_salts(config)]
    values = [Value(r.path, r.where, r.rule, value) for r, value in result.values.items()]
    rekeyed = rekey(entries, values, salts)
    unseen = {name_in_repository(skipped.path, config.root) for skipped in result.report.skipped}
    others = {salt_id(salt) for salt in salts[1:]} - {salt_id(salts[0])}
    kept = {key: entry for key, entry in rekeyed.entries.items() if entry.salt not in others or entry.path in unseen}
    return Rekeyed(kept, rekeyed.carried)


def needs_carrying(entries: Entries, config: Config) -> bool:
    """Whether some entries were made under another salt, or before entries said which."""
    from nbguard.policy.fingerprint import find_salt, salt_id

    here = salt_id(find_salt(config).key)
    return any(entry.salt != here for entry in entries.values())


def conclude(config: Config, added: Iterable[BaselineEntry], result: ScanResult) -> int:
    """Says which entries don't count yet and what wasn't scanned; returns the exit status."""
    from nbguard.documents.plain import plain
    from nbguard.policy.allow import Waiver, shortcoming
    from nbguard.policy.days import today
    from nbguard.policy.verdict import demands_in, zone_of

    day = today()
    problems = {
        shortcoming(
            Waiver("baseline", "", e.reason, e.expires, e.approved_by),
            demands_in(config, zone_of(e.path, config)),
            day,
        )
        for e in added
    } - {""}
    for problem in sorted(problems):
        sys.stdout.write(f"Some of these entries don't count yet: {problem}.\n")
    for skipped in result.report.skipped:
        sys.stdout.write(f"{plain(skipped.path)}  not scanned: {plain(skipped.reason)}\n")
    return ExitCode.INCOMPLETE if result.report.skipped and not config.allow_unreadable else ExitCode.CLEAN
