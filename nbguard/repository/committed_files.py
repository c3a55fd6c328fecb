"""Reads files as a commit has them, by name: what the work tree holds has no say."""

from __future__ import annotations

import posixpath
from typing import NamedTuple

from nbguard.errors import UnreadableError
from nbguard.repository.git import run_git, run_git_bytes
from nbguard.repository.git_errors import GitError, GitGaveUpError
from nbguard.repository.objects import read_contents

_LINK, _FILES = "120000", ("100644", "100755")
# Links that lead to each other; a link's own text is short.
_MOST_LINKS = 8
_LONGEST_LINK = 4096


class CommittedFiles(NamedTuple):
    """The files of one commit."""

    folder: str
    commit: str

    def read(self, name: str, limit: int) -> bytes | None:
        """The bytes of a file by its path from the root; None where the commit has none.

        Raises UnreadableError with the reason: it leads out of the repository, is no file, holds more than ``limit``
        bytes, is a link to nothing; and GitError.
        """
        for followed in range(_MOST_LINKS):
            name = posixpath.normpath(name)
            if name.startswith(("../", "/")) or name == "..":
                raise UnreadableError("it leads out of the repository")
            listed = run_git_bytes(self.folder, "ls-tree", "-z", "--full-tree", self.commit, "--", f":(literal){name}")
            head, _, path = listed.partition(b"\0")[0].partition(b"\t")
            if not head or path != name.encode("utf-8", "surrogateescape"):
                if followed:
                    raise UnreadableError("a symbolic link that leads to nothing")
                return None
            mode, _, blob = head.decode("ascii").split(" ")
            if mode not in (*_FILES, _LINK):
                raise UnreadableError("is a directory")
            (content,) = read_contents(self.folder, [blob], _LONGEST_LINK if mode == _LINK else limit)
            if content.problem:
                raise UnreadableError(content.problem)
            if mode != _LINK:
                return content.raw
            name = posixpath.join(posixpath.dirname(name), content.raw.decode("utf-8", "surrogateescape"))
        raise UnreadableError("too many links")


class ChangedFile(NamedTuple):
    """A file that differs between two commits: its path, its blob now, and the blob it had, empty where it is new."""

    path: str
    blob: str
    before: str


def list_changed_files(folder: str, before: str, after: str) -> list[ChangedFile]:
    """The regular files of ``after`` that are new since ``before`` or have another content; a renamed file isn't new.

    ``before`` may be empty: then all are new. Raises GitError.
    """
    if not before:
        listed = run_git_bytes(folder, "ls-tree", "-r", "-z", "--full-tree", after).split(b"\0")
        heads = [(entry.partition(b"\t")[0].decode("ascii").split(" "), entry.partition(b"\t")[2]) for entry in listed]
        return [ChangedFile(_text(path), head[2], "") for head, path in heads if head[0] in _FILES]
    words = iter(
        run_git_bytes(folder, "diff-tree", "-r", "-z", "-M", "--raw", "--no-abbrev", before, after).split(b"\0")
    )
    changed = []
    for word in words:
        if not word:
            continue
        old_mode, new_mode, old, new, status = word.decode("ascii").removeprefix(":").split(" ")
        path = next(words)
        if status[0] in "RC":
            path = next(words)
        if new_mode in _FILES:
            changed.append(ChangedFile(_text(path), new, old if old_mode in _FILES else ""))
    return changed


def merge_base(folder: str, one: str, other: str) -> str:
    """The newest commit that both have; the first of the two where they have none in common."""
    try:
        return run_git(folder, "merge-base", one, other).split("\n")[0] or one
    except GitGaveUpError:
        raise
    except GitError:
        return one


def last_change(folder: str, before: str, after: str, path: str) -> str:
    """The newest commit of ``before..after`` that touched a path; ``after`` where none of them did alone."""
    chosen = [after, *(("--not", before) if before else ())]
    return run_git(folder, "rev-list", "-n", "1", *chosen, "--", f":(literal){path}") or after


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
