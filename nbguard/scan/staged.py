"""Scans what the next commit would add or change, as git's index has it; the work tree isn't looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.scan.pipeline import Pipeline

if TYPE_CHECKING:
    from nbguard.policy.policy_settings import Config
    from nbguard.scan.pipeline import ScanResult


def scan_staged(config: Config, kinds: frozenset[str], *, reveal: bool = False) -> ScanResult:
    """Scans what is staged in the repository at ``config.root`` for some kinds of finding (none: those reported).

    Of a submodule that is added or moved, what that brings is looked into where its commits are here. Files with intent
    to add only aren't staged. Raises UsageError outside of a work tree and for rules there are not.
    """
    from nbguard.repository.git import top_of
    from nbguard.scan.staged_entries import StagedEntries

    entries = StagedEntries(top_of(config.root), config)
    pipeline = Pipeline(config, kinds, reveal=reveal)
    pipeline.excluded = entries.excluded
    return pipeline.run_on(entries.blobs(), entries.blobs, entries.names())
