"""What commits brought in: each blob with its path, oldest commit first.

A tree can name another over and over, and that one the next: a few hundred kB stand for more files than any disk holds.
So what git fills its memory with is bounded (see git), what it prints is counted here, and a commit that is too large
is left out, named, and doesn't hide the others.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, NamedTuple

from nbguard.repository.git import start_git
from nbguard.repository.git_errors import GitError, GitGaveUpError
from nbguard.repository.stream import read_chunks, read_lines, spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbguard.repository.git import Command
    from nbguard.repository.history import Selection

SUBMODULE, LINK = "160000", "120000"
_NO_CONTENT = frozenset(("000000", LINK))
# A merge is held against all its parents: what it has from one of them came in with that one.
_DIFF = (
    "diff-tree",
    "--stdin",
    "--always",
    "-r",
    "-c",
    "--root",
    "--raw",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--no-textconv",
    "-z",
    "--ignore-submodules=none",
)
_DIFFERENCE = tuple(word for word in _DIFF if word not in ("--stdin", "--always", "-c", "--root"))
# Commits that git gives up at before the rest isn't tried any more: each may take seconds.
_MOST_GIVEN_UP = 10
# Bytes that a listing may have: the whole history of the largest public repositories takes a quarter of it.
_MOST_LISTED = 8 << 30
_LARGEST_TREE = 1 << 27
# Between two parts of a listing, where git was started anew: no path has two slashes.
_AGAIN = b"//\0"
# Paths that one commit may give the same content. Empty files are everywhere, and hold nothing.
_MOST_PATHS = 10_000
_EMPTY = frozenset(
    (
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    )
)


class PathChange(NamedTuple):
    """A commit gave a path this content. ``mode`` is git's: 100644, 100755, or 160000 for a submodule.

    Of a submodule, ``blob`` is the commit of it that is to be checked out, and ``before`` are those that were.
    """

    commit: str
    path: str
    blob: str
    mode: str
    before: tuple[str, ...] = ()


def list_changes(folder: str, selection: Selection, copy: IO[bytes] | None = None) -> Iterator[PathChange]:
    """Every change of the selected commits, oldest first; deletions and symbolic links are left out.

    What git prints also goes to ``copy``, to be read again with ``read_changes``. Where something is too large to be
    listed, all the rest comes first; then GitGaveUpError says what was left out. Raises GitError where git refuses.
    """
    left_out: dict[str, None] = {}
    reading = _Reading([""], left_out)
    chunks = _everything(folder, selection, reading)
    yield from _bounded(_parse(_copied(chunks, copy) if copy is not None else chunks, reading.at), left_out)
    if left_out:
        raise GitGaveUpError("; ".join(left_out))


def read_changes(chunks: Iterable[bytes], *, links: bool = False) -> Iterator[PathChange]:
    """Changes as git's raw format with -z has them (https://git-scm.com/docs/git-diff#_raw_output_format).

    As in ``list_changes``, of one content at very many paths of one commit only some come. ``links``: symbolic links,
    whose content is what they lead to, are among them.
    """
    return _bounded(_parse(chunks, [""], _NO_CONTENT - {LINK} if links else _NO_CONTENT), {})


def list_tree(folder: str, ref: str) -> set[str]:
    """The blobs of the files that a ref has now. ``ref`` is a full name, as git lists it. Raises GitError."""
    return {change.blob for change in _read_tree(folder, ref)}


def list_difference(folder: str, before: str, after: str) -> Iterator[PathChange]:
    """What a commit has that another one hasn't, symbolic links too; all that it has where ``before`` is empty.

    Raises GitError.
    """
    if not before:
        yield from _read_tree(folder, after)
        return
    with start_git(folder, *_DIFFERENCE, before, after) as changes:
        yield from _parse(_whole_words(changes), [""], _NO_CONTENT - {LINK})


class _TooManyChangesError(GitGaveUpError):
    """All commits together changed more than is ever listed."""


class _Reading(NamedTuple):
    """How far a listing has come. ``at`` holds the last commit that git named; ``left_out`` says what is missing."""

    at: list[str]
    left_out: dict[str, None]


def _everything(folder: str, selection: Selection, reading: _Reading) -> Iterator[bytes]:
    """What was selected, in git's raw format: commits that changed something, whole trees, blobs without a commit."""
    if selection.include:
        yield from _diff(folder, selection, reading)
    for commit in selection.trees:
        yield from _whole_tree(folder, commit, reading)
    for identity, name in selection.loose:
        yield b"\0"  # no commit
        try:
            yield from map(_as_raw, _list_loose(folder, identity, name))
        except GitGaveUpError as error:
            reading.left_out[f"{name}: {error}"] = None


