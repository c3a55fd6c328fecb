"""What `nbguard policy` and the checklist say, as records: their schemas are made from these, and so is the JSON."""

from __future__ import annotations

from typing import Any

import msgspec

from nbguard.audit.evidence_records import Assessed

SHOW, DIFF, VERIFY = "nbguard-policy-show/1", "nbguard-policy-diff/1", "nbguard-policy-verify/1"
CHECK, APPROVE = "nbguard-policy-check/1", "nbguard-approve/1"
CHECKLIST = "nbguard-checklist/1"


class WaiverDemands(msgspec.Struct, frozen=True):
    """What a waiver must say to count (the table ``[waivers]``)."""

    require_reason: bool
    require_approver: bool
    require_expiry: bool
    inline: bool
    foreign_markers: bool
    require_signature: bool
    longest_days: int
    repository: str


class ShownPolicy(msgspec.Struct, frozen=True):
    """What holds in a repository. ``bundle`` says whose policy it is at least as strict as, ``sha256`` covers all that
    judges. ``approvers`` are names and fingerprints of keys by role. Tables are as a configuration file has them.
    """

    schema: str
    source: str
    bundle: str
    sha256: str
    profile: str
    fail_on: str
    baseline: str
    exclude: list[str]
    enable: list[str]
    disable: list[str]
    severity: dict[str, str]
    max_file_size: int
    allow_unreadable: bool
    plugins: list[str]
    rules: list[str]
    default_rules: str
    sample_data: dict[str, Any]
    jupyter: dict[str, Any]
    strip: dict[str, Any]
    credentials: dict[str, Any]
    sdk: dict[str, Any]
    zones: list[dict[str, Any]]
    waivers: WaiverDemands
    approvers: dict[str, list[str]]
    revoked: list[str]


class CheckedPolicy(msgspec.Struct, frozen=True):
    """A policy that can be read and used, and what in it helps nobody."""

    schema: str
    source: str
    doubts: list[str]


class WeakerSetting(msgspec.Struct, frozen=True):
    """A setting that lets more through than before, and a sentence about it."""

    setting: str
    message: str


class PolicyDifference(msgspec.Struct, frozen=True):
    """What one policy lets through and another doesn't."""

    schema: str
    weaker: list[WeakerSetting]


class VerifiedBundle(msgspec.Struct, frozen=True):
    """Whether a bundle counts: ``problem`` says why it doesn't."""

    schema: str
    issuer: str
    version: str
    issued: str
    sha256: str
    verified: bool
    problem: str


class GivenApproval(msgspec.Struct, frozen=True):
    """An approval that was signed and kept. ``problem`` says what is missing still for the finding to be accepted."""

    schema: str
    rule: str
    fingerprint: str
    role: str
    signer: str
    paths: list[str]
    made: str
    expires: str
    accepted: bool
    problem: str


class ChecklistDemand(Assessed, frozen=True):
    """A demand of the guide, what is seen of it here, and the commands that verify it."""

    command: str


class Checklist(msgspec.Struct, frozen=True):
    """All demands of the guide, in its order."""

    schema: str
    demands: list[ChecklistDemand]
