"""What the next commit would add or change, as blobs and names: files, links, and what it brings of submodules."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.file_kinds import FILE, TARGET
from nbguard.repository.changes import LINK, SUBMODULE, list_difference
from nbguard.repository.git_errors import GitError
from nbguard.repository.index import UNMERGED, Staged, list_entries
from nbguard.repository.objects import read_contents
from nbguard.repository.submodules import find_module, not_here
from nbguard.scan.blobs import Blob
from nbguard.scan.names import Name
from nbguard.scan.sources import is_excluded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from nbguard.policy.policy_settings import Config

_CONFLICT = "not looked into: in conflict, so no version of it is staged; `git add` it when it is settled"
# Submodules that are looked into, those of submodules among them; and bytes of what a link leads to.
_MOST_MODULES = 200
_LONGEST_TARGET = 10_000


class _Part(NamedTuple):
    """Entries of one repository; ``above`` is the path of a submodule, with a ``/``."""

    folder: str
    above: str
    entries: list[Staged]


class StagedEntries:
    """What is staged in the repository with its top at ``top``, but for what the policy excludes. Raises GitError.

    With ``only``, of these paths; with ``commits``, what the second of them has that the first one hasn't, instead.
    """

    def __init__(
        self, top: str, config: Config, only: Collection[str] | None = None, commits: tuple[str, str] | None = None
    ) -> None:
        self._config = config
        self.excluded = 0
        self._unread: dict[str, str] = {}
        self._parts: list[_Part] = []
        entries = list_entries(top) if commits is None else _entries(top, *commits)
        waiting = [_Part(top, "", [entry for entry in entries if only is None or entry.path in only])]
        while waiting:
            part = self._covered(waiting.pop(0))
            self._parts.append(part)
            waiting += self._modules_of(part, _MOST_MODULES - len(self._parts) - len(waiting))

    def names(self) -> list[Name]:
        """The names of all entries, and what links lead to."""
        names = []
        for folder, above, entries in self._parts:
            names += [Name(FILE, os.fsencode(above + entry.path)) for entry in entries]
            links = [entry.blob for entry in entries if entry.mode == LINK]
            read = read_contents(folder, list(dict.fromkeys(links)), _LONGEST_TARGET)
            names += [Name(TARGET, content.raw) for content in read if not content.problem]
        return names

    def blobs(self) -> Iterator[Blob]:
        """The staged files with their content, and what couldn't be looked into with the reason."""
        root, limit = self._config.root, self._config.max_file_size
        for path, problem in self._unread.items():
            yield Blob(os.path.join(root, path), b"", problem)
        for folder, above, entries in self._parts:
            paths: dict[str, list[str]] = {}
            for entry in entries:
                if entry.mode not in (LINK, SUBMODULE, UNMERGED):
                    paths.setdefault(entry.blob, []).append(above + entry.path)
            for blob, raw, problem in read_contents(folder, list(paths), limit):
                # There may be no such file, and one that is there has another content.
                yield from (Blob(os.path.join(root, path), raw, problem, packed=True) for path in paths[blob])

    def _covered(self, part: _Part) -> _Part:
        exclude = self._config.exclude
        covered = [entry for entry in part.entries if not (exclude and is_excluded(part.above + entry.path, exclude))]
        self.excluded += len(part.entries) - len(covered)
        for entry in covered:
            if entry.mode == UNMERGED:
                self._unread[part.above + entry.path] = _CONFLICT
        return part._replace(entries=covered)

    def _modules_of(self, part: _Part, most: int) -> Iterator[_Part]:
        for entry in part.entries:
            if entry.mode != SUBMODULE:
                continue
            path = part.above + entry.path
            most -= 1
            if most < 0:
                self._unread[path] = f"not looked into: one of more than {_MOST_MODULES} submodules"
                continue
            try:
                place, here = find_module(part.folder, entry.path, [entry.blob], [entry.before] if entry.before else [])
                if place:
                    before = entry.before if entry.before in here else ""
                    yield _Part(place, f"{path}/", list(_entries(place, before, entry.blob)))
                else:
                    self._unread[path] = not_here([entry.blob])
            except GitError as error:
                self._unread[path] = f"not looked into: a submodule; {error}"


def _entries(folder: str, before: str, after: str) -> Iterable[Staged]:
    for change in list_difference(folder, before, after):
        yield Staged(change.path, change.mode, change.blob, next(iter(change.before), ""))
