"""The dates of commits, in ISO 8601 as their authors wrote them: each in a time zone of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST = datetime.min.replace(tzinfo=UTC)


def moment_of(text: str) -> datetime | None:
    """The moment that a date in ISO 8601 means, in UTC; None where it is none, or none that counts as one."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def in_time(text: str) -> datetime:
    """What sorts dates by time, which their texts don't; one that says nothing comes first."""
    return moment_of(text) or _FIRST


def earliest_and_latest(dates: Mapping[str, str]) -> tuple[str, str]:
    """Of some things with their dates in ISO 8601, the one with the earliest and the one with the latest.

    Those without a date count where none has one; of equals the first is the earliest and the last the latest.
    """
    dated = {name: moment for name, text in dates.items() if (moment := moment_of(text)) is not None}
    if not dated:
        names = list(dates)
        return (names[0], names[-1]) if names else ("", "")
    return min(dated, key=dated.__getitem__), max(reversed(dated), key=dated.__getitem__)