def _diff(folder: str, selection: Selection, reading: _Reading) -> Iterator[bytes]:
    """What diff-tree prints for the selected commits, in whole words."""
    chosen = _chosen(selection)
    try:
        with (
            start_git(folder, "rev-list", "--reverse", *chosen) as listing,
            start_git(folder, *_DIFF, stdin=listing.output) as changes,
        ):
            yield from _whole_words(changes)
            listing.finish()
        return
    except _TooManyChangesError:
        raise
    except GitGaveUpError:
        pass
    commits = read_lines(folder, "rev-list", "--reverse", *chosen)
    for _ in range(_MOST_GIVEN_UP):
        # Every commit is named before what it changed, so the one that git gave up at is the next.
        commits = commits[commits.index(reading.at[0]) + 1 :] if reading.at[0] else commits
        if commits:
            reading.at[0] = commits[0]
            yield _AGAIN
            yield from _whole_tree(folder, commits[0], reading)
        if not commits[1:]:
            return
        try:
            with (
                spool(f"{commit}\n".encode("ascii") for commit in commits[1:]) as wanted,
                start_git(folder, *_DIFF, stdin=wanted) as changes,
            ):
                yield from _whole_words(changes)
            return
        except _TooManyChangesError:
            raise
        except GitGaveUpError:
            continue
    reading.left_out["there are more commits like these; what came after them was left out"] = None


def _whole_tree(folder: str, commit: str, reading: _Reading) -> Iterator[bytes]:
    """All files of a commit, in the place of those that it changed, in git's raw format.

    It may have taken out what is too large to be listed, and be small itself.
    """
    yield f"{commit}\0".encode("ascii")
    try:
        yield from map(_as_raw, _read_tree(folder, commit))
    except GitGaveUpError as error:
        reading.left_out[f"commit {commit[:12]} was left out: {error}"] = None


def _as_raw(change: PathChange) -> bytes:
    head = f":000000 {change.mode} {'0' * len(change.blob)} {change.blob} A\0{change.path}\0"
    return head.encode("utf-8", "surrogateescape")


def _whole_words(changes: Command) -> Iterator[bytes]:
    size, rest = 0, b""
    for chunk in read_chunks(changes.output):
        words, end, rest = (rest + chunk).rpartition(b"\0")
        size += len(words)
        if size > _MOST_LISTED:
            raise _TooManyChangesError(f"git diff-tree: lists more than {_MOST_LISTED >> 30} GB of changes")
        if end:
            yield words + end
    changes.finish()


def _chosen(selection: Selection) -> list[str]:
    return [*selection.include, *(("--not", *selection.exclude) if selection.exclude else ())]


def _parse(chunks: Iterable[bytes], at: list[str], left_out: frozenset[str] = _NO_CONTENT) -> Iterator[PathChange]:
    head = rest = b""
    for chunk in chunks:
        *words, rest = (rest + chunk).split(b"\0")
        for word in words:
            if word == _AGAIN[:-1]:
                head = b""
            elif head:
                # One colon a parent, then modes and ids: one of each a parent, and the result's.
                fields = head.decode("ascii").split(" ")
                parents = fields[0].count(":")
                mode, blob = fields[parents], fields[2 * parents + 1]
                if mode not in left_out:
                    before = _commits_before(fields, parents) if mode == SUBMODULE else ()
                    yield PathChange(at[0], word.decode("utf-8", "surrogateescape"), blob, mode, before)
                head = b""
            elif word[:1] == b":":
                head = word
            else:
                at[0] = word.decode("ascii")


def _commits_before(fields: list[str], parents: int) -> tuple[str, ...]:
    """The commits that the parents have of a submodule, where it was one."""
    olds = zip(fields[:parents], fields[parents + 1 :], strict=False)
    return tuple(identity for mode, identity in olds if mode.lstrip(":") == SUBMODULE)


def _copied(chunks: Iterable[bytes], copy: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        copy.write(chunk)
        yield chunk


def _bounded(changes: Iterable[PathChange], left_out: dict[str, None]) -> Iterator[PathChange]:
    """The changes; of those of a commit that name the same content, so many as make sense."""
    commit = ""
    counts: dict[str, int] = {}
    for change in changes:
        if change.commit != commit:
            commit, counts = change.commit, {}
        number = counts[change.blob] = counts.get(change.blob, 0) + 1
        if number <= _MOST_PATHS or change.blob in _EMPTY:
            yield change
        elif number == _MOST_PATHS + 1:
            where = f"commit {commit[:12]}" if commit else "a tree"
            left_out[
                f"{where} has content {change.blob[:12]} at more than {_MOST_PATHS:,} paths; the rest was left out"
            ] = None


def _list_loose(folder: str, identity: str, name: str) -> Iterator[PathChange]:
    try:
        yield from _read_tree(folder, identity)
    except GitGaveUpError:
        raise
    except GitError:
        yield PathChange("", name, identity, "100644")


def _read_tree(folder: str, tree: str) -> Iterator[PathChange]:
    """The entries of a tree and of all below it."""
    rest, size = b"", 0
    with start_git(folder, "ls-tree", "-r", "-z", "--full-tree", tree) as listing:
        for chunk in read_chunks(listing.output):
            size += len(chunk)
            if size > _LARGEST_TREE:
                raise GitGaveUpError(f"git ls-tree: {tree[:12]} has more than {_LARGEST_TREE >> 20} MB of paths")
            *entries, rest = (rest + chunk).split(b"\0")
            for entry in entries:
                head, _, path = entry.partition(b"\t")
                mode, _, blob = head.decode("ascii").split(" ")
                yield PathChange("", path.decode("utf-8", "surrogateescape"), blob, mode)
        listing.finish()
