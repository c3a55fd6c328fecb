"""Events of a command that runs now: kept in the log, and sent if whoever runs it named a collector.

Nothing here makes a command fail, and it waits two seconds at most for a collector.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbguard.audit.delivery.collector import ENDPOINT, Collector
from nbguard.audit.delivery.event_log import EventLog
from nbguard.audit.delivery.policy_memory import PolicyMemory
from nbguard.audit.delivery.sending import send_within
from nbguard.audit.event_chain import Event, events_of
from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nbguard.audit.delivery.collector import Sends
    from nbguard.report.records import Report

# A folder for the log, in the place of the one inside of git's.
FOLDER = "NBGUARD_EVENT_LOG"
# Seconds for which a command waits for a collector.
PATIENCE = 2.0
# Events of one run that are told one by one; the last says how many there were.
MOST = 1_000


def are_wanted(environment: Mapping[str, str]) -> bool:
    """Whether anybody asked for live events."""
    return bool(environment.get(ENDPOINT) or environment.get(FOLDER))


def log_folder(root: str, environment: Mapping[str, str]) -> str:
    """Where the log of the repository (or folder) ``root`` is."""
    from nbguard.vault.journal import journal_path

    folder = os.path.dirname(journal_path(root))
    beside = ".nbguard-events" if folder == root else "events"
    return os.path.abspath(environment.get(FOLDER) or os.path.join(folder, beside))


def tell_run(
    report: Report,
    root: str,
    door: str,
    more: Iterable[Event] = (),
    seconds: float = PATIENCE,
    policy: str = "",
) -> list[str]:
    """Tells of a run through ``door`` (a command's name), and of ``more``. Returns what went wrong, as sentences.

    ``policy`` is the SHA-256 of the one that judged: where the run before was judged by another, that is an event.
    """
    events = [*more, *_limited(list(events_of(report, _now())))]
    try:
        log = EventLog(log_folder(root, os.environ))
        known = PolicyMemory(log, root, door)
        if policy:
            events = [*known.changes(policy, _now()), *events[:-1], _with(events[-1], {"policy": policy})]
        log.append([_with(event, _whose(root, door)) for event in events])
    except (NbguardError, OSError) as error:
        return [_not_kept(error)]
    # Not before: a change that isn't in the log is told by the next run.
    known.keep(policy)
    return _send(log, os.environ, seconds)


def tell_guard(kind: str, root: str, door: str, facts: Mapping[str, Any]) -> list[str]:
    """Tells that a command put hooks or the filter in (``guard-on``) or took them out (``guard-off``)."""
    return tell([Event(kind, _now(), {**facts, **_whose(root, door)})], root, os.environ)


def tell(
    events: Iterable[Event],
    root: str,
    environment: Mapping[str, str],
    seconds: float = PATIENCE,
    make: Callable[[str], Sends] = Collector,
) -> list[str]:
    """Keeps events, and sends them where a collector is named. Returns what went wrong, as sentences."""
    try:
        log = EventLog(log_folder(root, environment))
        log.append(list(events))
    except (NbguardError, OSError) as error:
        return [_not_kept(error)]
    return _send(log, environment, seconds, make)


def _not_kept(error: NbguardError | OSError) -> str:
    return f"events weren't kept: {error if isinstance(error, NbguardError) else error.strerror}"


def _send(
    log: EventLog, environment: Mapping[str, str], seconds: float, make: Callable[[str], Sends] = Collector
) -> list[str]:
    """Sends what waits in a log, where a collector is named. Returns what went wrong, as sentences."""
    if not (endpoint := environment.get(ENDPOINT)):
        return []
    try:
        collector = make(endpoint)
    except NbguardError as error:
        return [str(error)]
    outcome = send_within(log, collector, seconds)
    said = []
    if outcome.refused:
        said.append(f"{collector.name} refused {outcome.refused} events; they stand in {log.folder}")
    if outcome.problem:
        number = log.count(log.sent())
        said.append(
            f"{number} events wait in {log.folder} and go out with the next ones: {collector.name}: {outcome.problem}"
        )
    return said


def _whose(root: str, door: str) -> dict[str, Any]:
    return {"door": door, "repository": os.path.basename(os.path.abspath(root))}


def _with(event: Event, facts: Mapping[str, Any]) -> Event:
    return event._replace(facts={**event.facts, **facts})


def _limited(events: list[Event]) -> Iterator[Event]:
    yield from events[: min(MOST, len(events) - 1)]
    last = events[-1]
    untold = max(len(events) - 1 - MOST, 0)
    yield last._replace(facts={**last.facts, "untold": untold}) if untold else last


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
