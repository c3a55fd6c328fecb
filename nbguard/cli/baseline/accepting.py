"""`nbguard baseline create` and `update`: accepts what is found today, and keeps what was said of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from nbguard.cli.baseline.accepted_values import (
    bring_salt,
    carry_over,
    conclude,
    counted,
    entries_for,
    needs_carrying,
    scan_without_baseline,
)
from nbguard.policy.covered_paths import is_in_scope

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from nbguard.policy.baseline import BaselineEntry, Entries
    from nbguard.policy.policy_settings import Config
    from nbguard.policy.rekeying import Rekeyed
    from nbguard.scan.coverage import Coverage
    from nbguard.scan.pipeline import ScanResult


class _Sorted(NamedTuple):
    """What becomes of the entries that were there, and which are new. ``unseen``: why some weren't looked for."""

    kept: Entries
    unseen: Mapping[tuple[str, str, str], str]
    added: Entries


def accept(options: argparse.Namespace, config: Config, old: Entries) -> int:
    """Writes the baseline anew and returns the exit status. Raises UsageError."""
    from nbguard.policy.baseline import save_baseline
    from nbguard.scan.coverage import Coverage

    result = scan_without_baseline(options.paths, config, options.jobs)
    old, carried = _under_the_salt_that_is_here(options, config, old, result)
    found = {entry.key: entry for entry in entries_for(counted(result), config, options)}
    prune = options.action == "update" and options.prune
    entries = _sort(old, found, Coverage(config, result, options.paths), prune=prune)
    kept, added = entries.kept, entries.added.values()
    said = [_complete(entry, options) if key in found else entry for key, entry in kept.items()]
    save_baseline(config, [*said, *added])
    dropped = len(old) - len(kept)
    more = f", {carried} carried over to the salt that is here" if carried else ""
    changed = sum(new != before for new, before in zip(said, kept.values(), strict=True))
    more += f", {changed} of those kept say more now" if changed else ""
    sys.stdout.write(f"{config.baseline}: {len(kept)} kept, {len(added)} added, {dropped} dropped{more}.\n")
    unseen = {key[0]: why for key, why in entries.unseen.items()}
    _tell_unseen({path: why for path, why in unseen.items() if is_in_scope(path, options.paths, config.root)})
    return conclude(config, [*added, *said] if changed else added, result)


def _under_the_salt_that_is_here(
    options: argparse.Namespace, config: Config, old: Entries, result: ScanResult
) -> Rekeyed:
    """The entries under the salt that counts from now on, which is made where something was found and there is none."""
    from nbguard.policy.baseline import check_salt
    from nbguard.policy.rekeying import Rekeyed
    from nbguard.scan.coverage import Coverage

    if old and options.paths and _may_change_salt(old, config):
        # What isn't asked about has to be carried over as well, or the file would count for nothing.
        whole = scan_without_baseline((), config, options.jobs)
    else:
        whole = result
    if counted(result):
        bring_salt(config, old, Coverage(config, whole))
    if not old or not needs_carrying(old, config):
        return Rekeyed(old, 0)
    carried = carry_over(old, whole, config)
    check_salt(carried.entries, config)
    return carried


def _sort(old: Entries, found: Entries, coverage: Coverage, *, prune: bool) -> _Sorted:
    """An entry goes only where its value was looked for and isn't there. With ``prune`` none comes."""
    absent = {key: entry for key, entry in old.items() if key not in coverage.found}
    unseen = {key: why for key, entry in absent.items() if (why := coverage.why_unseen(entry))}
    kept = {key: entry for key, entry in old.items() if key not in absent or key in unseen}
    gone = [entry for key, entry in old.items() if key not in kept]
    new = {} if prune else {key: entry for key, entry in found.items() if key not in old}
    return _Sorted(kept, unseen, {key: _with_words_of(entry, gone) for key, entry in new.items()})


def _may_change_salt(entries: Entries, config: Config) -> bool:
    from nbguard.policy.fingerprint import find_salt

    return find_salt(config).origin == "default" or needs_carrying(entries, config)


def _tell_unseen(reasons: Mapping[str, str]) -> None:
    """Says why entries were kept whose findings this run couldn't see: files by reason, the first of each by name."""
    from nbguard.documents.plain import plain

    by_reason: dict[str, list[str]] = {}
    for path, reason in sorted(reasons.items()):
        by_reason.setdefault(reason, []).append(path)
    for reason, paths in by_reason.items():
        others = f" and {len(paths) - 1} more files" if len(paths) > 1 else ""
        sys.stdout.write(f"Kept, as this run didn't look for them: {plain(paths[0])}{others} ({plain(reason)}).\n")


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
