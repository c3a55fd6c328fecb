"""Path globs as .gitignore has them, matched segment by segment."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def matches_any(path: str, patterns: Iterable[str]) -> bool:
    """Whether one of the globs matches a path (relative to the repository's root, with ``/``)."""
    return any(matches(path, pattern) for pattern in patterns)


def matches(path: str, pattern: str) -> bool:
    """Whether a glob matches a path or one of the folders above it.

    ``*``, ``?`` and ``[…]`` stay inside one segment, ``**`` stands for any number of segments. A glob without ``/``
    (but at its end) matches at any depth, as in .gitignore. Matching is case-sensitive and takes time in proportion
    to segments of the path times segments of the glob, whatever the glob.
    """
    wanted = pattern.strip("/").split("/")
    if len(wanted) == 1 and not pattern.startswith("/"):
        wanted.insert(0, "**")
    wanted.append("**")
    have = [segment for segment in path.split("/") if segment not in ("", ".")]
    # reachable[i]: the first i segments of the path are matched by the segments of the glob seen so far.
    reachable = [True] + [False] * len(have)
    for glob in wanted:
        following = [False] * (len(have) + 1)
        if glob == "**":
            following = list(reachable)
            for index in range(len(have)):
                following[index + 1] = following[index + 1] or following[index]
        else:
            for index, segment in enumerate(have):
                following[index + 1] = reachable[index] and fnmatchcase(segment, glob)
        reachable = following
    return reachable[-1] and bool(have)
