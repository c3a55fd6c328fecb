"""Recognises a value that was moved before, where it now stands without the call that showed its provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbguard.detect.rule_list import find_rule
from nbguard.vault import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbguard.detect.finding import Finding


def keep_identity(
    findings: Iterable[Finding], root: str, fingerprint: Callable[[str, str], str]
) -> tuple[Finding, ...]:
    """The findings; one without a provider gets the rule and provider under which the same value was moved before.

    ``fingerprint`` makes the fingerprint of a rule and a value: the journal of moves holds fingerprints, no values.
    """
    findings = tuple(findings)
    if all(finding.provider for finding in findings):
        return findings
    moved = {(secret.rule, secret.fingerprint) for move, _ in journal.read(root) for secret in move.secrets}
    rules = sorted({rule for rule, _ in moved})
    return tuple(_as_moved(finding, rules, moved, fingerprint) for finding in findings)


def _as_moved(
    finding: Finding, rules: list[str], moved: set[tuple[str, str]], fingerprint: Callable[[str, str], str]
) -> Finding:
    if finding.provider or finding.kind != "credential":
        return finding
    for rule in rules:
        if (rule, fingerprint(rule, finding.value)) in moved:
            known = find_rule(rule)
            if known is not None and known.provider:
                return finding._replace(
                    rule=rule,
                    provider=known.provider,
                    severity=known.severity,
                    cause=f"a value that was moved before ({finding.cause})",
                    message=known.name,
                    remedy=known.remedy or finding.remedy,
                )
    return finding
