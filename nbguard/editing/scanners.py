"""Scanners for policies, kept while a configuration and its rule packs stay as they are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nbguard.scan.scanner import Scanner

if TYPE_CHECKING:
    from nbguard.editing.policies import Policy
    from nbguard.policy.policy_settings import Config

_KEPT = 8


class Scanners:
    """The scanners of one thread: none of them may be used on two."""

    def __init__(self) -> None:
        self._known: list[tuple[Config, object, Scanner]] = []

    def scanner_for(self, policy: Policy) -> Scanner:
        """The scanner for a policy; the very same one while the policy does. Raises UsageError for rules there are not.

        A salt or a baseline that changes costs nothing: what is made anew is who judges, not who looks.
        """
        packs = _sign((*policy.config.rules, policy.config.default_rules))
        kept = next((k for k in self._known if k[0] is policy.config and k[1] == packs), None)
        if kept is not None:
            self._known.remove(kept)
        scanner = kept[2] if kept is not None else _make_scanner(policy.config)
        accepted = policy.salt, policy.baseline, policy.approvals
        if kept is None or (scanner.salt, scanner.baseline, scanner.approvals) != accepted:
            scanner = scanner.accepting(policy.salt, policy.baseline, approvals=policy.approvals)
        self._known.append((policy.config, packs, scanner))
        del self._known[:-_KEPT]
        return scanner


def _make_scanner(config: Config) -> Scanner:
    scanner = Scanner(config)
    scanner.expect_edits()
    return scanner


def _sign(rules: tuple[str, ...]) -> tuple[object, ...]:
    """What changes when a rule pack does; a pack that is missing is the scanner's to complain of."""
    signature: list[object] = []
    for path in rules:
        try:
            status = os.stat(path)
            signature.append((status.st_mtime_ns, status.st_size, status.st_ino))
        except OSError:
            signature.append(None)
    return tuple(signature)
