"""Looks into the contents of a history, in several processes where that is worth it, in their order."""

from __future__ import annotations

from collections import deque
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from nbguard.scan.workers import in_groups, run_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbguard.repository.changes import PathChange
    from nbguard.repository.objects import Content
    from nbguard.scan.versions import Seen, Versions

# What a worker is given at a time, in bytes and contents; and how many such groups are done before any is started.
_GROUP_BYTES, _GROUP_CONTENTS = 1_000_000, 500
_FIRST = 4


class Examined(NamedTuple):
    """A content, and whether there is nothing to say of it, for each of the paths it is at."""

    content: Content
    clean: Sequence[bool]

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Examined({self.content.blob}, {self.clean})"


class _Text(NamedTuple):
    """A content and the paths at which it is looked into; none where it couldn't be read."""

    blob: str
    raw: bytes
    paths: tuple[str, ...]


def examine(
    versions: Versions, contents: Iterable[Content], wanted: Mapping[str, Sequence[PathChange]], jobs: int
) -> Iterator[Examined]:
    """Looks into contents. What is in them is in ``versions`` when their answer is here."""
    groups = in_groups(contents, lambda content: len(content.raw), _GROUP_CONTENTS, _GROUP_BYTES)
    look = partial(_look, versions, wanted)
    # What the first ones make this process load is there in every worker that is forked from it.
    for group in groups if jobs < 2 else islice(groups, _FIRST):
        yield from map(look, group)
    if jobs < 2:
        return
    versions.prepare()
    waiting: deque[list[Content]] = deque()
    results = run_in_order(_as_tasks(groups, wanted, waiting), partial(_worker, versions), jobs)
    for answers, seen in results:
        versions.add(seen)
        yield from (Examined(*both) for both in zip(waiting.popleft(), answers, strict=True))


def _look(versions: Versions, wanted: Mapping[str, Sequence[PathChange]], content: Content) -> Examined:
    if content.problem:
        return Examined(content, ())
    changes = wanted[content.blob]
    return Examined(content, [versions.look_into(content.blob, change.path, content.raw) for change in changes])


def _as_tasks(
    groups: Iterator[list[Content]], wanted: Mapping[str, Sequence[PathChange]], waiting: deque[list[Content]]
) -> Iterator[list[_Text]]:
    for group in groups:
        waiting.append(group)
        yield [
            _Text(blob, raw, () if problem else tuple(change.path for change in wanted[blob]))
            for blob, raw, problem in group
        ]


def _worker(versions: Versions) -> Callable[[list[_Text]], tuple[list[list[bool]], Seen]]:
    versions.take()  # what was seen before the fork

    def look(texts: list[_Text]) -> tuple[list[list[bool]], Seen]:
        answers = [[versions.look_into(blob, path, raw) for path in paths] for blob, raw, paths in texts]
        return answers, versions.take()

    return look
