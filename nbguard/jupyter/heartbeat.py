"""Tells, through the server's events, that the guard is on, by which policy, and when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.policy.description import policy_digest
from nbguard.policy.saving import save_policy

if TYPE_CHECKING:
    from nbguard.editing.events import Events
    from nbguard.editing.workspace import Workspace
    from nbguard.policy.policy_settings import Config

# Milliseconds between two heartbeats.
PERIOD = 15 * 60 * 1000


class Heartbeat:
    """The state of a server's guard, at the server's root: told when it starts, at every beat, and at its end."""

    def __init__(self, workspace: Workspace, events: Events) -> None:
        self._workspace, self._events = workspace, events
        self._told: tuple[str, str] | None = None

    def beat(self) -> None:
        """Tells what holds now: the first time that the guard is on, later what has changed, if anything."""
        config, digest, save = self._policy()
        if self._told is None:
            state = "on"
        elif self._told != (digest, save):
            state = "policy-changed"
        else:
            state = "heartbeat"
        self._tell(state, config, digest, save)
        if save == "off" and self._told != (digest, save):
            self._tell("off", config, digest, save)
        self._told = digest, save

    def end(self) -> None:
        """Tells that the server is stopping."""
        self._tell("off", *self._policy())

    def _policy(self) -> tuple[Config | None, str, str]:
        try:
            policy = self._workspace.policy_at_root()
        except UsageError:
            return None, "", ""
        return policy.config, policy_digest(policy.config), save_policy(policy.name, policy.config).mode

    def _tell(self, state: str, config: Config | None, digest: str, save: str) -> None:
        self._events.heartbeat(state, digest, config.bundle if config is not None else "", save, config)
