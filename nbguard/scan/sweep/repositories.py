"""The tasks of a worker on a repository: list its contents, read some of them, say which commits they belong to."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import blake2b, new
from typing import TYPE_CHECKING, NamedTuple

from nbguard.report.records import Skipped
from nbguard.repository.changes import SUBMODULE, list_changes
from nbguard.repository.git import start_git
from nbguard.repository.git_errors import GitError, GitGaveUpError
from nbguard.repository.history import read_commits, select_everything, shallow_commits
from nbguard.repository.objects import Content, read_contents, read_sizes
from nbguard.scan.lfs import follow
from nbguard.scan.sweep.repository_check import borrowed_from, check_repository
from nbguard.scan.sweep.work import KEY_BYTES, Answer, Item
from nbguard.scan.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.repository.changes import PathChange
    from nbguard.scan.sweep.work import Setup, Target, Work

_SHALLOW = "the clone is shallow, older commits aren't here; `git fetch --unshallow` gets them"
# How often git is started for one portion, where it gives up: enough for ten damaged contents.
_MOST_TRIES = 200


class Loaded(NamedTuple):
    """An item's bytes, or why there are none. ``elsewhere``: another repository may have what this one lacks."""

    item: Item
    raw: bytes
    problem: str = ""
    elsewhere: bool = False


def list_contents(setup: Setup, target: Target, signature: str = "") -> Answer:
    """Every content of a repository once for each kind of place it was at, versions of a file next to each other.

    Where ``signature`` says that nothing has changed since, the answer holds nothing but that signature. Raises
    NbguardError where this is no repository; where git fails later on, what was listed so far is returned.
    """
    folder = target.place
    check_repository(folder)
    now = _signature(folder)
    if now == signature:
        return Answer(signature=now)
    place_of = lru_cache(100_000)(Versions(setup.config, setup.kinds).place_of)
    ends = shallow_commits(folder)
    at_end = False
    found: dict[bytes, tuple[str, str]] = {}
    modules: dict[str, None] = {}
    complaints: dict[str, None] = {}
    for change in _all_changes(folder, complaints):
        at_end = at_end or change.commit in ends
        if change.mode == SUBMODULE:
            modules[change.path] = None
            continue
        place = place_of(change.path)
        if place is not None:
            key = key_of(setup, target, change.blob, place)
            if key not in found:
                found[key] = (change.blob, change.path)
    skipped = [Skipped("(history)", f"not all of it could be listed: {complaint}") for complaint in complaints]
    if at_end:
        skipped.append(Skipped("(history)", _SHALLOW))
    sizes = _sizes(folder, [blob for blob, _ in found.values()])
    # git keeps versions of a file as differences, and much of what they hold is the same.
    ordered = sorted(found.items(), key=lambda entry: entry[1][1])
    items = tuple(Item(key, blob, path, sizes.get(blob, -1)) for key, (blob, path) in ordered)
    return Answer(items=items, skipped=tuple(skipped), notes=tuple(_notes(folder, items, modules)), signature=now)


def key_of(setup: Setup, target: Target, blob: str, place: str) -> bytes:
    """What a content is known by in all repositories. With a baseline, which names paths, only in its own."""
    own = target.name if setup.config.baseline else ""
    text = f"{blob}\0{place}\0{own}".encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=KEY_BYTES).digest()


def read_items(target: Target, items: Sequence[Item], limit: int) -> Iterator[Loaded]:
    """Each item with its bytes. What doesn't hash to its id isn't what the id stands for elsewhere."""
    left: dict[str, list[Item]] = {}
    for item in items:
        left.setdefault(item.id, []).append(item)
    for blob, raw, problem in _read_on(target.place, left, limit):
        same = left.pop(blob)
        missing = bool(problem) and same[0].size <= limit
        if not problem and _id_of(raw, len(blob)) != blob:
            raw, problem, missing = b"", "the content isn't what its id says (a damaged repository)", True
        elif not problem:
            _, raw, problem = follow(Content(blob, raw), target.place, limit)
            missing = bool(problem)
        for item in same:
            yield Loaded(item, raw, problem, missing)


