"""Leads from the register's fingerprints back to the values, for as long as a question to a provider takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nbguard.audit.live.caller import Suspect
from nbguard.audit.live.live_calls import load_live_calls
from nbguard.policy.fingerprint import find_salt, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbguard.audit.register import Credential, Register
    from nbguard.policy.policy_settings import Config


class Suspects:
    """The values of a register that a documented call can be asked about. It shows none."""

    def __init__(self, register: Register, known: Sequence[frozenset[str]], configs: Sequence[Config]) -> None:
        """``known`` are the values that were found in each of the repositories of ``configs``."""
        self._register = register
        rules = {entry.rule for entry in register.credentials}
        # Readings of sweeps come last, and have neither values nor a configuration.
        salted = [(values, find_salt(config).key) for values, config in zip(known, configs, strict=False)]
        self._values = {
            fingerprint(rule, value, salt): value for values, salt in salted for value in values for rule in rules
        }

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Suspects({len(self._values)})"

    def of(self, credential: Credential) -> list[Suspect]:
        """A credential as it is asked about: once for each half it may belong to; empty where its value isn't known."""
        call = load_live_calls().get(credential.rule)
        value = self._values.get(credential.fingerprint)
        if call is None or value is None:
            return []
        suspect = Suspect(credential.rule, credential.fingerprint, value)
        if not call.paired_with:
            return [suspect]
        return [suspect._replace(pair=pair) for pair in self._pairs(credential, call.paired_with)] or [suspect]

    def _pairs(self, credential: Credential, shape: str) -> list[str]:
        """The halves in the same files; else the only one there is."""
        found: dict[str, bool] = {}
        here = set(_paths(credential))
        for other in self._register.credentials:
            value = self._values.get(other.fingerprint, "")
            if re.fullmatch(shape, value):
                found[value] = found.get(value, False) or bool(here & set(_paths(other)))
        near = [value for value, is_near in found.items() if is_near]
        return near[:3] or (list(found) if len(found) == 1 else [])


def _paths(credential: Credential) -> Iterator[tuple[str, str]]:
    for place in credential.now or ():
        yield place.repository, place.path
    for stay in credential.history:
        yield stay.repository, stay.path
