"""What was found out about a credential by asking its provider."""

from __future__ import annotations

from msgspec import Struct

LIVE, UNKNOWN = "live", "unknown"


class LiveCheck(Struct, frozen=True):
    """What was found out: ``state`` is "live" or "unknown". ``source`` is the page that documents the call."""

    state: str
    reason: str
    host: str
    source: str
    checked: str
