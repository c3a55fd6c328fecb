"""Reads many objects from one git process each: their sizes first, then the content of those that aren't too large."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbguard.repository.stream import spool, start_git

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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
    if not small:
        return
    with (
        spool(f"{blob}\n".encode() for blob in small) as wanted,
        start_git(folder, "cat-file", "--batch", "--buffer", stdin=wanted) as command,
    ):
        readline, read = command.output.readline, command.output.read
        for blob in small:
            words = readline().split(b" ")
            if len(words) != 3:
                command.finish()
                yield Content(blob, b"", "git can't read this content (a damaged repository)")
                continue
            raw = read(int(words[2]))
            read(1)
            yield Content(blob, raw)
        command.finish()


def read_sizes(folder: str, blobs: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yields each object with its size in bytes; -1 where git doesn't have it. Raises GitError."""
    with (
        spool(f"{blob}\n".encode() for blob in blobs) as wanted,
        start_git(folder, "cat-file", "--batch-check=%(objectname) %(objectsize)", "--buffer", stdin=wanted) as command,
    ):
        lines = command.output.read().decode("ascii").splitlines()
        command.finish()
    for line in lines:
        blob, _, size = line.partition(" ")
        yield blob, int(size) if size.isdigit() else -1
