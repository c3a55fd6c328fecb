"""Scans what the commits of a range brought in: every version of every file, each content once.

Blobs stream from git and are screened as raw bytes; what is found is looked up in the commits afterwards.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

from nbguard.repository.changes import SUBMODULE, list_changes, read_changes
from nbguard.repository.git_errors import GitGaveUpError
from nbguard.repository.history import read_commits, shallow_commits
from nbguard.repository.messages import read_messages
from nbguard.repository.names_in_history import read_names
from nbguard.repository.objects import read_contents
from nbguard.repository.stream import read_chunks
from nbguard.scan.commit_messages import Messages
from nbguard.scan.echo_search import EchoSearch
from nbguard.scan.self_approval import without_self_approved
from nbguard.scan.version_workers import examine
from nbguard.scan.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord, Skipped
    from nbguard.repository.changes import PathChange
    from nbguard.repository.history import Selection
    from nbguard.repository.messages import Message
    from nbguard.repository.objects import Content
    from nbguard.scan.cache import Cache
    from nbguard.scan.gate import Gate
    from nbguard.scan.pipeline import ScanResult

# Bytes of one version of a file that are loaded at most: what is larger is reported.
LARGEST = 50_000_000
# Changes that are looked at together: sizes are asked and contents read for so many at a time.
_TOGETHER = 50_000


class HistoryResult(NamedTuple):
    """The result of a scan, and what a person should know of it: submodules, old notebooks that are none."""

    result: ScanResult
    notes: tuple[str, ...]


class HistoryScan:
    """Scans selected commits of one repository under one configuration.

    ``cache`` knows contents that earlier runs found clean. ``watch`` hands contents on and may show how many of so
    many went by. ``jobs`` processes share the work where there is much of it. Not shared between threads.
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
        self._jobs = jobs
        self._watch = watch
        self._folder = folder
        self._config = config
        self.versions = Versions(config, kinds, gate)
        self._echoes = EchoSearch(self.versions)
        self._cache = cache
        self._limit = min(config.max_file_size, LARGEST)
        self.skipped: list[Skipped] = []
        self._modules: dict[str, None] = {}
        self._last: set[str] = set()
        self._shallow = shallow_commits(folder)
        self._ends: set[str] = set()
        self._excluded: set[str] = set()
        self._contents = 0
        self._bytes = 0
        self.place_of = lru_cache(100_000)(self.versions.place_of)

    def run(self, selection: Selection) -> HistoryResult:
        """Scans the selected commits. Raises GitError where git refuses."""
        from tempfile import TemporaryFile
        from time import perf_counter

        started = perf_counter()
        # Paths and ids of what changed, to go through them again for what was found.
        with TemporaryFile() as spooled:
            messages = Messages(lambda: read_messages(self._folder, selection), self.versions)
            messages.look_into()
            names = Messages(lambda: self._names(spooled, selection), self.versions)
            for changes in _in_batches(self._unseen(self._listed(list_changes(self._folder, selection, spooled)))):
                self._look_into(changes)
            names.look_into()
            self._find_echoes(spooled, selection)
            messages.find_echoes()
            names.find_echoes()
            records = self._place(spooled, selection, (messages, names))
        for name in selection.broken:
            self._skip(name, "git can't read what this ref names (a damaged repository)")
        if self._ends:
            self._skip(
                "(history)", "the clone is shallow, older commits aren't here; `git fetch --unshallow` gets them"
            )
        return self._conclude(records, perf_counter() - started)

    def _unseen(self, changes: Iterable[PathChange]) -> Iterator[PathChange]:
        """Each content once for each kind of place it was at: a name can decide how a content is read."""
        seen: set[int] = set()
        place_of, shallow = self.place_of, self._shallow
        for change in changes:
            if change.commit in shallow:
                self._ends.add(change.commit)
            if change.mode == SUBMODULE:
                self._modules[change.path] = None
                continue
            place = place_of(change.path)
            if place is None:
                self._excluded.add(change.path)
                continue
            # Numbers take a third of the memory of the texts; hash() is keyed anew in each process.
            key = hash((change.blob, place))
            if key not in seen:
                seen.add(key)
                yield change

    def _look_into(self, changes: list[PathChange]) -> None:
        wanted: dict[str, list[PathChange]] = {}
        for change in changes:
            wanted.setdefault(change.blob, []).append(change)
        if self._cache is not None:
            clean = self._cache.find_clean((c.blob, self.place_of(c.path)) for c in changes)
            self._contents += len(clean)
            for blob, place in clean:
                wanted[blob] = [change for change in wanted[blob] if self.place_of(change.path) != place]
            wanted = {blob: rest for blob, rest in wanted.items() if rest}
        clean_now = []
        for (blob, raw, problem), verdicts in examine(self.versions, self._read(wanted), wanted, self._jobs):
            self._contents += 1
            self._bytes += len(raw)
            if problem:
                for change in wanted[blob]:
                    commit = f" in commit {change.commit[:12]}" if change.commit else ""
                    self._skip(change.path, f"{problem}{commit}")
                continue
            for change, is_clean in zip(wanted[blob], verdicts, strict=True):
                if is_clean:
                    clean_now.append((blob, self.place_of(change.path)))
            self._echoes.search(blob, wanted[blob], raw)
        if self._cache is not None:
            self._cache.add_clean(clean_now)

    def _read(self, changes: Mapping[str, list[PathChange]]) -> Iterator[Content]:
        return self._watch(read_contents(self._folder, _by_name(changes), self._limit), len(changes))

    def _find_echoes(self, spooled: IO[bytes], selection: Selection) -> None:
        """Looks for the values found in one content in every other one, as a scan of each commit would."""
        echoes = self._echoes
        if not self.versions.count_values():
            return
        for changes in _in_batches(self._unseen(self._again(spooled, selection))):
            paths: dict[str, list[PathChange]] = {}
            for change in changes:
                if echoes.is_open(change.blob):
                    paths.setdefault(change.blob, []).append(change)
                else:
                    echoes.add_path(change)
            if self._cache is not None:
                for blob, _ in self._cache.find_clean((blob, echoes.mark) for blob in paths):
                    del paths[blob]
            for blob, raw, problem in self._read(paths):
                if not problem:
                    echoes.search(blob, paths[blob], raw)
        if self._cache is not None:
            self._cache.add_clean((blob, echoes.mark) for blob in echoes.without_any())
        for blob, raw, _ in read_contents(self._folder, list(echoes.found), self._limit):
            for path in echoes.found[blob]:
                self.versions.look_for_echoes(blob, path, raw)

    def _names(self, spooled: IO[bytes], selection: Selection) -> Iterator[Message]:
        spooled.seek(0)
        return read_names(self._folder, selection, spooled, lambda path: self.place_of(path) is not None)

    def _place(self, spooled: IO[bytes], selection: Selection, texts: Sequence[Messages]) -> list[FindingRecord]:
        """The records, each with the commits and the path it belongs to."""
        versions = self.versions
        if not versions.found:
            return []
        for change in self._again(spooled, selection):
            if change.blob in versions.found and (place := self.place_of(change.path)) is not None:
                versions.place(change.blob, place, change.path, change.commit)
        for some in texts:
            some.place()
        wanted = {identity for identity in versions.first_commits() if identity}
        return without_self_approved(versions.records(read_commits(self._folder, sorted(wanted))), self._folder)

    def _again(self, spooled: IO[bytes], selection: Selection) -> Iterator[PathChange]:
        spooled.seek(0)
        yield from read_changes(read_chunks(spooled))
        yield from self._listed(list_changes(self._folder, selection._replace(include=(), exclude=())))

    def _listed(self, changes: Iterable[PathChange]) -> Iterator[PathChange]:
        """The changes that can be listed; what was left out is told at the end, once."""
        try:
            yield from changes
        except GitGaveUpError as error:
            if not any(skipped.reason == str(error) for skipped in self.skipped):
                self._skip("(history)", str(error))

    def _skip(self, path: str, reason: str) -> None:
        from nbguard.report.records import Skipped

        self.skipped.append(Skipped(path, reason))

    def _conclude(self, records: list[FindingRecord], seconds: float) -> HistoryResult:
        from nbguard.report.records import LeftOut, exit_status, make_report
        from nbguard.scan.pipeline import ScanResult

        config = self._config
        self.skipped += self.versions.skipped
        unseen = LeftOut(len(self._excluded), len(self.versions.switched_off))
        report = make_report(records, self.skipped, self._contents, self._bytes, seconds, unseen)
        status = exit_status(report, config.fail_on, config.allow_unreadable)
        notes = [f"{path} is a submodule: another repository, to be scanned there" for path in sorted(self._modules)]
        pointers = "is kept by Git LFS: git has pointers to its versions, not what is in them"
        notes += [f"{path} {pointers}" for path in sorted(self.versions.elsewhere)]
        for path, reason in sorted(self.versions.odd.items()):
            notes.append(f"{path}: searched as text, as an old version can't be read as a notebook: {reason}")
        return HistoryResult(ScanResult(report, (), status, {}), tuple(notes))


def _by_name(changes: Mapping[str, list[PathChange]]) -> list[str]:
    """Contents by the names of their files: git is quickest where the versions of a file follow each other."""

    def name(blob: str) -> tuple[str, str]:
        path = changes[blob][0].path
        return path.rpartition("/")[2], path

    return sorted(changes, key=name)


def _in_batches(changes: Iterator[PathChange]) -> Iterator[list[PathChange]]:
    while batch := list(islice(changes, _TOGETHER)):
        yield batch


def scan_selection(
    folder: str,
    selection: Selection,
    config: Config,
    kinds: frozenset[str],
    cache: Cache | None = None,
    watch: Callable[[Iterator[Content], int], Iterator[Content]] = lambda contents, _: contents,
    gate: Gate | None = None,
    jobs: int = 1,
) -> HistoryResult:
    """Scans selected commits of the repository in ``folder`` for some kinds of finding (none given: those reported).

    With a ``gate`` its salt, baseline and allows count, not the work tree's. Raises UsageError for rules there are not,
    and GitError where git refuses.
    """
    return HistoryScan(folder, config, kinds, cache, watch, gate, jobs).run(selection)