def _read_on(folder: str, left: dict[str, list[Item]], limit: int) -> Iterator[tuple[str, bytes, str]]:
    """The contents of blobs; where git gives up at one, all others are read all the same.

    The reader takes each blob out of ``left``. What git had ready when it gave up may be lost: so those that are
    left are asked for in halves, until the one it gives up at is alone.
    """
    portions = [list(left)]
    for _ in range(_MOST_TRIES):
        if not portions:
            return
        portion = [blob for blob in portions.pop() if blob in left]
        try:
            yield from read_contents(folder, portion, limit)
        except GitError as error:
            rest = [blob for blob in portion if blob in left]
            if len(rest) == 1:
                yield rest[0], b"", f"git can't read this content: {error}"
            elif rest:
                middle = len(rest) // 2
                portions += [rest[middle:], rest[:middle]]
    for blob in list(left):
        yield blob, b"", "not read: too much in this repository is damaged"


def place_findings(setup: Setup, work: Work) -> Answer:
    """The records of a repository's findings, each with the commits and the path it belongs to."""
    folder, name = work.target.place, work.target.name
    versions = Versions(setup.config, setup.kinds)
    place_of = lru_cache(100_000)(versions.place_of)
    skipped = []
    for notable in work.notable:
        versions.found.setdefault(notable.id, {})[notable.place] = list(notable.records)
    problems = {(n.id, n.place): n.problems for n in work.notable if n.problems}
    seen = set()
    # What couldn't be listed was told when it was listed first.
    for change in _all_changes(folder, {}):
        if change.blob not in versions.found or change in seen or (place := place_of(change.path)) is None:
            continue
        seen.add(change)
        versions.place(change.blob, place, change.path, change.commit)
        skipped += [Skipped(change.path, problem.reason) for problem in problems.get((change.blob, place), ())]
    commits = read_commits(folder, sorted({identity for identity in versions.first_commits() if identity}))
    records = []
    for record in versions.records(commits):
        origin = record.origin and record.origin._replace(repository=name)
        records.append(record._replace(path=f"{name}/{record.path}", origin=origin))
    return Answer(findings=tuple(records), skipped=tuple(dict.fromkeys(skipped)))


def _sizes(folder: str, blobs: Sequence[str]) -> dict[str, int]:
    """Sizes in bytes; none where git can't say: reading each content will tell why."""
    try:
        return dict(read_sizes(folder, list(dict.fromkeys(blobs)))) if blobs else {}
    except GitError:
        return {}


def _all_changes(folder: str, complaints: dict[str, None]) -> Iterator[PathChange]:
    """Every change that any ref leads to; where git gives up, again without what it gave up at.

    Why it did goes to ``complaints``; some changes come twice then.
    """
    selection = select_everything(folder)
    complaints |= dict.fromkeys(f"git can't read what {name} names" for name in selection.broken)
    tolerant = selection._replace(include=("--ignore-missing", *selection.include))
    for chosen in (selection, tolerant):
        try:
            yield from list_changes(folder, chosen)
        except GitGaveUpError as error:
            complaints[str(error)] = None
            return  # the rest was listed
        except GitError as error:
            complaints[str(error)] = None
        else:
            return


def _signature(folder: str) -> str:
    """A hash of all refs and of the logs that lead to commits besides."""
    digest = blake2b(digest_size=16)
    with start_git(folder, "for-each-ref", "--format=%(objectname) %(refname)") as command:
        while chunk := command.output.read(1 << 18):
            digest.update(chunk)
        command.finish()
    try:
        with open(os.path.join(folder, "HEAD"), "rb") as file:
            digest.update(file.read(65_536))
    except OSError:
        pass
    for where, folders, names in os.walk(os.path.join(folder, "logs")):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(where, name)
            status = os.lstat(path)
            digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _notes(folder: str, items: Sequence[Item], modules: dict[str, None]) -> Iterator[str]:
    if not items:
        yield "no contents: the repository is empty, or all of it is excluded"
    for path in sorted(modules):
        yield f"{path} is a submodule: another repository, to be swept there"
    for path in borrowed_from(folder):
        yield f"takes objects from {path}"


def _id_of(raw: bytes, length: int) -> str:
    """The id git gives to a blob (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects#_object_storage)."""
    digest = new("sha1" if length == 40 else "sha256", b"blob %d\0" % len(raw), usedforsecurity=False)
    digest.update(raw)
    return digest.hexdigest()
