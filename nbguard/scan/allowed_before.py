"""Which values were allowed in files before a range of commits: an allow counts in a gate once it stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.policy.inventory import may_hold_marks
from nbguard.repository.committed_files import list_changed_files
from nbguard.repository.objects import read_contents
from nbguard.scan.blobs import Blob, may_hold_files
from nbguard.scan.members import scan_with_members
from nbguard.scan.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.policy.policy_settings import Config

# Bytes of a file that is looked into for allows.
_LARGEST = 50_000_000


class AllowedBefore:
    """Answers whether a finding (rule and fingerprint) was allowed by a mark in a file of one of some commits.

    The files are looked through at the first question: most ranges bring nothing that is allowed.
    """

    def __init__(self, folder: str, commits: Sequence[str], config: Config, kinds: frozenset[str], salt: bytes) -> None:
        self._folder = folder
        self._commits = commits
        self._config = config
        self._kinds = kinds
        self._salt = salt
        self._allowed: frozenset[tuple[str, str]] | None = None

    def __call__(self, rule: str, fingerprint: str) -> bool:
        """Whether it was. Raises GitError."""
        if self._allowed is None:
            self._allowed = frozenset(self._find())
        return (rule, fingerprint) in self._allowed

    def _find(self) -> Iterator[tuple[str, str]]:
        scanner = Scanner(self._config, self._kinds).accepting(self._salt, None)
        limit = min(self._config.max_file_size, _LARGEST)
        for path, raw in self._files(limit):
            if not (may_hold_marks(raw) or may_hold_files(path, raw)):
                continue
            for _, scanned in scan_with_members(scanner, Blob(path, raw), limit):
                if scanned.document is not None:
                    judged = scanner.judge(scanned.document, scanned.findings)
                    yield from ((r.rule, r.fingerprint) for _, r in judged if r.waived is not None)

    def _files(self, limit: int) -> Iterator[tuple[str, bytes]]:
        paths: dict[str, list[str]] = {}
        for commit in self._commits:
            for file in list_changed_files(self._folder, "", commit):
                known = paths.setdefault(file.blob, [])
                if file.path not in known:
                    known.append(file.path)
        for blob, raw, problem in read_contents(self._folder, list(paths), limit):
            if not problem:
                yield from ((path, raw) for path in paths[blob])
