"""The notebooks that a repository could still show somebody: in its commits, its index and its work trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.repository.git import run_git_bytes
from nbguard.repository.listing import NOTEBOOK_ENDINGS, list_notebooks
from nbguard.repository.objects import read_contents
from nbguard.repository.work_trees import work_trees

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_reachable_notebooks(top: str, limit: int) -> Iterator[tuple[str, bytes, str]]:
    """Yields each notebook's name, content, and the problem where it can't be had; none over ``limit`` bytes.

    Commits count that a branch, a tag, the stash or a reflog leads to. All work trees of the repository are looked
    through. Raises GitError.
    """
    named = run_git_bytes(top, "rev-list", "--objects", "--all", "--reflog", "--indexed-objects")
    blobs: dict[str, str] = {}
    for line in named.splitlines():
        blob, _, name = line.decode("utf-8", "surrogateescape").partition(" ")
        if name.endswith(NOTEBOOK_ENDINGS):
            blobs[blob] = name
    for blob, raw, problem in read_contents(top, list(blobs), limit):
        yield blobs[blob], raw, problem
    for folder in work_trees(top):
        yield from _read_folder(folder, limit)


def _read_folder(folder: str, limit: int) -> Iterator[tuple[str, bytes, str]]:
    from nbguard.documents.files import read_file
    from nbguard.errors import UnreadableError

    for path in list_notebooks(folder):
        try:
            yield path, read_file(path, limit), ""
        except UnreadableError as error:
            yield path, b"", str(error)
