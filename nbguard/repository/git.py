"""Runs git through GitPython, which is loaded only when it is needed (78 ms)."""

from __future__ import annotations

from nbguard.errors import UsageError


class GitError(UsageError):
    """Git refused what it was asked to do."""


def run_git(folder: str, *arguments: str, stdin: bytes | None = None) -> str:
    """What a git command prints, without the last line feed. Raises GitError with git's own reason, in one line."""
    return run_git_bytes(folder, *arguments, stdin=stdin).decode("utf-8", "surrogateescape").removesuffix("\n")


def run_git_bytes(folder: str, *arguments: str, stdin: bytes | None = None) -> bytes:
    """What a git command prints, as bytes. Raises GitError with git's own reason, in one line."""
    try:
        from git import Git
    except ImportError:
        raise UsageError("git isn't on PATH; nbguard needs it for this") from None
    # PIPE: what goes in may hold a secret, so it takes no way over a file.
    pipe = -1 if stdin is not None else None
    # -C, as Git(folder) would expand a $ in the folder's name, and fall back to the working directory.
    process = Git().execute(["git", "-C", folder, *arguments], as_process=True, istream=pipe)
    output, problem = process.communicate(stdin)
    if process.returncode:
        lines = problem.decode("utf-8", "replace").strip().splitlines() or ["it failed"]
        reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
        raise GitError(f"git {arguments[0]}: {reason.partition(': ')[2] or reason}")
    return bytes(output)


def top_of(folder: str) -> str:
    """The top of the work tree around a folder. Raises UsageError where there is none."""
    try:
        return run_git(folder, "rev-parse", "--show-toplevel")
    except GitError:
        raise UsageError(f"{folder if folder != '.' else 'this'} is in no git work tree") from None


def git_path(folder: str, name: str) -> str:
    """Where git keeps ``name`` (such as ``info/attributes``); right in linked worktrees and submodules."""
    import os

    return os.path.join(folder, run_git(folder, "rev-parse", "--git-path", name))


def setting(folder: str, name: str, scope: str = "") -> str:
    """The value of a git setting, empty where it isn't set. ``scope``: ``local``, ``global``, ``system`` or any."""
    try:
        return run_git(folder, "config", *([f"--{scope}"] if scope else []), "--get", name)
    except GitError:
        return ""
