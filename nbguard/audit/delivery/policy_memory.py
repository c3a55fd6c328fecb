"""Which policy judged the last run of a repository through a door, so that another one is an event of its own."""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from nbguard.audit.event_chain import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.audit.delivery.event_log import EventLog


class PolicyMemory:
    """The policy of one repository and one door: a branch's hook and its CI job may be judged by different ones."""

    def __init__(self, log: EventLog, root: str, door: str) -> None:
        self._log = log
        whose = f"{os.path.realpath(root)}\0{door}".encode("utf-8", "surrogateescape")
        self._name = f"policy-{sha256(whose).hexdigest()[:16]}"
        self._before = ""
        with suppress(OSError, ValueError):
            self._before = log.noted(self._name)

    def changes(self, policy: str, time: str) -> Iterator[Event]:
        """An event where the policy with this SHA-256 isn't that of the run before."""
        if self._before and self._before != policy:
            yield Event("policy-changed", time, {"policy": policy, "before": self._before})

    def keep(self, policy: str) -> None:
        """Notes the policy. Where that fails, the next run tells of the change again."""
        if policy and policy != self._before:
            with suppress(OSError):
                self._log.note(self._name, policy)
