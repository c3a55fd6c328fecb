"""Scanning as a function call: the same scanner and the same verdict as the command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.policy.config import load_config
from nbguard.scan.pipeline import Pipeline, ScanResult
from nbguard.scan.sources import find_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import Report
    from nbguard.scan.handed_paths import Handed
    from nbguard.scan.staged_entries import StagedEntries

# What --only calls the kinds of finding.
KIND_NAMES = {
    "credentials": "credential",
    "data": "sample-data",
    "metadata": "quantum-metadata",
    "hygiene": "hygiene",
}


def scan(paths: Sequence[str] = (), *, config: Config | None = None) -> Report:
    """Scans files and folders and returns the report; without paths, the repository around the working directory.

    Raises UsageError where the configuration is wrong. What can't be read is in the report's ``skipped``.
    """
    return scan_paths(paths, config or load_config("."), frozenset()).report


def scan_paths(
    paths: Sequence[str],
    config: Config,
    kinds: frozenset[str],
    *,
    handed: Handed | None = None,
    strip: bool = False,
    reveal: bool = False,
    watch: Callable[[Sequence[str]], Iterable[str]] = lambda paths: paths,
    jobs: int = 1,
) -> ScanResult:
    """Scans files and folders for some kinds of finding (none given: those that the configuration reports).

    Metadata and hygiene are reported in full where they are asked for, whatever the profile leaves out.
    ``strip`` takes outputs out of the notebooks first and writes them back. ``reveal`` keeps the found values in the
    result, for a person at a terminal. ``handed`` is what a framework hands to its hook, in the place of ``paths``.
    ``watch`` hands the paths on and may show how far it is. ``jobs`` processes share the work where there is much of
    it. Raises UsageError for rules and paths there are not.
    """
    files, links = tuple(paths) or (config.root,), tuple[str, ...]()
    brought: StagedEntries | None = None
    if handed is not None:
        from nbguard.scan.handed_paths import entries_of

        files, links = handed.files, handed.links
        brought = entries_of(handed.modules, config, os.environ)
    sources = find_sources(files, config.exclude, config.root, links)
    pipeline = Pipeline(config, kinds, strip=strip, reveal=reveal)
    pipeline.excluded = sources.excluded + (brought.excluded if brought is not None else 0)
    return pipeline.run(sources.files, watch, sources, jobs, brought)._replace(files=sources.files)
