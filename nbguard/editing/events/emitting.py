"""Emits events to Jupyter's event system, where there is one, and to the file that a configuration names.

A failure here breaks nothing.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbguard.editing.events.event_file import append_event
from nbguard.errors import NbguardError, describe_defect
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from logging import Logger

    from nbguard.audit.delivery.courier import Courier
    from nbguard.policy.policy_settings import Config
    from nbguard.report.records import FindingRecord

SCHEMAS = os.path.join(os.path.dirname(__file__), "schemas")
# A file that all repositories' events go to; set by whoever runs the server.
VARIABLE = "NBGUARD_JUPYTER_EVENTS"
_NAMES = ("finding", "moved", "allowed", "save", "guard", "heartbeat")


def schema_id(name: str) -> str:
    """The ``$id`` of an event's schema."""
    return f"https://events.nbguard.dev/{name}/v1"


class Events:
    """The events of one server. ``event_logger`` is the server's (jupyter_events), None where it has none."""

    def __init__(self, event_logger: Any, log: Logger) -> None:
        self._event_logger = event_logger
        self._log = log
        self._complained: set[str] = set()
        self._courier: Courier | None = None

    def register(self) -> None:
        """Makes the schemas known to the server."""
        from pathlib import Path

        for name in _NAMES:
            try:
                if self._event_logger is not None and schema_id(name) not in self._event_logger.schemas:
                    self._event_logger.register_event_schema(Path(SCHEMAS, f"{name}.yaml"))
            except Exception as error:  # noqa: BLE001 - a server without events still guards
                self._complain(f"the schema of {name!r} wasn't taken: {describe_defect(error)}")

    def finding(self, path: str, record: FindingRecord, config: Config | None = None) -> None:
        """A finding was raised. ``path`` is the contents path."""
        data = {
            "path": path,
            "rule": record.rule,
            "kind": record.kind,
            "provider": record.provider,
            "severity": record.severity,
            "cell_id": record.cell.id if record.cell else None,
            "fingerprint": record.fingerprint,
        }
        self._emit("finding", data, config)

    def moved(
        self, path: str, rule: str, provider: str | None, reference: str, fingerprint: str, config: Config | None = None
    ) -> None:
        """A credential was moved to Vault."""
        data = {
            "path": path,
            "rule": rule,
            "provider": provider,
            "reference": reference,
            "fingerprint": fingerprint,
        }
        self._emit("moved", data, config)

    def allowed(self, path: str, rule: str, fingerprint: str, reason: str, config: Config | None = None) -> None:
        """A finding was allowed. The reason must hold no value: whoever calls this has seen to that."""
        self._emit("allowed", {"path": path, "rule": rule, "fingerprint": fingerprint, "reason": reason}, config)

    def save(
        self,
        path: str,
        action: str,
        findings: int,
        rules: Iterable[str],
        message: str,
        config: Config | None = None,
        deed: str = "saved",
    ) -> None:
        """The save guard did something: ``blocked``, ``stripped``, ``warned``, ``failed``, or a refusal is ``over``."""
        data = {
            "path": path,
            "action": action,
            "deed": deed,
            "findings": findings,
            "rules": list(dict.fromkeys(rules)),
            "message": message,
        }
        self._emit("save", data, config)

    def guard(self, path: str, mode: str, before: str | None, zone: str | None, config: Config | None = None) -> None:
        """How saves are guarded was seen for the first time (``before`` is None), or has changed.

        ``mode`` and ``before`` are the policy's (``off``, ``warn``, ``strip``, ``block``), ``path`` the file it showed
        in, and ``zone`` the one it holds in (None: outside of all).
        """
        state = "off" if mode == "off" else "on"
        self._emit("guard", {"path": path, "state": state, "mode": mode, "before": before, "zone": zone}, config)

    def heartbeat(
        self, state: str, policy: str, bundle: str, save: str, config: Config | None = None, reason: str = ""
    ) -> None:
        """The guard is ``on``, ``off``, ``failing``, by another policy (``policy-changed``), or there (``heartbeat``).

        ``policy`` is the SHA-256 of the one at the server's root, ``save`` what becomes of a save there, ``reason``
        why it fails.
        """
        data = {"state": state, "policy": policy, "bundle": bundle, "save": save, "version": __version__}
        data |= {"reason": reason} if reason else {}
        self._emit("heartbeat", data, config)

    def _emit(self, name: str, data: dict[str, Any], config: Config | None) -> None:
        try:
            if self._event_logger is not None:
                self._event_logger.emit(schema_id=schema_id(name), data=dict(data))
        except Exception as error:  # noqa: BLE001 - see the module
            self._complain(f"an event wasn't taken: {describe_defect(error)}")
        time = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for file in _files(config):
            try:
                append_event(file, {"event": schema_id(name), **data}, time)
            except NbguardError as error:
                self._complain(f"an event wasn't written: {error}")
            except OSError as error:
                self._complain(f"an event wasn't written: {error.strerror}")
            except Exception as error:  # noqa: BLE001 - see the module
                self._complain(f"an event wasn't written: {describe_defect(error)}")
        try:
            self._carry(name, data, time, config)
        except Exception as error:  # noqa: BLE001 - see the module
            self._complain(f"an event wasn't kept: {describe_defect(error)}")

    def _carry(self, name: str, data: Mapping[str, Any], time: str, config: Config | None) -> None:
        """Hands the event to whoever takes it to a collector, where one is named."""
        from nbguard.audit.delivery.live_events import are_wanted, log_folder

        if not are_wanted(os.environ):
            return
        from nbguard.audit.delivery.courier import Courier, from_editor

        if self._courier is None:
            self._courier = Courier(os.environ, lambda text: self._log.warning("nbguard: %s", text))
        root = config.root if config is not None else os.getcwd()
        self._courier.take(from_editor(name, time, data), log_folder(root, os.environ))

    def close(self) -> None:
        """Sends what waits, for a moment; what doesn't go out stays in the log."""
        if self._courier is not None:
            self._courier.close()

    def _complain(self, text: str) -> None:
        """Says each thing once: an event that fails does so at every save."""
        if text not in self._complained:
            self._complained.add(text)
            self._log.warning("nbguard: %s", text)


def _files(config: Config | None) -> list[str]:
    files = [path for path in (os.environ.get(VARIABLE, ""),) if path]
    if config is not None and (name := config.jupyter.get("events")):
        file, root = os.path.join(config.root, name), os.path.realpath(config.root)
        # A folder that is a link could lead out of the repository.
        if os.path.commonpath((os.path.realpath(os.path.dirname(file)), root)) == root:
            files.append(file)
    return files
