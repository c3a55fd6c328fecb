"""Reads one repository for the register: the files on disk, every version in its history, and what its refs hold."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.audit.commit_dates import earliest_and_latest
from nbguard.audit.leftover_places import not_listed, walk
from nbguard.audit.register import PlaceNow, Reading, Stay
from nbguard.policy.covered_paths import name_in_repository
from nbguard.policy.fingerprint import find_salt, fingerprint
from nbguard.report.records import Skipped
from nbguard.repository.changes import list_tree
from nbguard.repository.discovery import is_bare, is_in_git
from nbguard.repository.history import refs_with, select_everything
from nbguard.repository.own_texts import own_texts
from nbguard.repository.submodules import kept_modules
from nbguard.scan.cache import open_cache
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.pipeline import Pipeline
from nbguard.scan.sources import Sources, find_sources, is_excluded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbguard.detect.finding import Finding
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord, Report
    from nbguard.scan.history_scan import HistoryResult
    from nbguard.scan.versions import VersionStep

_KINDS = frozenset(("credential",))


def read_repository(config: Config, jobs: int = 1, files: Sequence[str] | None = None) -> Reading:
    """The credentials on disk, in git's own folder and in the history of a repository; of a folder, those on disk.

    ``files`` takes the place of all below the root, what git ignores too, but for what the policy excludes. A value
    that is on disk or in the history is looked for in the other, too. Raises UsageError and GitError.
    """
    root = config.root
    notes: list[str] = []
    pipeline = Pipeline(config, _KINDS)
    skipped: list[Skipped] = []
    if is_bare(root):
        files = ()
    sources = Sources(tuple(files)) if files is not None else _on_disk(config, skipped)
    in_git = is_in_git(root)
    if in_git:
        sources = sources._replace(files=(*sources.files, *_in_git(config, skipped)))
    report = pipeline.run(sources.files, sources=sources, jobs=jobs).report
    on_disk = [
        finding._replace(field=finding.field._replace(text="")) for _, found in pipeline.found for finding in found
    ]
    known: list[Finding] = list(on_disk)
    stays: list[tuple[FindingRecord, Stay]] = []
    refs: dict[str, tuple[str, ...]] = {}
    if in_git:
        scan, told = _scan_history(root, config, jobs, on_disk)
        known += scan.versions.known_values()
        stays = _stays(root, scan)
        refs = _refs(root, scan.versions.trail)
        skipped += scan.skipped
        notes += told.notes
        report = pipeline.look_for(known, sources.files, jobs).report
    else:
        notes.append(f"{root} is no git repository: only its files as they are were looked at")
    skipped += report.skipped
    notes += _left_out(report, sources.excluded)
    now = [(finding, _place(root, finding)) for finding in report.findings]
    rules = {finding.rule for finding, _ in (*now, *stays)}
    values = frozenset(finding.value for finding in known)
    return Reading(root, now, stays, refs, _same(known, rules, find_salt(config).key), skipped, notes, values)


def read_modules(config: Config, jobs: int = 1) -> Iterator[Reading]:
    """The histories of the submodules that git keeps: each holds more than the commits that the repository names.

    Raises UsageError and GitError.
    """
    for folder in kept_modules(config.root):
        scan, told = _scan_history(folder, config, jobs)
        known, stays = list(scan.versions.known_values()), _stays(folder, scan)
        same = _same(known, {finding.rule for finding, _ in stays}, find_salt(config).key)
        refs, values = _refs(folder, scan.versions.trail), frozenset(finding.value for finding in known)
        yield Reading(folder, [], stays, refs, same, list(scan.skipped), list(told.notes), values)


def _scan_history(
    folder: str, config: Config, jobs: int, on_disk: Sequence[Finding] = ()
) -> tuple[HistoryScan, HistoryResult]:
    """Looks through all of a repository's history, for the values that are on disk, too."""
    with open_cache(config, _KINDS) as cache:
        scan = HistoryScan(folder, config, _KINDS, cache, jobs=jobs)
        scan.versions.watch(on_disk)
        scan.versions.watch_all()
        return scan, scan.run(select_everything(folder))


