"""What a scan finds, as entries of a baseline; and entries carried over to the salt that is here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from nbguard.policy.baseline import BaselineEntry, Entries
    from nbguard.policy.policy_settings import Config
    from nbguard.policy.rekeying import Rekeyed
    from nbguard.report.records import FindingRecord
    from nbguard.scan.coverage import Coverage
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


def bring_salt(config: Config, entries: Entries | None = None, coverage: Coverage | None = None) -> bool:
    """Makes the repository's salt where there is none yet, and says so. Returns whether it did. Raises UsageError.

    Where ``entries`` were made under another one, a new one would help nobody: that one has to come back. Nor would it
    where a scan (its ``coverage``) didn't look for some of them: those couldn't be carried over to it.
    """
    from nbguard.policy.fingerprint import DEFAULT_SALT, SALT_FILE, find_salt, make_salt, salt_id

    known = ("", salt_id(DEFAULT_SALT))
    if any(entry.salt not in known for entry in (entries or {}).values()):
        return False
    if find_salt(config).origin != "default":
        return False
    if entries and coverage is not None and any(coverage.why_unseen(entry) for entry in entries.values()):
        sys.stdout.write(f"{SALT_FILE}: not made yet: some entries weren't looked for, and would count no more.\n")
        return False
    if not make_salt(config.root):
        return False
    sys.stdout.write(f"{SALT_FILE}: made; commit it with {config.baseline}.\n")
    return True


def carry_over(entries: Entries, result: ScanResult, config: Config) -> Rekeyed:
    """The entries under the salt that is here, as far as a scan of the whole repository has their values.

    Entries of other salts that are here, whose value the scan looked for and didn't find, are dropped: there is nothing
    to accept. Those of salts that are not here stay as they are. Raises UsageError where an entry of another salt that
    is here wasn't looked for: it would match nothing from then on.
    """
    from nbguard.policy.fingerprint import known_salts, salt_id
    from nbguard.policy.rekeying import Rekeyed, rekey
    from nbguard.scan.coverage import Coverage

    salts = [salt.key for salt in known_salts(config)]
    rekeyed = rekey(entries, result.found, salts)
    others = {salt_id(salt) for salt in salts[1:]} - {salt_id(salts[0])}
    coverage = Coverage(config, result)
    left = [entry for entry in rekeyed.entries.values() if entry.salt in others]
    if stuck := [(entry.path, why) for entry in left if (why := coverage.why_unseen(entry))]:
        raise UsageError(
            f"{config.baseline}: {len(stuck)} entries can't be carried over to the salt that is here, as this run"
            f" didn't look for them ({stuck[0][0]}: {stuck[0][1]}); nothing was changed"
        )
    kept = {key: entry for key, entry in rekeyed.entries.items() if entry.salt not in others}
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
