"""What git knows of a repository that approvals are held against: which one it is, and what its file held before.

A repository is known by its first commits: every clone has them, and no other repository does but its forks.
"""

from __future__ import annotations

from functools import cache

from nbguard.errors import UsageError
from nbguard.policy.approval import FILE_NAME, Approval, parse_approvals
from nbguard.policy.ground import Ground
from nbguard.repository.git import run_git
from nbguard.repository.git_errors import GitError

# A diff that no attribute and no setting of the repository makes another one.
_HOW = ("--format=%x01", "-p", "-m", "-U0", "--text", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color")


def ground_of(folder: str, commits: tuple[str, ...] = ("HEAD",)) -> Ground:
    """The ground of the repository around a folder, as some commits and what is before them have it."""
    return Ground(
        cache(lambda: first_commits(folder, commits)),
        cache(lambda: approvals_taken_out(folder, commits)),
    )


def first_commits(folder: str, commits: tuple[str, ...] = ("HEAD",)) -> frozenset[str]:
    """The commits without parents that some commits go back to; none where there is no commit, or the clone ends
    before them.
    """
    try:
        if not commits or run_git(folder, "rev-parse", "--is-shallow-repository").strip() == "true":
            return frozenset()
        return frozenset(run_git(folder, "rev-list", "--max-parents=0", *commits, "--").split())
    except (GitError, UsageError):
        return frozenset()


def approvals_taken_out(folder: str, commits: tuple[str, ...]) -> frozenset[Approval]:
    """The approvals that some commit took out of the file. Raises GitError where the history can't be read."""
    if not commits:
        return frozenset()
    told = run_git(folder, "log", *_HOW, *commits, "--", f":(top){FILE_NAME}")
    found: set[Approval] = set()
    for change in told.split("\x01"):
        lines = change.split("\n")
        gone = {approval for line in lines if line.startswith("-{") for approval in _approval_in(line[1:])}
        if gone:
            found |= gone.difference(a for line in lines if line.startswith("+{") for a in _approval_in(line[1:]))
    return frozenset(found)


def _approval_in(line: str) -> tuple[Approval, ...]:
    try:
        return parse_approvals(line.encode("utf-8", "surrogateescape"))
    except UsageError:
        return ()
