"""A guard that is on tells so every few minutes. Where it falls silent without having said that it ends, events are
missing, or it was stopped in no orderly way.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import timedelta

_ALIVE = ("guard-on", "heartbeat", "guard-failing")
# What a Jupyter server tells of its guard at every beat, and no other event does.
_OF_A_BEAT = frozenset(("state", "save"))


class Beats:
    """Takes events in their order and says where more than ``longest`` passed between beats (None: never)."""

    def __init__(self, longest: timedelta | None) -> None:
        self._longest = longest
        self._since: datetime | None = None
        self._silences: list[str] = []

    def take(self, kind: str, time: str, fields: Mapping[str, Any]) -> None:
        """Takes an event. Events of commands say nothing of a guard."""
        facts = fields.get("facts")
        if self._longest is None or not isinstance(facts, dict) or not facts.keys() >= _OF_A_BEAT:
            return
        told = _read(time)
        if told is None:
            return
        self._say_silence(told)
        self._since = told if kind in (*_ALIVE, "policy-changed") else None

    def silences(self, now: str) -> Iterator[str]:
        """A sentence for each silence, up to ``now`` (empty: up to the last event)."""
        told = _read(now)
        if told is not None:
            self._say_silence(told)
        yield from self._silences

    def _say_silence(self, until: datetime) -> None:
        if self._since is not None and self._longest is not None and until - self._since > self._longest:
            minutes = (until - self._since).total_seconds() / 60
            since = self._since.isoformat(timespec="seconds")
            self._silences.append(f"a guard that was on told nothing for {minutes:.0f} minutes after {since}")


def _read(time: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(time)
    except ValueError:
        return None
    return told if told.tzinfo is not None else None
