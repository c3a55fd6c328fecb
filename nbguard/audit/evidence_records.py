"""Evidence as data (schema ``nbguard-evidence/1``): what was looked at, by which rules, what was found and accepted.

There is no value, no time of the run and no duration in it, so that the same repositories, policy and day give the same
bytes.
"""

from __future__ import annotations

from typing import Any

import msgspec

SCHEMA = "nbguard-evidence/1"


class EvidenceFinding(msgspec.Struct, frozen=True):
    """A finding: what, where, since which commit, and whether it is accepted. ``now``: in the files as they are."""

    rule: str
    kind: str
    severity: str
    path: str
    line: int
    fingerprint: str
    now: bool
    accepted: bool
    commit: str = ""
    author: str = ""
    date: str = ""
    new: bool = False


class Acceptance(msgspec.Struct, frozen=True):
    """A finding that is accepted: by what, why, until when, by whom; ``verified`` if signatures say so."""

    rule: str
    path: str
    fingerprint: str
    by: str
    reason: str
    expires: str
    approved_by: str
    verified: bool


class ApprovalRecord(msgspec.Struct, frozen=True):
    """A signed approval, and why it doesn't count (``problem``; empty where it does)."""

    rule: str
    fingerprint: str
    paths: list[str]
    role: str
    signer: str
    reason: str
    made: str
    expires: str
    problem: str


class Happening(msgspec.Struct, frozen=True):
    """A commit that did something to be told: ``policy-changed`` or ``hook-bypassed``. ``hook`` says of the latter
    whether the commit's own files have the hooks' framework run nbguard: ``set up`` or ``not set up``.
    """

    kind: str
    commit: str
    author: str
    date: str
    what: str
    hook: str = ""


class LookedAt(msgspec.Struct, frozen=True):
    """What was looked at, and what wasn't and why. ``refs`` are branches and tags with their commits."""

    repository: str
    head: str
    refs: dict[str, str]
    commits: int
    files: int
    versions: int
    excluded: int
    disabled: int
    not_scanned: list[dict[str, str]]
    uncommitted: bool


class RepositoryEvidence(msgspec.Struct, frozen=True):
    """All that is to be said of one repository."""

    scope: LookedAt
    policy: dict[str, Any]
    findings: list[EvidenceFinding]
    acceptances: list[Acceptance]
    approvals: list[ApprovalRecord]
    happenings: list[Happening]


class Assessed(msgspec.Struct, frozen=True):
    """A demand of the guide, and whether the ``part`` of it that can be seen is ``satisfied``, ``not-satisfied`` or
    ``not-assessed``, with what that rests on. The rest of a demand is never judged.
    """

    number: str
    title: str
    part: str
    state: str
    because: str
    uncovered: str


class Evidence(msgspec.Struct, frozen=True):
    """The whole. ``as_of`` is the day on which expiries are judged, ``since`` where the period begins (ISO 8601)."""

    schema: str
    tool: str
    version: str
    rules: str
    since: str
    as_of: str
    repositories: list[RepositoryEvidence]
    demands: list[Assessed]
