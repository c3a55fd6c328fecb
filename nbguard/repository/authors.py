"""Who wrote some lines of a file, by e-mail address: the authors in git, who are whoever a committer says.

Addresses are taken from the commits themselves: a ``.mailmap``, which anybody can commit, makes others of them.
"""

from __future__ import annotations

import os
import re

from nbguard.errors import UsageError
from nbguard.lazy_regex import lazy_regex
from nbguard.repository.git import run_git, setting
from nbguard.repository.git_errors import GitError, GitGaveUpError

# Lines as they are in the file: a repository's settings may name a program that makes others of them.
_HOW = ("--porcelain", "--no-textconv")
# How blame begins with a commit (git-blame(1), THE PORCELAIN FORMAT); lines of the file begin with a tab.
_COMMIT = lazy_regex(r"^([0-9a-f]{40}|[0-9a-f]{64}) [0-9]+ [0-9]+(?: [0-9]+)?$", re.MULTILINE)


def authors_of_content(folder: str, path: str, raw: bytes, first: int, last: int) -> frozenset[str]:
    """The authors of lines of a content of ``path`` that may be committed or not; what isn't is the user's own.

    ``path`` begins at the repository's root ``folder``, and may name a member of an archive. Addresses are in lower
    case. Raises GitGaveUpError.
    """
    outer, _, member = path.partition("!/")
    try:
        if member:
            found = _authors_of_file(folder, "HEAD", outer)
        else:
            lines = ("-L", f"{first},{last}", "--contents", "-", "--", path)
            found = _blamed(folder, run_git(folder, "blame", *_HOW, *lines, stdin=raw))
    except GitGaveUpError:
        raise
    except GitError:
        found = frozenset()  # git doesn't know the file
    return found or frozenset((own_address(folder),)) - {""}


def authors_of_committed(folder: str, commit: str, path: str, first: int, last: int) -> frozenset[str]:
    """The authors of lines of a file as a commit has it. Empty where git can't say. Raises GitGaveUpError."""
    outer, _, member = path.partition("!/")
    try:
        if member:
            return _authors_of_file(folder, commit, outer)
        return _blamed(folder, run_git(folder, "blame", *_HOW, "-L", f"{first},{last}", commit, "--", path))
    except GitGaveUpError:
        raise
    except GitError:
        return frozenset()


def own_address(folder: str) -> str:
    """The address that a commit made here now would have, in lower case; empty where none is set."""
    try:
        return (os.environ.get("GIT_AUTHOR_EMAIL") or setting(folder, "user.email")).strip().lower()
    except UsageError:
        return ""


def _authors_of_file(folder: str, commit: str, path: str) -> frozenset[str]:
    return _addresses(run_git(folder, "log", "-1", "--format=%ae", commit, "--", f":(literal){path}"))


def _blamed(folder: str, text: str) -> frozenset[str]:
    """The addresses of the commits in what blame says; none where a line isn't committed, as that is the user's own."""
    commits = sorted(set(_COMMIT.findall(text)))
    if not commits or not commits[0].strip("0"):
        return frozenset()
    told = "".join(f"{commit}\n" for commit in commits)
    return _addresses(run_git(folder, "log", "--no-walk", "--stdin", "--format=%ae", stdin=told.encode("ascii")))


def _addresses(text: str) -> frozenset[str]:
    return frozenset(address.strip().lower() for address in text.split("\n") if address.strip())
