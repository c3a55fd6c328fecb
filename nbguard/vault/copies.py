"""Where on this machine a moved value is still written, beside the files it was moved from, and what removes it there.

Looked at are: outputs that the git filter keeps, Jupyter's checkpoints, the store of real-time collaboration, what is
staged, what was staged or amended before, and the repository's other files. What other machines, backups and the
history hold is none of this.
"""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from nbguard.repository.git_errors import GitError
from nbguard.repository.index import list_staged, read_blobs
from nbguard.vault.journal import journal_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_CHECKPOINTS = ".ipynb_checkpoints"
_COLLABORATION = ".jupyter_ystore.db"
# Folders of tools, in which nobody writes by hand.
_PASSED_OVER = frozenset((".git", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache"))


class Copy(NamedTuple):
    """A file that holds a moved value: its path from the root, what it is, and the command that removes the value."""

    path: str
    what: str
    command: str


def find_copies(values: Collection[str], root: str, moved: Collection[str], largest: int) -> Iterator[Copy]:
    """Yields where ``values`` still are. ``moved`` are the files they were taken from, as absolute paths.

    Files above ``largest`` bytes aren't read.
    """
    needles = _spellings(values)
    if not needles:
        return
    yield from _staged(root, needles)
    yield from _dangling(root, needles, largest)
    kept = os.path.dirname(journal_path(root))
    if os.path.basename(kept) == "nbguard":
        for path in sorted(_walk(kept, frozenset())):
            if _holds(path, needles, largest):
                yield Copy(_from(root, path), "outputs that the filter keeps", f"rm -- {_quoted(root, path)}")
    done = {os.path.realpath(path) for path in moved}
    for path in sorted(_walk(root, _PASSED_OVER)):
        folder, name = os.path.split(path)
        if name.startswith(_COLLABORATION):
            # Typed letter by letter, a value is in there in pieces that no search finds.
            yield Copy(
                _from(root, path),
                "the store of real-time collaboration, which keeps what was typed",
                f"rm -- {_quoted(root, path)}    (stop Jupyter first)",
            )
        elif os.path.realpath(path) not in done and _holds(path, needles, largest):
            if os.path.basename(folder) == _CHECKPOINTS:
                yield Copy(_from(root, path), "a checkpoint of Jupyter's", f"rm -- {_quoted(root, path)}")
            else:
                yield Copy(_from(root, path), "another file", f"nbguard vault move {_quoted(root, path)}")


def _staged(root: str, needles: Collection[bytes]) -> Iterator[Copy]:
    """What is staged and differs from the work tree by now."""
    if not os.path.exists(os.path.join(root, ".git")):
        return
    try:
        for staged, raw in read_blobs(root, list_staged(root)):
            if any(needle in raw for needle in needles):
                command = f"git add -- {shlex.quote(staged.path)}"
                yield Copy(staged.path, "what is staged for the next commit", command)
    except GitError:
        return


def _dangling(root: str, needles: Collection[bytes], largest: int) -> Iterator[Copy]:
    """What was staged once, or stood in a commit that was amended: git keeps it for weeks."""
    from nbguard.vault.dangling_copies import find_dangling

    if not os.path.exists(os.path.join(root, ".git")):
        return
    try:
        for count, in_reflog in find_dangling(root, needles, largest):
            what = f"{count} object{'s' if count > 1 else ''} that "
            if in_reflog:
                what += f"only the reflog lead{'' if count > 1 else 's'} to, as after an amended commit"
                command = "git reflog expire --expire-unreachable=now --all && git prune --expire=now"
            else:
                what += f"{'were' if count > 1 else 'was'} staged, and to which nothing leads any more"
                command = "git prune --expire=now"
            yield Copy(".git/objects", what, f"{command}    (with everything else that nothing leads to)")
    except GitError:
        return


def _spellings(values: Collection[str]) -> set[bytes]:
    texts = {
        text
        for value in values
        for text in (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    }
    return {text.encode("utf-8", "surrogatepass") for text in texts if text}


def _walk(top: str, passed_over: Collection[str]) -> Iterator[str]:
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name not in passed_over]
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def _holds(path: str, needles: Collection[bytes], largest: int) -> bool:
    try:
        if os.path.getsize(path) > largest:
            return False
        with open(path, "rb") as file:
            raw = file.read()
    except OSError:
        return False
    return any(needle in raw for needle in needles)


def _from(root: str, path: str) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")


def _quoted(root: str, path: str) -> str:
    return shlex.quote(_from(root, path))
