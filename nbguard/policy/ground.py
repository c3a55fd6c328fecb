"""What git knows of the repository that approvals are held against. Policies don't speak to git: others hand it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.policy.approval import Approval


class Ground(NamedTuple):
    """Asked only where an approval's fate hangs on it.

    ``identities`` are what tells the repository in all its clones; empty where that can't be told. ``taken_out`` are
    the approvals that stood in the file once and were taken out again.
    """

    identities: Callable[[], frozenset[str]] = frozenset
    taken_out: Callable[[], frozenset[Approval]] = frozenset
