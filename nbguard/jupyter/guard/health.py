"""Whether the guard can do its work: what broke in which repository, told when it begins and when it is over.

A file that can't be read isn't the guard's fault, and doesn't count; a policy that can't be read, a scan that takes
too long and a defect do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Repositories that are remembered.
_MOST = 1_000


class GuardHealth:
    """What is broken now, by the root of the repository. ``listener`` is called when any of it begins or ends."""

    def __init__(self) -> None:
        self._broken: dict[str, str] = {}
        self.listener: Callable[[], object] = lambda: None

    @property
    def problem(self) -> str:
        """What broke first and still holds; empty where all is well."""
        return next(iter(self._broken.values()), "")

    def broke(self, root: str, problem: str) -> None:
        """The guard couldn't do its work in a repository. ``problem`` holds no value."""
        new = root not in self._broken
        self._broken[root] = problem
        while len(self._broken) > _MOST:
            del self._broken[next(iter(self._broken))]
        if new:
            self.listener()

    def works(self, root: str) -> None:
        """It could."""
        if self._broken.pop(root, None) is not None:
            self.listener()
