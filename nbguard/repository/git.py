"""The one door to git: every git process of ours starts here, guarded (see git_guard), bounded, never left behind."""

from __future__ import annotations

import os
import sys
from collections import deque
from contextlib import contextmanager
from time import monotonic
from typing import IO, TYPE_CHECKING, Any

from nbguard.errors import UsageError
from nbguard.named_tuple import NamedTuple
from nbguard.repository.blocking_files import SOON, blocking_file, blocking_file_below
from nbguard.repository.git_errors import (
    MEMORY,
    PATIENCE_VARIABLE,
    GitError,
    GitGaveUpError,
    blocked,
    expired,
    failure,
    unanswered,
)
from nbguard.repository.git_guard import (
    DRIVERS,
    READING,
    TELLING_SETTINGS,
    arguments_for,
    driver_arguments,
    environment_for,
    working_folder,
)
from nbguard.work_tree import work_tree_around

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PATIENCE = 600.0
# For commands that read settings and nothing else.
_AT_ONCE = 60.0
# What our threads beside a git command are called: they hold no lock that anything else waits for.
THREAD = "nbguard-git"


class GitOutput:
    """What a running git command prints. Reading from it notes since when it keeps us waiting."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.waiting_since = 0.0
        self.expired = False
        self.blocked_by = ""

    def read(self, size: int = -1) -> bytes:
        """The next ``size`` bytes, fewer at the end; all that are left where none is given."""
        self.waiting_since = monotonic()
        try:
            return self._stream.read(size)
        finally:
            self.waiting_since = 0.0

    def readline(self) -> bytes:
        """The next line with its line feed; empty at the end."""
        self.waiting_since = monotonic()
        try:
            return self._stream.readline()
        finally:
            self.waiting_since = 0.0

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def fileno(self) -> int:
        """For another process to read from."""
        return self._stream.fileno()

    def close(self) -> None:
        """Nobody reads on: the command ends at its next word."""
        self._stream.close()


class Command(NamedTuple):
    """A running git command. ``output`` gives its bytes."""

    name: str
    process: Any
    output: GitOutput
    complaints: deque[bytes]
    listener: Any

    def finish(self) -> None:
        """Waits for the end. Raises GitError with git's reason where the command failed."""
        status = self.process.wait()
        if self.output.blocked_by:
            raise blocked(self.output.blocked_by)
        if self.output.expired:
            raise expired(self.name, patience())
        if status:
            self.listener.join(5)  # on a busy machine it may not have read yet why
            raise failure(self.name, status, b"".join(self.complaints))


@contextmanager
def start_git(folder: str, *arguments: str, stdin: Any = None) -> Iterator[Command]:
    """Runs a git command that reads ``stdin`` (a file or a pipe) and is stopped where the block is left early."""
    from threading import Event, Thread

    process = _start(folder, arguments, stdin, {})
    output = GitOutput(process.stdout)
    complaints: deque[bytes] = deque(maxlen=50)
    finished = Event()
    # Read all the time: a command that complains much would wait for ever for somebody to listen.
    listener = Thread(target=complaints.extend, args=(process.stderr,), daemon=True, name=THREAD)
    watcher = Thread(target=_watch, args=(process, output, finished, patience(), folder), daemon=True, name=THREAD)
    try:
        listener.start()
        watcher.start()
        yield Command(arguments[0], process, output, complaints, listener)
    finally:
        finished.set()
        output.close()
        _end(process)
        listener.join(5)
        process.stderr.close()


def run_git_bytes(
    folder: str, *arguments: str, stdin: bytes | None = None, own_drivers: Mapping[str, str] | None = None
) -> bytes:
    """What a git command prints, as bytes. ``own_drivers`` are settings of drivers of ours that it may run.

    Raises GitError with git's own reason, in one line.
    """
    from subprocess import PIPE, TimeoutExpired

    name = arguments[0]
    # A pipe: what goes in may hold a secret, so it takes no way over a file.
    process = _start(folder, arguments, None if stdin is None else PIPE, dict(own_drivers or {}))
    try:
        try:
            output, problem = process.communicate(stdin, timeout=min(SOON, patience()))
        except TimeoutExpired:
            if blocking := blocking_file_below(folder):
                raise blocked(blocking) from None
            seconds = min(_AT_ONCE, patience()) if name in TELLING_SETTINGS else patience()
            output, problem = process.communicate(timeout=seconds)  # it goes on with the input that it has
    except TimeoutExpired:
        raise unanswered(name, _AT_ONCE) if name in TELLING_SETTINGS else expired(name, patience()) from None
    finally:
        _end(process)
        process.stderr.close()
    if process.returncode:
        raise failure(name, process.returncode, problem)
    return bytes(output)


