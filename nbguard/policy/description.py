"""A policy in words and as data: what holds, where it comes from, and what in it helps nobody. No salt is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbguard.policy.signers import ROLES, digest_of, read_signers, revoked_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbguard.policy.policy_settings import Config

SCHEMA = "nbguard-policy-show/1"


def describe_policy(config: Config) -> dict[str, Any]:
    """What a policy says, as JSON has it; approvers by name and the fingerprint of their key."""
    return {
        "schema": SCHEMA,
        "source": config.source,
        "bundle": config.bundle,
        "sha256": policy_digest(config),
        "profile": config.profile,
        "fail_on": config.fail_on,
        "baseline": config.baseline,
        "exclude": list(config.exclude),
        "enable": list(config.enable),
        "disable": list(config.disable),
        "severity": dict(config.severity),
        "max_file_size": config.max_file_size,
        "allow_unreadable": config.allow_unreadable,
        "plugins": list(config.plugins),
        "rules": list(config.rules),
        "default_rules": config.default_rules,
        "sample_data": _plain(config.sample_data),
        "jupyter": _plain(config.jupyter),
        "strip": _plain(config.strip),
        "credentials": _plain(config.credentials),
        "sdk": _plain(config.sdk),
        "zones": [_plain(zone._asdict()) for zone in config.zones],
        "waivers": config.waivers._asdict(),
        "approvers": {
            role: [f"{', '.join(s.names)} {digest_of(s.key)}" for s in read_signers(config.approvers.get(role, ()))]
            for role in ROLES
        },
        "revoked": sorted(map(revoked_digest, config.approvers.get("revoked", ()))),
    }


def policy_digest(config: Config) -> str:
    """The SHA-256 of all that judges, so that two reports can be held against each other. Paths and salt aren't in."""
    import json
    from hashlib import sha256

    said = {
        name: _plain(value)
        for name, value in config._asdict().items()
        if name not in ("root", "salt", "source", "exhaustive", "trusted", "bundle", "vault", "strip")
    }
    said["rules"] = [path.removeprefix(config.root) for path in config.rules]
    said["default_rules"] = config.default_rules.removeprefix(config.root)
    return sha256(json.dumps(said, sort_keys=True).encode("ascii")).hexdigest()


def rules_digest() -> str:
    """The SHA-256 of the rules there are: two runs with the same one look for the same."""
    from hashlib import sha256

    from nbguard.detect.rule_list import all_rules

    return sha256("\n".join(map(repr, sorted(all_rules()))).encode("utf-8")).hexdigest()


def doubts_about(config: Config) -> Iterator[str]:
    """What in a policy can be used and helps nobody, one sentence each."""
    takes_signatures = _takes_signatures(config)
    for role in ROLES:
        if takes_signatures and not config.approvers.get(role):
            yield f"Nobody is listed under [approvers] {role}: nothing that takes their approval can be accepted."
    revoked = set(map(revoked_digest, config.approvers.get("revoked", ())))
    keys = {role: {s.key for s in read_signers(config.approvers.get(role, ()))} for role in ROLES}
    for role in ROLES:
        for signer in read_signers(config.approvers.get(role, ())):
            if digest_of(signer.key) in revoked:
                yield f"The key of {signer.names[0]} ({role}) is listed and revoked."
    if keys["security"] & keys["data"]:
        yield "A key is listed for both roles; sample data takes two people all the same."


def _takes_signatures(config: Config) -> bool:
    """Whether anything is accepted by signatures only: by the policy, a zone's profile, or what may be where."""
    tables = [config.sample_data, *(zone.sample_data for zone in config.zones)]
    words = [table.get("policy", {}) for table in tables]
    asked = any("approval" in (said.values() if isinstance(said, dict) else (said,)) for said in words)
    return asked or config.waivers.require_signature or any(zone.profile == "enterprise" for zone in config.zones)


def _plain(value: Any) -> Any:
    """A value as JSON has it: tables in the order of their keys, lists for tuples."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in sorted(value.items())}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
