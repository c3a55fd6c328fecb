"""What happened in the editor, as the events that Jupyter's extension emits: into the files that are named for them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nbguard.editing.events import Events
from nbguard.editing.events.saying import GuardEvents
from nbguard.policy.saving import is_guarded, save_policy

if TYPE_CHECKING:
    from nbguard.lsp.before_save import SaveAdvice
    from nbguard.lsp.placed_findings import Result
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord


class EditorEvents:
    """The events of one server. A workspace that isn't trusted names no file: what it says isn't asked."""

    def __init__(self) -> None:
        self._events = Events(None, logging.getLogger(__name__))
        self._guard = GuardEvents(self._events)
        self._modes: dict[tuple[str, str | None], str] = {}
        self._refused: set[str] = set()

    def scanned(self, result: Result, trusted: bool) -> None:
        """A document was scanned: whether its saves are guarded is told once, and again when that changes."""
        policy = result.policy
        if policy is None or not is_guarded(policy.name, policy.config):
            return
        save = save_policy(policy.name, policy.config)
        place = (policy.config.root, save.zone)
        before = self._modes.get(place)
        if before != save.mode:
            self._modes[place] = save.mode
            self._events.guard(policy.name, save.mode, before, save.zone, _config(result, trusted))

    def saving(self, result: Result, verdict: SaveAdvice, trusted: bool, has_outputs: bool) -> None:
        """The policy was asked about a save."""
        path = result.policy.name if result.policy is not None else result.uri.rpartition("/")[2]
        config = _config(result, trusted)
        action = verdict.action
        if action == "stripped" and not has_outputs:
            action = "warned" if verdict.message else ""
        if action == "blocked":
            self._refused.add(result.uri)
        elif result.uri in self._refused:
            self._refused.discard(result.uri)
            self._guard.tell_over(path, config)
        if action:
            self._guard.tell(path, action, verdict.message, verdict.findings, config)
        else:
            self._guard.forget(path)

    def moved(self, result: Result, record: FindingRecord, reference: str) -> None:
        """A credential was moved to Vault."""
        path, config = _of(result)
        self._events.moved(path, record.rule, record.provider, reference, record.fingerprint, config)

    def allowed(self, result: Result, record: FindingRecord, reason: str, trusted: bool) -> None:
        """A finding was allowed; it was tried out that the reason holds no value."""
        path, _ = _of(result)
        self._events.allowed(path, record.rule, record.fingerprint, reason, _config(result, trusted))


def _of(result: Result) -> tuple[str, Config]:
    assert result.policy is not None  # noqa: S101 - a finding is there
    return result.policy.name, result.policy.config


def _config(result: Result, trusted: bool) -> Config | None:
    return result.policy.config if trusted and result.policy is not None else None
