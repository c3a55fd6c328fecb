"""A policy in words and as data: all of it, and nothing that is secret or of one machine."""

import pytest

from nbguard.policy.description import describe_policy, doubts_about, policy_digest
from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
from tests.signing_keys import Keys

NOBODY = "Nobody is listed under [approvers] {}: nothing that takes their approval can be accepted."


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


def test_every_setting_is_told_under_its_own_name() -> None:
    config = Config(
        "/r", profile="enterprise", salt="the-salt", baseline="b.jsonl", strip={"keep_count": True},
        sdk={"approved": ["q"]}, credentials={"rotate_days": 9}, exclude=("x",), max_file_size=5, allow_unreadable=True,
        enable=("a",), disable=("b",), severity={"c": "low"}, fail_on="high", sample_data={"rows": 4},
        jupyter={"save": "block", "also_guard": ("*.py",)}, zones=(Zone(("z/",), "z"),),
        waivers=WaiverPolicy(longest_days=9), source="nbguard.toml", plugins=("P",), rules=("/r/p.toml",),
        default_rules="/r/d.toml", bundle="alice, version 7",
    )  # fmt: skip
    told = describe_policy(config)
    assert "the-salt" not in str(told)
    assert told | {"sha256": ""} == {
        "schema": "nbguard-policy-show/1", "source": "nbguard.toml", "bundle": "alice, version 7", "sha256": "",
        "profile": "enterprise", "fail_on": "high", "baseline": "b.jsonl", "strip": {"keep_count": True},
        "sdk": {"approved": ["q"]}, "credentials": {"rotate_days": 9},
        "exclude": ["x"], "enable": ["a"], "disable": ["b"],
        "severity": {"c": "low"}, "max_file_size": 5, "allow_unreadable": True, "plugins": ["P"],
        "rules": ["/r/p.toml"], "default_rules": "/r/d.toml", "sample_data": {"rows": 4},
        "jupyter": {"save": "block", "also_guard": ["*.py"]},
        "zones": [
            {"paths": ["z/"], "name": "z", "profile": None, "severity": {}, "enable": [], "disable": [],
             "sample_data": {}, "save": None},
        ],
        "waivers": WaiverPolicy(longest_days=9)._asdict(), "approvers": {"security": [], "data": []}, "revoked": [],
    }  # fmt: skip


def test_no_setting_is_left_out() -> None:
    """What isn't told: places of this machine, the salt, where values go in Vault, and what isn't a setting."""
    untold = {"root", "salt", "vault", "trusted", "exhaustive"}
    assert set(Config._fields) - set(describe_policy(Config("/r"))) == untold


def test_approvers_are_told_by_name_and_the_fingerprint_of_their_key(keys: Keys) -> None:
    from nbguard.policy.signers import revoked_digest

    digest = revoked_digest(keys.public("alice"))
    line = f"Alice@example.org,al@example.org {keys.public('alice')}"
    told = describe_policy(Config("/r", approvers={"security": (line,), "revoked": (keys.public("alice"),)}))
    assert told["approvers"] == {"security": [f"alice@example.org, al@example.org {digest}"], "data": []}
    assert told["revoked"] == [digest]


def test_the_digest_is_of_what_judges_and_of_nothing_of_one_machine() -> None:
    config = Config("/r", rules=("/r/p.toml",), default_rules="/r/d.toml")
    digest = policy_digest(config)
    assert len(digest) == 64
    elsewhere = config._replace(root="/s", rules=("/s/p.toml",), default_rules="/s/d.toml", salt="x", source="y")
    assert policy_digest(elsewhere) == digest
    assert policy_digest(config._replace(vault={"a": 1}, strip={"b": 1}, trusted=False, bundle="b")) == digest
    for changed in (
        config._replace(profile="relaxed"), config._replace(rules=("/r/q.toml",)), config._replace(default_rules=""),
        config._replace(zones=(Zone(("z/",)),)), config._replace(waivers=WaiverPolicy(inline=False)),
        config._replace(sdk={"approved": ["a"]}), config._replace(fail_on="high"), config._replace(baseline="b"),
    ):  # fmt: skip
        assert policy_digest(changed) != digest
    one, other = {"a": "low", "b": "high"}, {"b": "high", "a": "low"}
    assert policy_digest(config._replace(severity=one)) == policy_digest(config._replace(severity=other))


def test_what_helps_nobody_is_told(keys: Keys) -> None:
    alice, bob = keys.line("alice"), keys.line("bob")
    assert list(doubts_about(Config("/r"))) == []
    signed = Config("/r", waivers=WaiverPolicy(require_signature=True))
    assert list(doubts_about(signed)) == [NOBODY.format("security"), NOBODY.format("data")]
    zoned = Config("/r", zones=(Zone(("a/",)), Zone(("b/",), profile="enterprise")))
    assert list(doubts_about(zoned)) == [NOBODY.format("security"), NOBODY.format("data")]
    for policy in ("approval", {"payment": "approval"}):
        for asked in (
            Config("/r", sample_data={"policy": policy}),
            Config("/r", zones=(Zone(("a/",), sample_data={"policy": policy}),)),
        ):
            assert list(doubts_about(asked)) == [NOBODY.format("security"), NOBODY.format("data")]
    assert list(doubts_about(Config("/r", sample_data={"policy": {"health": "prohibited"}}))) == []
    both = signed._replace(approvers={"security": (alice,), "data": (alice, bob)})
    assert list(doubts_about(both)) == ["A key is listed for both roles; sample data takes two people all the same."]
    revoked = signed._replace(approvers={"security": (alice,), "data": (bob,), "revoked": (keys.public("bob"),)})
    assert list(doubts_about(revoked)) == ["The key of bob@example.org (data) is listed and revoked."]
    assert list(doubts_about(signed._replace(approvers={"security": (alice,), "data": (bob,)}))) == []
