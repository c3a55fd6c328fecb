"""Takes events of a server or an editor to the collector, in a thread of its own: a save never waits for it.

An event is in the log before anything else happens, so nothing is held in memory that could be lost or grow.
"""

from __future__ import annotations

from threading import Event as Signal
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from nbguard.audit.delivery.collector import ENDPOINT, Collector
from nbguard.audit.delivery.event_log import EventLog
from nbguard.audit.delivery.sending import Sent, send_waiting
from nbguard.audit.event_chain import Event
from nbguard.errors import NbguardError, describe_defect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbguard.audit.delivery.collector import Sends

# Seconds for one attempt, and those between attempts that fail: twice as many each time, up to the last.
ATTEMPT, FIRST_PAUSE, LONGEST_PAUSE = 10.0, 5.0, 300.0
# Seconds that the end of a server waits for.
GOODBYE = 1.0
_HEARTBEATS = {
    "on": "guard-on", "off": "guard-off", "policy-changed": "policy-changed", "failing": "guard-failing",
}  # fmt: skip


class Courier:
    """Keeps events in logs and sends them. ``say`` tells people what goes wrong, once until it goes right again."""

    def __init__(
        self,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        make: Callable[[str], Sends] = Collector,
        pause: float = FIRST_PAUSE,
    ) -> None:
        self._say, self._make, self._pause = say, make, pause
        self._endpoint = environment.get(ENDPOINT, "")
        self._logs: dict[str, EventLog] = {}
        self._lock = Lock()
        self._wake, self._stop = Signal(), Signal()
        self._thread: Thread | None = None
        self._said = ""

    def take(self, event: Event, folder: str) -> None:
        """Keeps an event in the log in ``folder``, and has it sent soon."""
        with self._lock:
            log = self._logs.setdefault(folder, EventLog(folder))
        try:
            log.append([event])
        except NbguardError as error:
            self._tell(f"an event wasn't kept: {error}")
            return
        if self._endpoint:
            with self._lock:
                if self._thread is None:
                    self._thread = Thread(target=self._run, name="nbguard events", daemon=True)
                    self._thread.start()
            self._wake.set()

    def close(self, seconds: float = GOODBYE) -> None:
        """Sends what waits, and ends; comes back after ``seconds`` in any case."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            collector = self._make(self._endpoint)
        except NbguardError as error:
            self._tell(str(error))
            return
        pause = self._pause
        while True:
            self._wake.wait()
            self._wake.clear()
            fine = self._send(collector)
            if self._stop.is_set() or (not fine and self._stop.wait(pause)):
                return
            if fine:
                pause = self._pause
            else:
                pause = min(2 * pause, LONGEST_PAUSE)
                self._wake.set()

    def _send(self, collector: Sends) -> bool:
        with self._lock:
            logs = list(self._logs.values())
        problem = ""
        for log in logs:
            try:
                outcome = send_waiting(log, collector, ATTEMPT)
            except NbguardError as error:
                outcome = Sent(problem=str(error))
            except Exception as error:  # noqa: BLE001 - the server goes on without events
                outcome = Sent(problem=describe_defect(error))
            if outcome.refused:
                self._tell(f"{collector.name} refused {outcome.refused} events; they stand in {log.folder}")
            if outcome.problem:
                problem = f"events wait in {log.folder}: {collector.name}: {outcome.problem}"
        if problem:
            self._tell(problem)
        else:
            self._said = ""
        return not problem

    def _tell(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self._say(text)


def from_editor(name: str, time: str, data: Mapping[str, Any]) -> Event:
    """An event of Jupyter's system as one of the log: the state of the guard is its kind there."""
    state = str(data.get("state", ""))
    kind = name
    if name == "heartbeat":
        kind = _HEARTBEATS.get(state, "heartbeat")
    elif name == "guard":
        kind = "guard-off" if state == "off" else "guard-on"
    return Event(kind, time, {"door": "editor", **data})
