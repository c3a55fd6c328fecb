"""Sends what waits in a log, for as long as there is time; what isn't sent stays there and goes out the next time.

Events are sent at least once: a run that ends while the collector answers sends the same ones again, with the same
hashes.
"""

from __future__ import annotations

import os
from threading import Thread
from time import monotonic, time
from typing import TYPE_CHECKING, NamedTuple

from nbguard.audit.delivery.file_lock import locked
from nbguard.errors import NbguardError, describe_defect

if TYPE_CHECKING:
    from nbguard.audit.delivery.collector import Sends
    from nbguard.audit.delivery.event_log import EventLog

# Bytes sent at a time.
BATCH = 500_000
# Below this many seconds nothing more is begun.
_LEAST = 0.05
# Seconds for which commands don't ask a collector again that failed: each commit would wait for it.
REST = 60.0
_FAILED = "failed"
_NEW = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Sent(NamedTuple):
    """How many events were sent and refused, and why the others weren't sent (empty where all were)."""

    sent: int = 0
    refused: int = 0
    problem: str = ""


def send_waiting(log: EventLog, collector: Sends, seconds: float) -> Sent:
    """Sends what waits, batch by batch, until all is sent, one isn't taken, or the time is over."""
    try:
        with locked(os.path.join(log.folder, "sending"), 0) as held:
            # Whoever sends now sends these events too, or the next run does.
            return _send(log, collector, monotonic() + seconds) if held else Sent()
    except FileNotFoundError:
        return Sent()
    except OSError as error:
        return Sent(problem=(error.strerror or "the log can't be read").lower())


def send_within(log: EventLog, collector: Sends, seconds: float) -> Sent:
    """As send_waiting, but comes back when the time is over even if the collector never lets go.

    A collector that answers a byte at a time can't be given a limit; it is left to itself, and ends with the process.
    """
    outcome = [Sent(problem="it doesn't answer in time")]

    def work() -> None:
        try:
            outcome[0] = send_waiting(log, collector, seconds)
        except NbguardError as error:
            outcome[0] = Sent(problem=str(error))
        except Exception as error:  # noqa: BLE001 - what is being done goes on without events
            outcome[0] = Sent(problem=describe_defect(error))

    if is_resting(log):
        return Sent(problem=f"it failed a moment ago, and isn't asked again for {REST:.0f} seconds")
    thread = Thread(target=work, name="nbguard events", daemon=True)
    thread.start()
    thread.join(seconds)
    if outcome[0].problem:
        _rest(log)
    return outcome[0]


def is_resting(log: EventLog) -> bool:
    """Whether a collector failed less than REST seconds ago."""
    try:
        return 0 <= time() - os.lstat(os.path.join(log.folder, _FAILED)).st_mtime < REST
    except OSError:
        return False


def _rest(log: EventLog) -> None:
    path = os.path.join(log.folder, _FAILED)
    try:
        os.close(os.open(path, _NEW, 0o600))
        os.utime(path, follow_symlinks=False)
    except (OSError, NotImplementedError):
        return


def _send(log: EventLog, collector: Sends, until: float) -> Sent:
    place = log.sent()
    log.mark_sent(place)
    sent = refused = 0
    while True:
        lines, behind = log.read(place, BATCH)
        if not lines:
            return Sent(sent, refused)
        if (left := until - monotonic()) < _LEAST:
            return Sent(sent, refused, "there was no more time")
        taken = collector.send(lines, left)
        if taken.problem:
            return Sent(sent, refused, taken.problem)
        log.mark_sent(behind)
        place, sent, refused = behind, sent + len(lines), refused + taken.refused
