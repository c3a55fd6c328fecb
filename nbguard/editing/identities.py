"""Whose a value was when it was moved to Vault: what is left of it, in an output say, has lost the code that told."""

from __future__ import annotations

import os
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbguard.detect.finding import Finding

_KEPT = 2_000


class Identity(NamedTuple):
    """What a finding says of its value."""

    rule: str
    provider: str | None
    severity: str
    message: str
    remedy: str


class Identities:
    """The identities of moved values; no value is kept, only a hash under a key of this process.

    Remembered on one thread and used on another: each step is a single one on a dictionary.
    """

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self._known: dict[bytes, Identity] = {}
        # Changes whenever something was remembered: what was found before may be called otherwise now.
        self.version = 0

    def __repr__(self) -> str:
        """Shows how many there are."""
        return f"Identities({len(self._known)})"

    def remember(self, finding: Finding) -> None:
        """From now on this value is called what the finding calls it."""
        identity = Identity(finding.rule, finding.provider, finding.severity, finding.message, finding.remedy)
        self._known[self._digest(finding.value)] = identity
        self.version += 1
        if len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]

    def call(self, findings: Sequence[Finding]) -> Sequence[Finding]:
        """The findings, each credential that was moved called as it was then."""
        return [self._call(finding) for finding in findings] if self._known else findings

    def _call(self, finding: Finding) -> Finding:
        if finding.kind != "credential" or not finding.value:
            return finding
        known = self._known.get(self._digest(finding.value))
        return finding._replace(**known._asdict()) if known is not None else finding

    def _digest(self, value: str) -> bytes:
        return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16, key=self._key).digest()
