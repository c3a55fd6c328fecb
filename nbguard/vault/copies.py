"""Where on this machine a moved value is still written, beside the files it was moved from, and what removes it there.

Looked at are: outputs that the git filter keeps, Jupyter's checkpoints, the store of real-time collaboration, what is
staged, what was staged or amended before, texts in git's own folder, what Git LFS keeps, other work trees of the
repository, and its other files: what Python compiled, editors keep, builds and exports made. What other machines,
backups and the history hold is none of this.
"""

from __future__ import annotations

import os
import shlex
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from nbguard.documents.how_many import how_many
from nbguard.errors import UsageError
from nbguard.policy.covered_paths import name_in_repository
from nbguard.repository.discovery import is_git_directory
from nbguard.repository.git import common_path
from nbguard.repository.index import list_staged, read_blobs
from nbguard.vault.copy_kinds import is_crowded, kind_of, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    Unpack = Callable[[str, bytes], Iterable[bytes]]

_COLLABORATION = ".jupyter_ystore.db"
# Folders of git's own that others keep files in, what such a file is, and when it can go.
_STORES = (
    ("nbguard", "outputs that the filter keeps", ""),
    ("lfs", "a version that Git LFS keeps", "    (once the file is staged anew)"),
)


class Copy(NamedTuple):
    """A file that holds a moved value: its path from the root, what it is, and the command that removes the value."""

    path: str
    what: str
    command: str


def _as_it_is(_path: str, raw: bytes) -> Iterable[bytes]:
    return (raw,)


def find_copies(
    values: Collection[str], root: str, moved: Collection[str], largest: int, unpack: Unpack = _as_it_is
) -> Iterator[Copy]:
    """Yields where ``values`` still are. ``moved`` are the files they were taken from, as absolute paths.

    Files above ``largest`` bytes aren't read. ``unpack`` gives the files in an archive, by its path and bytes.
    """
    needles = spellings(values)
    if not needles:
        return
    yield from _told_by_git(_staged(root, needles))
    yield from _told_by_git(_dangling(root, needles, largest))
    yield from _told_by_git(_in_stores(root, needles, largest))
    yield from _told_by_git(_in_own_texts(root, needles, largest))
    yield from _told_by_git(_in_work_trees(root, needles, moved, largest))
    yield from _in_files(root, needles, moved, largest, unpack)


def _told_by_git(copies: Iterator[Copy]) -> Iterator[Copy]:
    """Copies that git has to be asked for. Where it refuses, there may be some: that is told in their place."""
    try:
        yield from copies
    except UsageError as error:
        yield Copy(".git", f"may hold copies that weren't looked for: {error}", "git fsck    (then look again)")


def _in_files(
    root: str, needles: Collection[bytes], moved: Collection[str], largest: int, unpack: Unpack
) -> Iterator[Copy]:
    done = {os.path.realpath(path) for path in moved}
    sources = [_from(root, path) for path in moved]
    tracked: frozenset[str] | None = None
    for path in sorted(_walk(root, {_stem(path) for path in moved})):
        name, shown = os.path.basename(path), _from(root, path)
        if name.startswith(_COLLABORATION):
            # Typed letter by letter, a value is in there in pieces that no search finds.
            yield Copy(
                shown,
                "the store of real-time collaboration, which keeps what was typed",
                f"rm -- {_quoted(root, path)}    (stop Jupyter first)",
            )
        elif os.path.realpath(path) not in done and (raw := _holding(path, needles, largest, unpack)):
            tracked = _tracked(root) if tracked is None else tracked
            yield Copy(shown, *kind_of(shown, raw, sources, tracked))


def count_other_names(paths: Collection[str]) -> dict[str, int]:
    """How many names a file has (hard links) that aren't among ``paths``; files without any are left out.

    A file is replaced in one step, so its other names go on leading to what it was.
    """
    named = {os.path.realpath(path): path for path in paths if os.path.exists(path)}
    status = {path: os.stat(real) for real, path in named.items()}
    known = Counter((one.st_dev, one.st_ino) for one in status.values())
    others = {path: one.st_nlink - known[one.st_dev, one.st_ino] for path, one in status.items()}
    return {path: number for path, number in others.items() if number > 0}


