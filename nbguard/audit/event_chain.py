"""What happened, one event a line, in a chain: whoever changes, drops or moves a line breaks every line behind it.

An event is a JSON object with sorted keys. ``hash`` is the SHA-256 of the event without it, ``previous`` the hash of
the event before; the first has 64 zeros. The chain shows that a log was changed; that its end was cut off shows only
to who kept the last hash elsewhere, as a SIEM does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbguard.report.records import FindingRecord, Report

SCHEMA = "nbguard-event/1"
# What can happen. A log with another kind was written by a newer nbguard.
KINDS = (
    "scan", "finding", "accepted", "not-scanned", "policy-changed", "hook-bypassed", "guard-off", "heartbeat",
    "live-call", "live-verdict", "revoke", "guard-on", "moved", "allowed", "save", "events-lost",
    "guard-failing",
)  # fmt: skip
FIRST = "0" * 64


class Event(NamedTuple):
    """What happened, when (UTC, ISO 8601), and the facts of it, which hold no value that was found."""

    kind: str
    time: str
    facts: Mapping[str, Any]


def events_of(report: Report, time: str) -> Iterator[Event]:
    """A run as events: each finding, each file that wasn't scanned, and at last the run with its counts."""
    for finding in report.findings:
        yield Event("accepted" if finding.waived else "finding", time, _facts_of(finding))
    for path, reason in report.skipped:
        yield Event("not-scanned", time, {"path": path, "reason": reason})
    yield Event("scan", time, report.summary._asdict() | {"seconds": round(report.summary.seconds, 3)})


def chained(events: Iterable[Event], previous: str = FIRST) -> Iterator[str]:
    """Events as lines of a log whose last line has the hash ``previous``."""
    for event in events:
        fields = {"schema": SCHEMA, **event._asdict(), "facts": dict(event.facts), "previous": previous}
        previous = _hash(fields)
        yield _written(fields | {"hash": previous}) + "\n"


def is_whole(fields: Mapping[str, Any]) -> bool:
    """Whether an event, as read from a line, has the hash of what it says."""
    return fields.get("hash") == _hash({name: value for name, value in fields.items() if name != "hash"})


def _facts_of(finding: FindingRecord) -> dict[str, Any]:
    from nbguard.report.json_report import as_dict

    return as_dict(finding)


def _hash(fields: Mapping[str, Any]) -> str:
    from hashlib import sha256

    return sha256(_written(fields).encode("ascii")).hexdigest()


def _written(fields: Mapping[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))