def run_git(
    folder: str, *arguments: str, stdin: bytes | None = None, own_drivers: Mapping[str, str] | None = None
) -> str:
    """What a git command prints, without the last line feed. Raises GitError with git's own reason, in one line."""
    raw = run_git_bytes(folder, *arguments, stdin=stdin, own_drivers=own_drivers)
    return raw.decode("utf-8", "surrogateescape").removesuffix("\n")


def patience() -> float:
    """The seconds that git may keep us waiting: NBGUARD_GIT_TIMEOUT, or ten minutes. Raises UsageError."""
    given = os.environ.get(PATIENCE_VARIABLE, "")
    try:
        seconds = float(given or _PATIENCE)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e9:
        raise UsageError(f"{PATIENCE_VARIABLE} is a number of seconds, not {given!r}")
    return seconds


def top_of(folder: str) -> str:
    """The top of the work tree around a folder. Raises UsageError where there is none."""
    try:
        top = run_git(folder, "rev-parse", "--show-toplevel")
    except GitGaveUpError:
        raise
    except GitError as error:
        if "dubious ownership" in str(error):
            raise
        top = ""
    if not top:
        raise UsageError(f"{folder if folder != '.' else 'this'} isn't in a git repository's work tree")
    return top


def git_path(folder: str, name: str) -> str:
    """Where git keeps ``name`` (such as ``info/attributes``); right in linked worktrees and submodules."""
    path = os.path.join(working_folder(folder), run_git(folder, "rev-parse", "--git-path", name))
    top = work_tree_around(folder)
    # Git answers with a whole path where it is told the work tree; what lies in it is named as the folder is.
    inside = top is not None and path.startswith(os.path.join(top, ""))
    return os.path.relpath(path) if inside and not os.path.isabs(folder) else path


def common_path(folder: str, name: str) -> str:
    """Where a repository keeps ``name`` for all its work trees, as an absolute path."""
    common = run_git(folder, "rev-parse", "--git-common-dir")
    return os.path.abspath(os.path.join(working_folder(folder), common, name))


def setting(folder: str, name: str, scope: str = "") -> str:
    """The value of a git setting, empty where it isn't set. ``scope``: ``local``, ``global``, ``system`` or any."""
    try:
        return run_git(folder, "config", *([f"--{scope}"] if scope else []), "--get", name)
    except GitGaveUpError:
        raise
    except GitError:
        return ""


def _start(folder: str, arguments: tuple[str, ...], stdin: Any, own_drivers: dict[str, str]) -> Any:
    # Not by GitPython: what it starts inherits every variable of ours, those of another repository too, and its import
    # takes half of what a run over one new commit needs.
    from subprocess import DEVNULL, PIPE, Popen

    name = arguments[0]
    if blocking := blocking_file(folder):
        raise blocked(blocking)
    runs_none = name in READING or name in TELLING_SETTINGS
    drivers = [] if runs_none else driver_arguments(_find_drivers(folder), own_drivers)
    command = ["git", *arguments_for(folder, name), *drivers, *arguments]
    listening = DEVNULL if stdin is None else stdin
    try:
        process = Popen(command, stdin=listening, stdout=PIPE, stderr=PIPE, env=environment_for(folder))
    except FileNotFoundError:
        raise UsageError("git isn't on PATH; nbguard needs it for this") from None
    except OSError as error:
        raise UsageError(f"git can't be run: {(error.strerror or 'unknown reason').lower()}") from None
    if not own_drivers:  # a filter of ours is a child of git, and reads whole notebooks
        _bound_memory(process.pid)
    return process


def _find_drivers(folder: str) -> list[str]:
    """The names of the settings by which git would run a filter, or a hook that is a setting."""
    try:
        listed = run_git_bytes(folder, "config", "-z", "--name-only", "--get-regexp", DRIVERS)
    except GitGaveUpError:
        raise
    except GitError:
        return []  # there is none
    return list(dict.fromkeys(name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name))


def _bound_memory(process: int) -> None:
    if sys.platform != "linux":  # nowhere else can a process be bounded from outside
        return
    import resource

    try:  # what is allocated counts, not the packs that are mapped
        resource.prlimit(process, resource.RLIMIT_DATA, (MEMORY, MEMORY))
    except (OSError, ValueError):
        pass  # an end before this line, or a lower bound that holds already


def _watch(process: Any, output: GitOutput, finished: Any, seconds: float, folder: str) -> None:
    looked = False
    while not finished.wait(min(seconds / 4, SOON)):
        since = output.waiting_since
        if since and not looked and monotonic() - since > SOON:
            looked, output.blocked_by = True, blocking_file_below(folder)
        output.expired = bool(since) and monotonic() - since > seconds
        if output.expired or output.blocked_by:
            process.kill()
            return


def _end(process: Any) -> None:
    """Makes sure that a command has ended, however the block around it was left."""
    from subprocess import TimeoutExpired

    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except TimeoutExpired:
            process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None and not stream.closed:
            try:
                stream.close()
            except OSError:
                pass  # what was still to be written to a command that has ended
