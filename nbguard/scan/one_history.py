"""Looks into the selected commits of one repository, which may be a submodule of another one that is scanned."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, NamedTuple

from nbguard.report.records import Skipped
from nbguard.repository.changes import SUBMODULE, list_changes, read_changes
from nbguard.repository.git_errors import GitGaveUpError
from nbguard.repository.history import shallow_commits
from nbguard.repository.messages import read_messages
from nbguard.repository.names_in_history import read_names
from nbguard.repository.objects import read_contents
from nbguard.repository.stream import read_chunks
from nbguard.repository.submodules import MOST_MOVES, ModuleMove
from nbguard.scan.commit_messages import Messages
from nbguard.scan.echo_search import EchoSearch
from nbguard.scan.lfs import NO_VERSION, follow
from nbguard.scan.version_workers import examine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.repository.changes import PathChange
    from nbguard.repository.history import Selection
    from nbguard.repository.messages import Message
    from nbguard.repository.objects import Content
    from nbguard.scan.cache import Cache
    from nbguard.scan.versions import Versions

# Changes that are looked at together: sizes are asked and contents read for so many at a time.
_TOGETHER = 50_000


class Means(NamedTuple):
    """What the scans of a repository and of its submodules share. ``limit`` is in bytes of one version of a file.

    ``cache`` knows contents that earlier runs found clean. ``watch`` hands contents on and may show how many of so
    many went by. ``jobs`` processes share the work where there is much of it.
    """

    versions: Versions
    cache: Cache | None
    watch: Callable[[Iterator[Content], int], Iterator[Content]]
    limit: int
    jobs: int


class OneHistory:
    """The selected commits of the repository in ``folder``; ``above`` is the path of a submodule, with a ``/``.

    What is found goes to the versions of ``means``, and what couldn't be looked into to ``skipped``.
    """

    def __init__(self, folder: str, selection: Selection, means: Means, above: str = "") -> None:
        self.folder = folder
        self.above = above
        self._selection = selection
        self._means = means
        self._versions = versions = means.versions
        self._echoes = EchoSearch(versions)
        self._place_of = lru_cache(100_000)(versions.place_of)
        self._shallow = shallow_commits(folder)
        self._ends: set[str] = set()
        # Paths and ids of what changed, to go through them again for what was found.
        self._spooled = TemporaryFile()  # noqa: SIM115 - closed by close()
        self._messages = Messages(lambda: read_messages(folder, selection), versions)
        self._names = Messages(self._read_names, versions)
        self.skipped: list[Skipped] = []
        self.moves: dict[str, dict[ModuleMove, None]] = {}
        self.excluded: set[str] = set()
        self.contents = 0
        self.bytes = 0

    def close(self) -> None:
        """Nothing is asked any more."""
        self._spooled.close()

    def look_into(self) -> None:
        """Scans all versions, messages and names. Raises GitError where git refuses."""
        self._messages.look_into()
        listed = self._listed(list_changes(self.folder, self._selection, self._spooled))
        for changes in _in_batches(self._unseen(self._below(listed))):
            self._look_into(changes)
        self._names.look_into()
        for name in self._selection.broken:
            self._skip(name, "git can't read what this ref names (a damaged repository)")
        if self._ends:
            self._skip(
                f"{self.above}(history)",
                "the clone is shallow, older commits aren't here; `git fetch --unshallow` gets them",
            )

    def find_echoes(self) -> None:
        """Looks for the values found in one content in every other one, as a scan of each commit would."""
        if self._versions.count_values():
            self._find_echoes()
        self._messages.find_echoes()
        self._names.find_echoes()

    def place(self) -> None:
        """Says to which commits and paths belongs what was found."""
        versions = self._versions
        for change in self._again():
            if change.blob in versions.found and (place := self._place_of(change.path)) is not None:
                versions.place(change.blob, place, change.path, change.commit)
        for some in (self._messages, self._names):
            some.place()

    def _unseen(self, changes: Iterable[PathChange]) -> Iterator[PathChange]:
        """Each content once for each kind of place it was at: a name can decide how a content is read."""
        seen: set[int] = set()
        place_of, shallow = self._place_of, self._shallow
        for change in changes:
            if change.commit in shallow:
                self._ends.add(change.commit)
            place = place_of(change.path)
            if place is None:
                self.excluded.add(change.path)
                continue
            if change.mode == SUBMODULE:
                self._note_move(change)
                continue
            # Numbers take a third of the memory of the texts; hash() is keyed anew in each process.
            key = hash((change.blob, place))
            if key not in seen:
                seen.add(key)
                yield change

    def _note_move(self, change: PathChange) -> None:
        moves = self.moves.setdefault(change.path, {})
        if len(moves) <= MOST_MOVES:
            moves[ModuleMove(change.blob, change.before)] = None

    def _look_into(self, changes: list[PathChange]) -> None:
        cache, place_of = self._means.cache, self._place_of
        wanted: dict[str, list[PathChange]] = {}
        for change in changes:
            wanted.setdefault(change.blob, []).append(change)
        if cache is not None:
            clean = cache.find_clean((c.blob, place_of(c.path)) for c in changes)
            self.contents += len(clean)
            for blob, place in clean:
                wanted[blob] = [change for change in wanted[blob] if place_of(change.path) != place]
            wanted = {blob: rest for blob, rest in wanted.items() if rest}
        clean_now = []
        for (blob, raw, problem), verdicts in examine(self._versions, self._read(wanted), wanted, self._means.jobs):
            self.contents += 1
            self.bytes += len(raw)
            if problem:
                for change in wanted[blob]:
                    # What Git LFS hasn't fetched is told once for each file, not for each version.
                    known = change.commit and problem != NO_VERSION
                    commit = f" in commit {change.commit[:12]}" if known else ""
                    self._skip(change.path, f"{problem}{commit}")
                continue
            for change, is_clean in zip(wanted[blob], verdicts, strict=True):
                if is_clean:
                    clean_now.append((blob, place_of(change.path)))
            self._echoes.search(blob, wanted[blob], raw)
        if cache is not None:
            cache.add_clean(clean_now)

    def _read(self, changes: Mapping[str, list[PathChange]]) -> Iterator[Content]:
        return self._means.watch(self._contents(_by_name(changes)), len(changes))

    def _contents(self, blobs: Sequence[str]) -> Iterator[Content]:
        """The contents of blobs; of files that Git LFS keeps, what it has fetched of them."""
        limit = self._means.limit
        return (follow(content, self.folder, limit) for content in read_contents(self.folder, blobs, limit))

    def _find_echoes(self) -> None:
        cache, echoes = self._means.cache, self._echoes
        for changes in _in_batches(self._unseen(self._again())):
            paths: dict[str, list[PathChange]] = {}
            for change in changes:
                if echoes.is_open(change.blob):
                    paths.setdefault(change.blob, []).append(change)
                else:
                    echoes.add_path(change)
            if cache is not None:
                for blob, _ in cache.find_clean((blob, echoes.mark) for blob in paths):
                    del paths[blob]
            for blob, raw, problem in self._read(paths):
                if not problem:
                    echoes.search(blob, paths[blob], raw)
        if cache is not None:
            cache.add_clean((blob, echoes.mark) for blob in echoes.without_any())
        for blob, raw, _ in self._contents(list(echoes.found)):
            for path in echoes.found[blob]:
                self._versions.look_for_echoes(blob, path, raw)

    def _read_names(self) -> Iterator[Message]:
        self._spooled.seek(0)
        return read_names(self.folder, self._selection, self._spooled, self._is_covered)

    def _is_covered(self, path: str) -> bool:
        return self._place_of(self.above + path) is not None

    def _again(self) -> Iterator[PathChange]:
        self._spooled.seek(0)
        return self._below(read_changes(read_chunks(self._spooled)))

    def _below(self, changes: Iterable[PathChange]) -> Iterator[PathChange]:
        """The changes with the paths that the repository around a submodule knows them by."""
        above = self.above
        return (c._replace(path=above + c.path) for c in changes) if above else iter(changes)

    def _listed(self, changes: Iterable[PathChange]) -> Iterator[PathChange]:
        """The changes that can be listed; what was left out is told at the end."""
        try:
            yield from changes
        except GitGaveUpError as error:
            self._skip(f"{self.above}(history)", str(error))

    def _skip(self, path: str, reason: str) -> None:
        self.skipped.append(Skipped(path, reason))


def _by_name(changes: Mapping[str, list[PathChange]]) -> list[str]:
    """Contents by the names of their files: git is quickest where the versions of a file follow each other."""

    def name(blob: str) -> tuple[str, str]:
        path = changes[blob][0].path
        return path.rpartition("/")[2], path

    return sorted(changes, key=name)


def _in_batches(changes: Iterator[PathChange]) -> Iterator[list[PathChange]]:
    while batch := list(islice(changes, _TOGETHER)):
        yield batch
