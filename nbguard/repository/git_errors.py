"""Why git didn't do what it was asked for, in one line."""

from __future__ import annotations

from nbguard.errors import ExitCode, UsageError

# Seconds that git may keep us waiting, and bytes of memory it may fill (where the system can hold it to that: Linux).
# A tree that names itself over and over has more files than any memory holds.
PATIENCE_VARIABLE = "NBGUARD_GIT_TIMEOUT"
MEMORY = 1 << 30
_WRONG_USAGE = 129


class GitError(UsageError):
    """Git refused what it was asked to do."""


class GitGaveUpError(GitError):
    """Git was stopped, or stopped itself, at a bound: memory, time, or a size that nothing sensible has."""

    exit_code = ExitCode.INCOMPLETE


def blocked(file: str) -> GitGaveUpError:
    """Git would wait for a file of its own, or has."""
    return GitGaveUpError(f"{file} is no regular file: git can't be asked here")


def unanswered(name: str, seconds: float) -> GitGaveUpError:
    """A command that reads settings and nothing else kept us waiting for too long."""
    return GitGaveUpError(f"git {name}: no answer in {seconds:.0f} s; is a file that its settings name a pipe?")


def expired(name: str, seconds: float) -> GitGaveUpError:
    """A command kept us waiting for too long."""
    return GitGaveUpError(
        f"git {name}: stopped after {seconds:.0f} s without an answer; set {PATIENCE_VARIABLE} higher"
    )


def failure(name: str, status: int, complaints: bytes) -> GitError:
    """A command ended with a status that isn't 0, and said these things."""
    if status == _WRONG_USAGE:
        return GitError(f"git {name}: this git is too old for what nbguard asks; 2.31 or newer is needed")
    lines = complaints.decode("utf-8", "replace").strip().splitlines() or [
        f"it ended with status {status} and said nothing"
    ]
    reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
    if "ut of memory" in complaints.decode("utf-8", "replace"):
        return GitGaveUpError(f"git {name}: needs more than {MEMORY >> 30} GB of memory")
    if "promisor remote" in reason:
        return GitGaveUpError(f"git {name}: this clone is partial, and what it lacks isn't fetched: {_after(reason)}")
    if status < 0:
        return GitGaveUpError(f"git {name}: ended by signal {-status}")
    if "dubious ownership" in reason:
        return GitError(
            f"git {name}: {reason.partition(': ')[2]}; if it is yours: git config --global --add safe.directory"
        )
    return GitError(f"git {name}: {_after(reason)}")


def _after(reason: str) -> str:
    return reason.partition(": ")[2] or reason
