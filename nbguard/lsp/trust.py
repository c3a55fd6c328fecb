"""The policy of a workspace that the user doesn't trust: it can ask for more than the defaults, never for less."""

from __future__ import annotations

import os

from nbguard.editing.policies import Policy
from nbguard.policy.config import find_root
from nbguard.policy.covered_paths import name_in_repository
from nbguard.policy.fingerprint import find_salt
from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
from nbguard.policy.saving import STRICTNESS, refuses_unread

_KEPT = 16


class Distrust:
    """Makes policies strict. The same configuration gives the very same one again, as scanners are kept by it."""

    def __init__(self) -> None:
        self._known: list[tuple[Config, Config]] = []
        self._usual: dict[tuple[str, bool], Config] = {}

    def strict(self, policy: Policy) -> Policy:
        """The policy without whatever in it loosens: exclusions, disabled rules, severities, baseline, salt, packs."""
        config = next((made for given, made in self._known if given is policy.config), None)
        if config is None:
            config = make_strict(policy.config)
            self._known.append((policy.config, config))
            del self._known[:-_KEPT]
        return policy._replace(config=config, baseline=None, approvals=None)

    def usual(self, file: str) -> Policy:
        """The defaults, for a file whose policy can't be used; saves are refused if that policy seems to want it."""
        root = find_root(os.path.dirname(file))
        blocks = refuses_unread(root)
        config = self._usual.pop((root, blocks), None)
        if config is None:
            config = make_strict(Config(root, jupyter={"save": "block"} if blocks else {}))
        self._usual[root, blocks] = config
        while len(self._usual) > _KEPT:
            del self._usual[next(iter(self._usual))]
        return Policy(config, find_salt(config).key, None, name_in_repository(file, root))


def make_strict(config: Config) -> Config:
    """The defaults, and of a configuration what asks for more."""
    profile = "enterprise" if config.profile == "enterprise" else "standard"
    asked = config.waivers
    waivers = WaiverPolicy(
        asked.require_reason, asked.require_approver, asked.require_expiry, asked.inline, asked.foreign_markers,
        asked.require_signature, min(asked.longest_days, WaiverPolicy().longest_days),
    )  # fmt: skip
    save = _stricter(config.jupyter.get("save"))
    return Config(
        config.root,
        profile,
        enable=config.enable,
        zones=tuple(_strict_zone(zone) for zone in config.zones),
        waivers=waivers,
        baseline="",
        trusted=False,
        jupyter={"save": save} if save else {},
    )


def _strict_zone(zone: Zone) -> Zone:
    profile = "enterprise" if zone.profile == "enterprise" else None
    return Zone(zone.paths, zone.name, profile, enable=zone.enable, save=_stricter(zone.save))


def _stricter(save: str | None) -> str | None:
    """A way of saving that is stricter than to warn, which is the default's."""
    return save if save in STRICTNESS and STRICTNESS.index(save) > STRICTNESS.index("warn") else None
