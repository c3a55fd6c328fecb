"""Git's output as text, lines and chunks, and temporary files that git reads from."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Protocol

from nbguard.repository.git import run_git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHUNK = 1 << 18


class Readable(Protocol):
    """A file, or what git prints."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


def read_lines(folder: str, *arguments: str) -> list[str]:
    """The lines a short git command prints. Raises GitError."""
    text = run_git(folder, *arguments)
    return text.split("\n") if text else []


def spool(lines: Iterable[bytes]) -> IO[bytes]:
    """A temporary file with these lines, open at its beginning: what a command reads while we read from it."""
    from tempfile import TemporaryFile

    file = TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.writelines(lines)
    file.seek(0)
    return file


def read_chunks(stream: Readable) -> Iterator[bytes]:
    """The bytes of a stream, a chunk at a time."""
    while chunk := stream.read(_CHUNK):
        yield chunk
