"""Shows what stripping changes as a unified diff, for people to read."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 200


def show_difference(path: str, before: bytes, after: bytes) -> Iterator[str]:
    """The lines of a unified diff between two versions of a file; lines over 200 characters are cut short."""
    old, new = (raw.decode("utf-8", "replace").split("\n") for raw in (before, after))
    for line in unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""):
        line = line.rstrip("\r")
        yield line if len(line) <= _LONGEST else f"{line[:_LONGEST]}… ({len(line)} characters)"
