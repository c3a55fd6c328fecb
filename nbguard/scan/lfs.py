"""Git LFS keeps a pointer in the place of a file; what it points to is looked into where git has fetched it.

Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nbguard.documents.files import read_file
from nbguard.errors import UnreadableError, UsageError
from nbguard.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from nbguard.repository.objects import Content

_LONGEST = 1024
_VERSION = b"version https://git-lfs.github.com/spec/v1\n"
# An extension's name is short: nothing else fits into a pointer.
_EXTENSION = rb"(?:ext-[0-9]-[a-z]{1,16} sha256:[0-9a-f]{64}\n)*"
_POINTER = lazy_regex(re.escape(_VERSION) + _EXTENSION + rb"oid sha256:([0-9a-f]{64})\nsize [0-9]{1,19}\n?")
NOT_HERE = "not looked into: Git LFS has not fetched it (`git lfs pull` does)"
NO_VERSION = (
    "not looked into: Git LFS has not fetched every version of it (`git lfs fetch --all` does; `exclude` it where that"
    " isn't wanted)"
)


def id_in_pointer(raw: bytes) -> str:
    """The id of the content that a pointer stands for; empty where the bytes are no pointer."""
    if not raw.startswith(_VERSION) or len(raw) > _LONGEST:
        return ""
    match = _POINTER.fullmatch(raw)
    return match[1].decode("ascii") if match else ""


def read_content(identity: str, root: str, limit: int) -> bytes:
    """The content with an id, as it was fetched for the repository at ``root``. Raises UnreadableError."""
    store = os.path.join(root, ".git")
    if not os.path.isdir(store):  # a linked work tree, a submodule, or a repository without a work tree
        from nbguard.repository.git import common_path

        try:
            store = common_path(root, "")
        except UsageError:
            raise UnreadableError(NOT_HERE) from None
    path = os.path.join(store, "lfs", "objects", identity[:2], identity[2:4], identity)
    if not os.path.lexists(path):
        raise UnreadableError(NOT_HERE)
    return read_file(path, limit)


def follow(content: Content, folder: str, limit: int) -> Content:
    """A content of a commit; of a pointer, what it stands for, or why that isn't here."""
    identity = id_in_pointer(content.raw)
    if not identity:
        return content
    try:
        return content._replace(raw=read_content(identity, folder, limit))
    except UnreadableError as error:
        return content._replace(raw=b"", problem=NO_VERSION if str(error) == NOT_HERE else str(error))
