"""Whether a file that isn't in the work tree is one that git was told to keep out of it.

Git keeps tracked files out of the work tree where it was told so: by a sparse checkout, or with ``git update-index
--skip-worktree``. Whoever goes by the work tree alone then takes a policy for none, a baseline for empty, and a salt
for the default. Which files these are stands in the index (https://git-scm.com/docs/index-format), which is read here
without git: for every command asks, and nearly always nothing is missing.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from nbguard.documents.named_files import read_inside
from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_POINTER = b"gitdir: "
_LONGEST_POINTER = 65_536
_LARGEST_INDEX = 2_000_000_000
# Of an entry's flags: the bits for assume-unchanged and for more flags, and the length of the name below them; of the
# flags that follow: skip-worktree.
_UNCHANGED, _MORE, _LENGTH = 0x8000, 0x4000, 0x0FFF
_SKIP = 0x4000
# Bytes of an entry before its object id: times, device, inode, mode, owner, size. Ids are SHA-1 or SHA-256.
_BEFORE_ID, _ID_LENGTHS = 40, (20, 32)


def is_kept_out(root: str, name: str) -> bool:
    """Whether git tracks a file and was told to pass it over in the work tree. False where the index can't be read."""
    folder = git_folder_of(root)
    if folder is None:
        return False
    try:
        index = _read_index(os.path.join(folder, "index"))
    except (OSError, ValueError):
        return False
    if index[:4] != b"DIRC":
        return False
    wanted = os.fsencode(os.path.normpath(name).replace(os.sep, "/"))
    if int.from_bytes(index[4:8], "big") < 4:
        return any(_is_told_so(flags) for flags in _flags_of(index, wanted))
    return any(_flags_in_compressed(index, wanted, length) for length in _ID_LENGTHS)


def git_folder_of(root: str) -> str | None:
    """The folder in which git keeps a work tree's index; in a linked work tree and a submodule ``.git`` is a file."""
    place = os.path.join(root, ".git")
    if os.path.isdir(place):
        return place
    try:
        pointer = read_inside(root, ".git", _LONGEST_POINTER) or b""
    except UnreadableError:
        return None
    if not pointer.startswith(_POINTER):
        return None
    return os.path.join(root, os.fsdecode(pointer.removeprefix(_POINTER).rstrip(b"\r\n")))


def _read_index(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        return file.read(_LARGEST_INDEX) if stat.S_ISREG(status.st_mode) else b""


def _flags_of(index: bytes, name: bytes) -> Iterator[tuple[int, int]]:
    """The flags of the entries of a name, and those that follow; versions 2 and 3, where names stand in full."""
    length = min(len(name), _LENGTH)
    at = index.find(name + b"\0")
    while at >= 0:
        last, before = (int.from_bytes(index[at - n : at - n + 2], "big") for n in (2, 4))
        if last & (_LENGTH | _MORE) == length:
            yield last, 0
        elif before & (_LENGTH | _MORE) == length | _MORE:
            yield before, last
        at = index.find(name + b"\0", at + 1)


def _is_told_so(flags: tuple[int, int]) -> bool:
    return bool(flags[0] & _UNCHANGED or flags[1] & _SKIP)


def _flags_in_compressed(index: bytes, wanted: bytes, id_length: int) -> bool:
    """Whether the entry of a name has such a flag; version 4, where each name stands as what differs from the last.

    False where ids have another length: then what is read makes no sense.
    """
    at, name = 12, b""
    for _ in range(int.from_bytes(index[8:12], "big")):
        at += _BEFORE_ID + id_length
        first = int.from_bytes(index[at : at + 2], "big")
        at += 2
        more = 0
        if first & _MORE:
            more = int.from_bytes(index[at : at + 2], "big")
            at += 2
        byte = index[at] if at < len(index) else 0
        at += 1
        dropped = byte & 0x7F
        while byte & 0x80 and at < len(index):
            byte = index[at]
            at += 1
            dropped = ((dropped + 1) << 7) | (byte & 0x7F)
        end = index.find(b"\0", at)
        if end < 0 or dropped > len(name):
            return False
        name = name[: len(name) - dropped] + index[at:end]
        at = end + 1
        if name >= wanted:
            return name == wanted and _is_told_so((first, more))
    return False
