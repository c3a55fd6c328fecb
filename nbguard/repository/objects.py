"""Reads many objects from one git process each: their sizes first, then the content of those that aren't too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.named_tuple import NamedTuple
from nbguard.repository.git import start_git
from nbguard.repository.git_errors import GitError
from nbguard.repository.stream import spool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


# Git is started anew behind each damaged content, so often at most.
_MOST_DAMAGED = 100


class Content(NamedTuple):
    """A blob's bytes; where ``problem`` says why there are none, they weren't loaded."""

    blob: str
    raw: bytes
    problem: str = ""


def read_contents(folder: str, blobs: Sequence[str], limit: int) -> Iterator[Content]:
    """Yields the content of blobs, one at a time, in their order; those over ``limit`` bytes come first, unread.

    Raises GitError.
    """
    small = []
    for blob, size in read_sizes(folder, blobs):
        if size < 0:
            yield Content(blob, b"", "git doesn't have this content (a partial clone, or a damaged repository)")
        elif size > limit:
            yield Content(blob, b"", f"too large: {size // 1_000_000} MB (limit {limit // 1_000_000} MB)")
        else:
            small.append(blob)
    for _ in range(_MOST_DAMAGED):
        done = 0
        for content in _read_all(folder, small):
            done += 1
            yield content
        if done == len(small):
            return
        yield Content(small[done], b"", "git can't read this content (a damaged repository)")
        small = small[done + 1 :]
    for blob in small:
        yield Content(blob, b"", "not read: more damaged contents than these in the repository")


def _read_all(folder: str, blobs: Sequence[str]) -> Iterator[Content]:
    """The content of blobs up to the first one that git stumbles over."""
    if not blobs:
        return
    with (
        spool(f"{blob}\n".encode() for blob in blobs) as wanted,
        start_git(folder, "cat-file", "--batch", "--buffer", stdin=wanted) as command,
    ):
        readline, read = command.output.readline, command.output.read
        for blob in blobs:
            words = readline().split(b" ")
            if len(words) != 3:
                return
            size = int(words[2])
            raw = read(size)
            if len(raw) < size:
                return
            read(1)
            yield Content(blob, raw)
        command.finish()


def read_sizes(folder: str, blobs: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yields each object with its size in bytes; -1 where git doesn't have it. Raises GitError."""
    form = "--batch-check=%(objectname) %(objectsize)"
    try:
        with (
            spool(f"{blob}\n".encode() for blob in blobs) as wanted,
            start_git(folder, "cat-file", form, "--buffer", stdin=wanted) as command,
        ):
            lines = command.output.read().decode("ascii").splitlines()
            command.finish()
    except GitError as error:
        if "promisor" not in str(error):
            raise
        # Git before 2.45 can't be told to leave alone what a partial clone lacks: ask for what there is instead.
        with start_git(folder, "cat-file", "--batch-all-objects", form, "--unordered") as command:
            among = set(blobs)
            sizes = (_read_size(line.decode("ascii")) for line in command.output)
            present = {blob: size for blob, size in sizes if blob in among}
            command.finish()
        yield from ((blob, present.get(blob, -1)) for blob in blobs)
        return
    yield from map(_read_size, lines)


def _read_size(line: str) -> tuple[str, int]:
    blob, _, size = line.strip().partition(" ")
    return blob, int(size) if size.isdigit() else -1
