"""The calls that a provider documents: which credentials they are about, where they go, what an answer means."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.detect.knowledge.loading import load_knowledge

if TYPE_CHECKING:
    from collections.abc import Mapping


class Revocation(NamedTuple):
    """How a provider revokes: requests in their order, what they do in words, and who documents it."""

    effect: str
    source: str
    host: str
    signed: str
    only: str
    steps: tuple[Mapping[str, Any], ...]


class LiveCall(NamedTuple):
    """A read-only call of one provider. ``knowledge/live_calls.toml`` says what each field means."""

    name: str
    host: str
    address_from: str
    signed: str
    paired_with: str
    only: str
    keep: str
    ask: Mapping[str, Any]
    accepted: int
    shows: str
    refused: tuple[int, ...]
    source: str
    revoke: Revocation | None

    def is_about(self, value: str) -> bool:
        """Whether the call can be asked about a value."""
        return not self.only or re.fullmatch(self.only, value) is not None


@cache
def load_live_calls() -> dict[str, LiveCall]:
    """The calls by rule."""
    calls: dict[str, LiveCall] = {}
    for name, table in load_knowledge("live_calls").items():
        calls |= dict.fromkeys(table["rules"], _read(name, table))
    return calls


def _read(name: str, table: Mapping[str, Any]) -> LiveCall:
    host = table.get("host", "")
    signed = table.get("signed", "")
    revoke = table.get("revoke")
    return LiveCall(
        name=name,
        host=host,
        address_from=table.get("address_from", ""),
        signed=signed,
        paired_with=table.get("paired_with", ""),
        only=table.get("only", ""),
        keep=table.get("keep", ""),
        ask=table["ask"],
        accepted=table["accepted"],
        shows=table["shows"],
        refused=tuple(table["refused"]),
        source=table["source"],
        revoke=Revocation(
            revoke["effect"],
            revoke["source"],
            revoke.get("host", host),
            revoke.get("signed", signed),
            revoke.get("only", table.get("only", "")),
            tuple(revoke["steps"]),
        )
        if revoke
        else None,
    )