def _staged(root: str, needles: Collection[bytes]) -> Iterator[Copy]:
    """What is staged and differs from the work tree by now."""
    if not os.path.exists(os.path.join(root, ".git")):
        return
    for staged, raw in read_blobs(root, list_staged(root)):
        if any(needle in raw for needle in needles):
            command = f"git add -- {shlex.quote(staged.path)}"
            yield Copy(staged.path, "what is staged for the next commit", command)


def _dangling(root: str, needles: Collection[bytes], largest: int) -> Iterator[Copy]:
    """What was staged once, or stood in a commit that was amended: git keeps it for weeks."""
    from nbguard.vault.dangling_copies import find_dangling

    if not os.path.exists(os.path.join(root, ".git")):
        return
    for count, in_reflog in find_dangling(root, needles, largest):
        what = f"{how_many(count, 'object')} that "
        if in_reflog:
            what += f"only the reflog lead{'' if count > 1 else 's'} to, as after an amended commit"
            command = "git reflog expire --expire-unreachable=now --all && git prune --expire=now"
        else:
            what += f"{'were' if count > 1 else 'was'} staged, and to which nothing leads any more"
            command = "git prune --expire=now"
        yield Copy(".git/objects", what, f"{command}    (with everything else that nothing leads to)")


def _in_stores(root: str, needles: Collection[bytes], largest: int) -> Iterator[Copy]:
    """What the filter keeps of outputs, and Git LFS of the files it tracks; one place each for all work trees."""
    if not os.path.lexists(os.path.join(root, ".git")):
        return
    for name, what, when in _STORES:
        for path in sorted(_files_below(common_path(root, name))):
            if _holding(path, needles, largest, _as_it_is):
                yield Copy(_from(root, path), what, f"rm -- {_quoted(root, path)}{when}")


def _in_own_texts(root: str, needles: Collection[bytes], largest: int) -> Iterator[Copy]:
    """Messages, logs, patches, conflicts, settings: what git keeps as text in its own folder."""
    from nbguard.repository.own_texts import own_texts, what_removes

    if not is_git_directory(root) and not os.path.exists(os.path.join(root, ".git")):
        return
    for path in own_texts(root):
        if _holding(path, needles, largest, _as_it_is):
            yield Copy(name_in_repository(path, root), "a text that git keeps", what_removes(path))


def _in_work_trees(root: str, needles: Collection[bytes], moved: Collection[str], largest: int) -> Iterator[Copy]:
    """The moved files, as other work trees of the repository have them."""
    from nbguard.repository.work_trees import other_work_trees

    for top in other_work_trees(root) if moved else ():
        for file in moved:
            path = os.path.join(top, _from(root, file))
            if not os.path.islink(path) and _holding(path, needles, largest, _as_it_is):
                command = f"nbguard vault move {shlex.quote(path)}    (or merge there)"
                yield Copy(path, "the file in another work tree", command)


def _tracked(root: str) -> frozenset[str]:
    from nbguard.repository.tracked import tracked_names

    return tracked_names(root)


def _files_below(top: str) -> Iterator[str]:
    for folder, _, names in os.walk(top):
        yield from (os.path.join(folder, name) for name in names if _is_file(os.path.join(folder, name)))


def _walk(top: str, stems: Collection[str]) -> Iterator[str]:
    """The files below a folder; where there are very many, those that are called as one of ``stems``."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name != ".git"]
        crowded = any(map(is_crowded, os.path.relpath(folder, top).split(os.sep)))
        for name in names:
            if (not crowded or _stem(name) in stems) and _is_file(os.path.join(folder, name)):
                yield os.path.join(folder, name)


def _is_file(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def _stem(path: str) -> str:
    """The first word of a file's name: `lab` of `lab.py` and of `lab.cpython-311.pyc`."""
    return os.path.basename(path).partition(".")[0]


def _holding(path: str, needles: Collection[bytes], largest: int, unpack: Unpack) -> bytes:
    """A file's bytes where one of the values is in them or in what is packed there; else none."""
    try:
        if os.path.getsize(path) > largest:
            return b""
        with open(path, "rb") as file:
            raw = file.read()
    except OSError:
        return b""
    if any(needle in raw for needle in needles):
        return raw
    return raw if any(needle in part for part in unpack(path, raw) for needle in needles) else b""


def _from(root: str, path: str) -> str:
    return os.path.relpath(path, root).replace(os.sep, "/")


def _quoted(root: str, path: str) -> str:
    return shlex.quote(_from(root, path))
