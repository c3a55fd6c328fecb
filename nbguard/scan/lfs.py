"""Git LFS keeps a pointer in the place of a file; what it points to is looked into where git has fetched it.

Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

from __future__ import annotations

import os
import re

from nbguard.documents.files import read_file
from nbguard.errors import UnreadableError, UsageError

_LONGEST = 1024
_VERSION = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER = re.compile(re.escape(_VERSION) + rb"(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize [0-9]+\n?")
NOT_HERE = "not looked into: Git LFS has not fetched it (`git lfs pull` does)"


def id_in_pointer(raw: bytes) -> str:
    """The id of the content that a pointer stands for; empty where the bytes are no pointer."""
    if not raw.startswith(_VERSION) or len(raw) > _LONGEST:
        return ""
    match = _POINTER.fullmatch(raw)
    return match[1].decode("ascii") if match else ""


def read_content(identity: str, root: str, limit: int) -> bytes:
    """The content with an id, as it was fetched for the repository at ``root``. Raises UnreadableError."""
    store = os.path.join(root, ".git")
    if os.path.isfile(store):  # a linked work tree, or a submodule
        from nbguard.repository.git import common_path

        try:
            store = common_path(root, "")
        except UsageError:
            raise UnreadableError(NOT_HERE) from None
    path = os.path.join(store, "lfs", "objects", identity[:2], identity[2:4], identity)
    if not os.path.lexists(path):
        raise UnreadableError(NOT_HERE)
    return read_file(path, limit)
