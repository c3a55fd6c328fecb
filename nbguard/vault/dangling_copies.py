"""Objects of git that hold a moved value and to which no branch, tag or index leads: what was staged or amended before.

They stay in ``.git`` for weeks, where `git fsck` and a copy of the folder find them.
"""

from __future__ import annotations

import os
import re
from glob import escape, glob
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import UsageError
from nbguard.repository.git import common_path, run_git_bytes
from nbguard.repository.objects import read_contents

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# Objects that lie in a file of their own, as those of the last days do: of more than these none is read.
_MOST = 20_000


class Dangling(NamedTuple):
    """How many ``objects`` hold a value, and whether only the reflog leads to them (else nothing does)."""

    objects: int
    in_reflog: bool


def find_dangling(root: str, needles: Collection[bytes], largest: int) -> Iterator[Dangling]:
    """Yields the objects that hold one of the needles, by what still leads to them. Raises UsageError."""
    folder = common_path(root, "objects")
    paths = glob(os.path.join(escape(folder), "[0-9a-f][0-9a-f]", "*"))
    names = ["".join(path.split(os.sep)[-2:]) for path in paths]
    names = [name for name in names if re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", name)]
    if len(names) > _MOST:
        raise UsageError(f"more than {_MOST:,} objects lie in files of their own; `git gc --prune=now` tidies up")
    holding = {
        content.blob
        for content in read_contents(root, _only_blobs(root, names), largest)
        if any(needle in content.raw for needle in needles)
    }
    if not holding:
        return
    led_to = _led_to(root, "--all", "HEAD", "--indexed-objects")
    logged = _led_to(root, "--reflog") - led_to
    for count, in_reflog in ((len(holding & logged), True), (len(holding - logged - led_to), False)):
        if count:
            yield Dangling(count, in_reflog)


def _only_blobs(root: str, names: list[str]) -> list[str]:
    told = run_git_bytes(root, "cat-file", "--batch-check", stdin="".join(f"{name}\n" for name in names).encode())
    words = [line.split() for line in told.decode("ascii", "replace").splitlines()]
    return [line[0] for line in words if len(line) == 3 and line[1] == "blob"]


def _led_to(root: str, *starts: str) -> set[str]:
    named = run_git_bytes(root, "rev-list", "--objects", "--ignore-missing", *starts)
    return {line.partition(b" ")[0].decode("ascii", "replace") for line in named.splitlines()}
