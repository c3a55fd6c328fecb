"""Git commands whose output is read as it comes, so that a history of any size fits in memory."""

from __future__ import annotations

import os
from collections import deque
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.git import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The repository may be anybody's: nothing is fetched from where it says, and no object stands in for another.
_SAFE = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C"}
# Reading the index would run what this setting of the repository names.
_SETTINGS = ("-c", "core.fsmonitor=false")
_CHUNK = 1 << 18


class Command(NamedTuple):
    """A running git command. ``output`` gives its bytes."""

    name: str
    process: Any
    complaints: deque[bytes]

    @property
    def output(self) -> IO[bytes]:
        """What the command prints."""
        return self.process.stdout  # type: ignore[no-any-return]

    def finish(self) -> None:
        """Waits for the end. Raises GitError with git's reason where the command failed."""
        self.process.wait()
        if self.process.returncode:
            lines = b"".join(self.complaints).decode("utf-8", "replace").strip().splitlines() or ["it failed"]
            reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
            raise GitError(f"git {self.name}: {reason.partition(': ')[2] or reason}")


@contextmanager
def start_git(folder: str, *arguments: str, stdin: Any = None) -> Iterator[Command]:
    """Runs a git command that reads ``stdin`` (a file or a pipe) and is stopped where the block is left early."""
    # Not by GitPython: its import takes 110 ms, half of what a run over one new commit needs.
    from subprocess import DEVNULL, PIPE, Popen
    from threading import Thread

    command = ["git", "-C", folder, *_SETTINGS, *arguments]
    try:
        listening = DEVNULL if stdin is None else stdin
        process: Any = Popen(command, stdin=listening, stdout=PIPE, stderr=PIPE, env=os.environ | _SAFE)
    except FileNotFoundError:
        raise UsageError("git isn't on PATH; nbguard needs it for this") from None
    complaints: deque[bytes] = deque(maxlen=50)
    # Read all the time: a command that complains much would wait for ever for somebody to listen.
    listener = Thread(target=complaints.extend, args=(process.stderr,), daemon=True)
    listener.start()
    try:
        yield Command(arguments[0], process, complaints)
    finally:
        process.stdout.close()
        if process.poll() is None:
            process.terminate()
        process.wait()
        listener.join(5)
        process.stderr.close()


def read_text(folder: str, *arguments: str) -> str:
    """What a short git command prints, without the last line feed. Raises GitError."""
    with start_git(folder, *arguments) as command:
        raw = command.output.read()
        command.finish()
    return raw.decode("utf-8", "surrogateescape").removesuffix("\n")


def read_lines(folder: str, *arguments: str) -> list[str]:
    """The lines a short git command prints. Raises GitError."""
    text = read_text(folder, *arguments)
    return text.split("\n") if text else []


def spool(lines: Iterable[bytes]) -> IO[bytes]:
    """A temporary file with these lines, open at its beginning: what a command reads while we read from it."""
    from tempfile import TemporaryFile

    file = TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.writelines(lines)
    file.seek(0)
    return file


def read_chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes of a stream, a chunk at a time."""
    while chunk := stream.read(_CHUNK):
        yield chunk
