"""Follows a value through the history of one or several repositories: every commit, file, branch and tag it was in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.positions import line_index
from nbguard.errors import UsageError
from nbguard.policy.config import load_config
from nbguard.repository.changes import list_tree
from nbguard.repository.history import refs_with, select_everything
from nbguard.scan.cache import open_cache
from nbguard.scan.history_scan import HistoryScan
from nbguard.scan.pipeline import Pipeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.finding import Finding
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord, Skipped

_KINDS = frozenset(("credential",))

# Refs that may have gone to others.
_SHARED = ("refs/remotes/", "refs/tags/")


class Sighting(NamedTuple):
    """A commit that wrote a value to a file: who made it and when (author's date), and the place in the file."""

    commit: str
    author: str
    date: str
    finding: FindingRecord


class Trail(NamedTuple):
    """Where a value was in one repository, oldest commit first.

    ``branches`` and ``tags`` are those whose history holds it; ``now`` are refs whose newest version still does.
    ``local`` says that it is in commits only that no branch of a remote and no tag leads to, as far as this clone
    knows. ``skipped`` is what could not be looked at: there it may be too.
    """

    repository: str
    sightings: tuple[Sighting, ...]
    branches: tuple[str, ...]
    tags: tuple[str, ...]
    now: tuple[str, ...]
    local: bool
    skipped: tuple[Skipped, ...]


def trace_fingerprint(mark: str, folders: Sequence[str]) -> list[Trail]:
    """Follows the value that has this fingerprint in any of the repositories through all of them.

    Raises UsageError where none of them has such a value.
    """
    for folder in folders:
        config = load_config(folder)
        scan = _scan(config, ())
        known = scan.versions.known_by(mark)
        if known:
            return [_follow(load_config(folder), known) for folder in folders]
    raise UsageError(
        f"no credential with the fingerprint {mark} in the history of {_named(folders)}. Fingerprints depend on the"
        " salt: one that was made with another (NBGUARD_SALT, another .nbguard-salt, a sweep's) can't be found here;"
        " set NBGUARD_SALT to what it was then, or use --finding FILE:CELL"
    )


def _named(folders: Sequence[str]) -> str:
    return ", ".join("this repository" if folder == "." else folder for folder in folders)


def trace_finding(path: str, cell: str, folders: Sequence[str]) -> list[Trail]:
    """Follows the credentials in a cell of a notebook as it is on disk, or on a line of another file.

    ``cell`` is the cell's number as reports have it (from 1), its id, or the line. Raises UsageError where there is
    no credential at that place.
    """
    pipeline = Pipeline(load_config(path), _KINDS)
    pipeline.run([path])
    here = [finding for _, findings in pipeline.found for finding in findings if _is_at(finding, cell)]
    if not here:
        raise UsageError(f"no credential at {path}:{cell}; `nbguard scan {path}` says where there are some")
    return [_follow(load_config(folder), here) for folder in folders]


def trace_values(known: Sequence[Finding], config: Config) -> Trail:
    """Follows values that were found before, all at once, through the repository of a configuration."""
    return _follow(config, known)


def _is_at(finding: Finding, cell: str) -> bool:
    part = finding.field.part
    if part.cell is not None:
        return cell in (str(part.cell.number + 1), part.cell.id)
    return cell == str(line_index(finding.field.text).line(finding.start))


def _scan(config: Config, known: Sequence[Finding]) -> HistoryScan:
    with open_cache(config, _KINDS) as cache:
        scan = HistoryScan(config.root, config, _KINDS, cache)
        scan.versions.watch(known)
        scan.run(select_everything(config.root))
    return scan


def _follow(config: Config, known: Sequence[Finding]) -> Trail:
    folder = config.root
    scan = _scan(config, [finding._replace(field=finding.field._replace(text="")) for finding in known])
    trail = scan.versions.trail
    commits = scan.commits_of(step.commit for step in trail)
    sightings = []
    for step in trail:
        commit = commits.get(step.commit)
        author, date = (commit.author, commit.date) if commit else ("", "")
        sightings.append(Sighting(step.commit, author, date, step.record))
    refs = refs_with(folder, sorted(commits))
    blobs = {step.blob for step in trail}
    now = [ref for ref in refs if blobs & list_tree(folder, ref)]
    return Trail(
        folder,
        tuple(sightings),
        tuple(short for ref in refs if (short := _short(ref, "refs/heads/", "refs/remotes/"))),
        tuple(short for ref in refs if (short := _short(ref, "refs/tags/"))),
        tuple(_short(ref, "refs/heads/", "refs/remotes/", "refs/tags/") or ref for ref in now),
        all(step.commit for step in trail) and not any(ref.startswith(_SHARED) for ref in refs) and not scan.skipped,
        tuple(scan.skipped),
    )


def _short(ref: str, *kinds: str) -> str:
    return next((ref.removeprefix(kind) for kind in kinds if ref.startswith(kind)), "")
