"""Tells, through the server's events, that the guard is on, by which policy, and when that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.errors import UsageError
from nbguard.policy.description import policy_digest
from nbguard.policy.saving import save_policy

if TYPE_CHECKING:
    from nbguard.editing.events import Events
    from nbguard.editing.workspace import Workspace
    from nbguard.jupyter.guard.health import GuardHealth
    from nbguard.policy.policy_settings import Config

# Milliseconds between two heartbeats.
PERIOD = 15 * 60 * 1000


class Heartbeat:
    """The state of a server's guard, at the server's root: told when it starts, at every beat, and at its end.

    In between it is told when the guard begins to fail, and when it works again.
    """

    def __init__(self, workspace: Workspace, events: Events, health: GuardHealth | None = None) -> None:
        self._workspace, self._events = workspace, events
        self._health = health
        self._told: tuple[str, str] | None = None
        self._failing = ""
        if health is not None:
            health.listener = self.tell_health

    def beat(self) -> None:
        """Tells what holds now: the first time that the guard is on, later what has changed, if anything."""
        config, digest, save, _ = self._policy()
        new = self._told != (digest, save)
        if self._told is None:
            self._tell("on", config, digest, save)
        elif new:
            self._tell("policy-changed", config, digest, save)
        if save == "off" and new:
            self._tell("off", config, digest, save)
        self._told = digest, save
        # One that fails beats as one that fails.
        if not self.tell_health() and not new:
            problem = self._failing
            self._tell("failing" if problem else "heartbeat", config, digest, save, problem)

    def tell_health(self) -> bool:
        """Tells that the guard begins to fail, or that it works again; False where nothing has changed."""
        config, digest, save, problem = self._policy()
        problem = problem or (self._health.problem if self._health is not None else "")
        before, self._failing = self._failing, problem
        if bool(before) == bool(problem):
            return False
        self._tell("failing" if problem else "on", config, digest, save, problem)
        return True

    def end(self) -> None:
        """Tells that the server is stopping."""
        self._tell("off", *self._policy()[:3])

    def _policy(self) -> tuple[Config | None, str, str, str]:
        """The configuration, its digest, what becomes of a save, and why the policy can't be read (empty: it can)."""
        try:
            policy = self._workspace.policy_at_root()
        except UsageError as error:
            return None, "", "", str(error)
        return policy.config, policy_digest(policy.config), save_policy(policy.name, policy.config).mode, ""

    def _tell(self, state: str, config: Config | None, digest: str, save: str, reason: str = "") -> None:
        self._events.heartbeat(state, digest, config.bundle if config is not None else "", save, config, reason)
