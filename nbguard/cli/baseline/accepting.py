"""`nbguard baseline create` and `update`: accepts what is found today, and keeps what was said of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nbguard.cli.baseline.accepted_values import (
    bring_salt,
    carry_over,
    conclude,
    counted,
    entries_for,
    needs_carrying,
    scan_without_baseline,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from nbguard.policy.baseline import BaselineEntry, Entries
    from nbguard.policy.policy_settings import Config
    from nbguard.scan.pipeline import ScanResult


def accept(options: argparse.Namespace, config: Config, old: Entries) -> int:
    """Writes the baseline anew and returns the exit status. Raises UsageError."""
    from nbguard.policy.baseline import check_salt, save_baseline

    result = scan_without_baseline(options.paths, config, options.jobs)
    found_here = counted(result)
    if found_here:
        bring_salt(config, old)
    carried = 0
    if old and needs_carrying(old, config):
        # What isn't asked about has to be carried over as well, or the file would count for nothing.
        whole = scan_without_baseline((), config, options.jobs) if options.paths else result
        old, carried = carry_over(old, whole, config)
        check_salt(old, config)
    found = {entry.key: entry for entry in entries_for(found_here, config, options)}
    kept = _kept(options, config, old, found, result)
    prune = options.action == "update" and options.prune
    added = {} if prune else {key: entry for key, entry in found.items() if key not in old}
    gone = [entry for key, entry in old.items() if key not in kept]
    added = {key: _with_words_of(entry, gone) for key, entry in added.items()}
    said = [_complete(entry, options) if key in found else entry for key, entry in kept.items()]
    save_baseline(config, [*said, *added.values()])
    more = f", {carried} carried over to the salt that is here" if carried else ""
    changed = sum(new != before for new, before in zip(said, kept.values(), strict=True))
    more += f", {changed} of those kept say more now" if changed else ""
    sys.stdout.write(f"{config.baseline}: {len(kept)} kept, {len(added)} added, {len(gone)} dropped{more}.\n")
    return conclude(config, [*added.values(), *said] if changed else added.values(), result)


def _kept(
    options: argparse.Namespace,
    config: Config,
    old: Entries,
    found: Entries,
    result: ScanResult,
) -> dict[tuple[str, str, str], BaselineEntry]:
    """The entries whose finding is still there, or that weren't asked about."""
    from nbguard.policy.covered_paths import is_in_scope, name_in_repository

    unseen = {name_in_repository(skipped.path, config.root) for skipped in result.report.skipped}
    return {
        key: entry
        for key, entry in old.items()
        if key in found or entry.path in unseen or not is_in_scope(entry.path, options.paths, config.root)
    }


def _with_words_of(entry: BaselineEntry, gone: Iterable[BaselineEntry]) -> BaselineEntry:
    """A new entry; where the same value was accepted elsewhere and is gone from there, its words move along."""
    same = next((other for other in gone if (other.fingerprint, other.rule) == (entry.fingerprint, entry.rule)), None)
    if same is None:
        return entry
    return entry._replace(
        reason=entry.reason or same.reason,
        expires=entry.expires or same.expires,
        approved_by=entry.approved_by or same.approved_by,
    )


def _complete(entry: BaselineEntry, options: argparse.Namespace) -> BaselineEntry:
    """An entry with what the command line says and it doesn't; an expiry that has passed is no word to keep."""
    from nbguard.policy.days import today

    expired = bool(entry.expires) and entry.expires < today()
    return entry._replace(
        reason=entry.reason or options.reason,
        expires=(options.expires or entry.expires) if expired else entry.expires or options.expires,
        approved_by=entry.approved_by or options.approved_by,
    )
