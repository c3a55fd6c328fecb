"""Scans what the next commit would add or change, as git's index has it; the work tree isn't looked at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.scan.blobs import Blob
from nbguard.scan.pipeline import Pipeline
from nbguard.scan.sources import is_excluded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.policy.policy_settings import Config
    from nbguard.scan.pipeline import ScanResult


def scan_staged(config: Config, kinds: frozenset[str], *, reveal: bool = False) -> ScanResult:
    """Scans the staged files of the repository at ``config.root`` for some kinds of finding (none: those reported).

    Files with intent to add only, submodules and symbolic links aren't among them. Raises UsageError outside of a
    work tree and for rules there are not.
    """
    from nbguard.repository.git import top_of

    top = top_of(config.root)
    pipeline = Pipeline(config, kinds, reveal=reveal)
    if config.exclude:
        from nbguard.repository.index import list_staged

        pipeline.excluded = sum(is_excluded(file.path, config.exclude) for file in list_staged(top))
    return pipeline.run_on(_read(top, config), lambda: _read(top, config))


def _read(top: str, config: Config) -> Iterator[Blob]:
    from nbguard.repository.index import list_staged, read_blobs

    wanted = [file for file in list_staged(top) if not (config.exclude and is_excluded(file.path, config.exclude))]
    for file, raw in read_blobs(top, wanted):
        path = os.path.join(config.root, file.path)
        if len(raw) > config.max_file_size:
            yield Blob(path, b"", f"too large: {len(raw) // 10**6} MB (limit {config.max_file_size // 10**6} MB)")
            continue
        yield Blob(path, raw)
