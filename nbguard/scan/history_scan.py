"""Scans what the commits of a range brought in: every version of every file, each content once.

Blobs stream from git and are screened as raw bytes; what is found is looked up in the commits afterwards. What a commit
brings of a submodule that is here is looked into as well.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, NamedTuple

from nbguard.report.records import LeftOut, Skipped, exit_status, make_report
from nbguard.repository.git_errors import GitError
from nbguard.repository.history import read_commits
from nbguard.scan.one_history import Means, OneHistory
from nbguard.scan.self_approval import without_self_approved
from nbguard.scan.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord
    from nbguard.repository.history import Commit, Selection
    from nbguard.repository.objects import Content
    from nbguard.scan.cache import Cache
    from nbguard.scan.gate import Gate
    from nbguard.scan.pipeline import ScanResult

# Bytes of one version of a file that are loaded at most: what is larger is reported.
LARGEST = 50_000_000
# Submodules that are looked into, those of submodules among them: each keeps a file open.
_MOST_MODULES = 200


class HistoryResult(NamedTuple):
    """The result of a scan, and what a person should know of it, such as old notebooks that are none."""

    result: ScanResult
    notes: tuple[str, ...]


class HistoryScan:
    """Scans selected commits of one repository under one configuration, for some kinds of finding.

    No kinds given: those that the configuration reports. With a ``gate`` its salt, baseline and allows count, not the
    work tree's. Raises UsageError for rules there are not. ``cache`` knows contents that earlier runs found clean.
    ``watch`` hands contents on and may show how many of so many went by. ``jobs`` processes share the work where there
    is much of it. Not shared between threads.
    """

    def __init__(
        self,
        folder: str,
        config: Config,
        kinds: frozenset[str],
        cache: Cache | None = None,
        watch: Callable[[Iterator[Content], int], Iterator[Content]] = lambda contents, _: contents,
        gate: Gate | None = None,
        jobs: int = 1,
    ) -> None:
        self._folder = folder
        self._config = config
        self.versions = Versions(config, kinds, gate)
        self._means = Means(self.versions, cache, watch, min(config.max_file_size, LARGEST), jobs)
        self.skipped: list[Skipped] = []
        self._folders = [folder]

    def run(self, selection: Selection) -> HistoryResult:
        """Scans the selected commits. Raises GitError where git refuses."""
        from time import perf_counter

        started = perf_counter()
        with ExitStack() as stack:
            histories = list(self._histories(selection, stack))
            self._folders = [history.folder for history in histories]
            for history in histories:
                history.find_echoes()
            records = self._place(histories)
        return self._conclude(records, histories, perf_counter() - started)

    def _histories(self, selection: Selection, stack: ExitStack) -> Iterator[OneHistory]:
        """The repository and the submodules of it, all looked into, but for what values found later stand in."""
        first = stack.enter_context(closing(OneHistory(self._folder, selection, self._means)))
        first.look_into()
        yield first
        if first.moves:
            yield from self._modules(first, stack)

    def _modules(self, first: OneHistory, stack: ExitStack) -> Iterator[OneHistory]:
        from nbguard.scan.moved_submodules import find_moved

        waiting, number = [first], 0
        while waiting:
            above = waiting.pop(0)
            for path, brought in find_moved(above, self.skipped):
                number += 1
                if number > _MOST_MODULES:
                    reason = f"not looked into: one of more than {_MOST_MODULES} submodules; scan it by itself"
                    self.skipped.append(Skipped(path.rstrip("/"), reason))
                    continue
                module = stack.enter_context(closing(OneHistory(brought.folder, brought.selection, self._means, path)))
                try:
                    module.look_into()
                except GitError as error:
                    self.skipped.append(Skipped(path.rstrip("/"), f"not looked into: {error}"))
                    continue
                yield module
                waiting.append(module)

    def _place(self, histories: Sequence[OneHistory]) -> list[FindingRecord]:
        """The records, each with the commits and the path it belongs to."""
        versions = self.versions
        if not versions.found:
            return []
        for history in histories:
            history.place()
        return without_self_approved(versions.records(self.commits_of(versions.first_commits())), self._folder)

    def commits_of(self, identities: Iterable[str]) -> dict[str, Commit]:
        """Author and date of commits that were looked into, those of submodules too, by id."""
        wanted = sorted({identity for identity in identities if identity})
        commits: dict[str, Commit] = {}
        for folder in self._folders:
            commits |= read_commits(folder, wanted)
        return commits

    def _conclude(self, records: list[FindingRecord], histories: Sequence[OneHistory], seconds: float) -> HistoryResult:
        from nbguard.scan.pipeline import ScanResult

        config = self._config
        for history in histories:
            self.skipped += history.skipped
        self.skipped += self.versions.skipped
        excluded = sum(len(history.excluded) for history in histories)
        contents, size = (sum(counts) for counts in zip(*((h.contents, h.bytes) for h in histories), strict=True))
        unseen = LeftOut(excluded, len(self.versions.switched_off))
        report = make_report(records, self.skipped, contents, size, seconds, unseen)
        status = exit_status(report, config.fail_on, config.allow_unreadable)
        notes = tuple(
            f"{path}: searched as text, as an old version can't be read as a notebook: {reason}"
            for path, reason in sorted(self.versions.odd.items())
        )
        return HistoryResult(ScanResult(report, (), status, {}), notes)
