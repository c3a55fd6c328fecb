"""``GET status`` and ``GET rules``: what the extension is set to do, and what it looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from nbguard.detect.rule_list import all_rules
from nbguard.jupyter.connector import is_enabled
from nbguard.jupyter.handler import Handler
from nbguard.jupyter.save_guard import REFUSALS
from nbguard.jupyter.shared_documents import find_collaboration
from nbguard.policy.saving import save_policy
from nbguard.policy.verdict import zone_of
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.editing.policies import Policy
    from nbguard.jupyter.guard.refused_saves import Refusals


class StatusHandler(Handler):
    """Tells the status."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answers what holds for a notebook (``?path=…``), and whether Vault can be used."""
        given = self.query("path")
        policy = self.workspace.policy_at_root() if given is None else self.workspace.policy_of(given)
        refusals: Refusals = self.settings[REFUSALS]
        refused = refusals.of(given or "")
        vault = await self.workspace.resolver.ask_vault()
        self.answer(
            {
                "version": __version__,
                **_what_holds(policy),
                "refused": refused._asdict() if refused else None,
                "vault": vault._asdict(),
                "rules": len(all_rules()),
                "masking": True,
                "connector": is_enabled(self.workspace.policy_at_root().config),
                "collaboration": find_collaboration(self.serverapp)._asdict(),
            }
        )


class RulesHandler(Handler):
    """Lists the rules."""

    @web.authenticated
    @authorized(action="read")  # type: ignore[untyped-decorator]
    async def get(self) -> None:
        """Answers every rule, in the order of `nbguard rules`."""
        self.answer({"rules": _list_rules()})


def _list_rules() -> list[dict[str, Any]]:
    """Every rule as the interface tells it."""
    return [
        {
            "id": rule.id,
            "kind": rule.kind,
            "provider": rule.provider or None,
            "severity": rule.severity,
            "message": rule.explanation or rule.name,
            "remedy": rule.remedy,
        }
        for rule in all_rules()
    ]


def _what_holds(policy: Policy) -> dict[str, Any]:
    config = policy.config
    zone = zone_of(policy.name, config)
    save = save_policy(policy.name, config)
    return {
        "save": save.mode,
        "profile": (zone.profile if zone else None) or config.profile,
        "zone": save.zone,
        "bundle": config.bundle or None,
    }
