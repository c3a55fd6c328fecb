"""What Vault answers about a path, as a record that shows no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class StoredSecret(NamedTuple):
    """What is stored at a path. ``version`` is 0 where nothing is or the engine counts none; leases are seconds.

    ``created`` says when the version was stored (RFC 3339), empty where the engine doesn't tell.
    """

    data: Mapping[str, Any]
    version: int
    lease_id: str = ""
    lease: int = 0
    renewable: bool = False
    created: str = ""

    def __repr__(self) -> str:
        """Shows no value."""
        return f"StoredSecret({len(self.data)} keys, version {self.version})"