def _on_disk(config: Config, skipped: list[Skipped]) -> Sources:
    """The files of a repository, with those that git ignores: tokens live in a `.env`, mostly."""
    root = config.root
    sources = find_sources((root,), config.exclude, root)
    seen = frozenset(sources.named)
    closed: list[OSError] = []
    ignored = [path for path in walk(root, closed.append) if path not in seen]
    skipped += [Skipped(one.path, one.reason) for one in (not_listed(error, root) for error in closed)]
    files = [path for path in ignored if not is_excluded(os.path.relpath(path, root), config.exclude)]
    # What is excluded and not ignored is among both numbers.
    excluded = max(sources.excluded, len(ignored) - len(files))
    return sources._replace(files=(*sources.files, *files), excluded=excluded)


def _in_git(config: Config, skipped: list[Skipped]) -> list[str]:
    """The texts that git keeps in its own folder, but those that the policy excludes."""
    root, closed = config.root, list[OSError]()
    found = own_texts(root, closed.append)
    skipped += [Skipped(one.path, one.reason) for one in (not_listed(error, root) for error in closed)]
    return [path for path in found if not is_excluded(name_in_repository(path, root), config.exclude)]


def _place(root: str, finding: FindingRecord) -> PlaceNow:
    cell = finding.cell.number if finding.cell else None
    return PlaceNow(root, finding.path, cell, finding.where, finding.line, finding.file_line)


def _stays(root: str, scan: HistoryScan) -> list[tuple[FindingRecord, Stay]]:
    """Each value at each path, with its first and last commit by the authors' dates."""
    trail = scan.versions.trail
    commits = scan.commits_of(step.commit for step in trail)
    steps: dict[tuple[str, str], list[VersionStep]] = {}
    for step in trail:
        steps.setdefault((step.record.fingerprint, step.record.path), []).append(step)
    stays = []
    for (_, path), there in steps.items():
        written = {step.commit: commits[step.commit].date for step in there if step.commit in commits}
        first, last = earliest_and_latest(written)
        dates = written.get(first, ""), written.get(last, "")
        stays.append((there[-1].record, Stay(root, path, first, dates[0], last, dates[1], len(written))))
    return stays


def _refs(root: str, trail: Sequence[VersionStep]) -> dict[str, tuple[str, ...]]:
    """By fingerprint, the refs whose newest version holds it."""
    blobs: dict[str, set[str]] = {}
    for step in trail:
        blobs.setdefault(step.blob, set()).add(step.record.fingerprint)
    held: dict[str, list[str]] = {}
    for ref in refs_with(root, sorted({step.commit for step in trail if step.commit})):
        for mark in {mark for blob in list_tree(root, ref) & blobs.keys() for mark in blobs[blob]}:
            held.setdefault(mark, []).append(ref)
    return {mark: tuple(refs) for mark, refs in held.items()}


def _same(known: Iterable[Finding], rules: set[str], salt: bytes) -> dict[str, str]:
    """From the fingerprint of a value under any of the rules to the one under the rule that says most about it."""
    best: dict[str, Finding] = {}
    for finding in known:
        other = best.get(finding.value)
        if other is None or (finding.rank, finding.rule) > (other.rank, other.rule):
            best[finding.value] = finding
    return {
        fingerprint(rule, value, salt): fingerprint(finding.rule, value, salt)
        for value, finding in best.items()
        for rule in rules
        if rule != finding.rule
    }


def _left_out(report: Report, excluded: int) -> Iterable[str]:
    if excluded:
        yield f"the policy excludes {excluded} files on disk: they weren't looked at"
    if report.summary.disabled:
        yield f"the policy disables the rules of {report.summary.disabled} findings: they aren't listed"
