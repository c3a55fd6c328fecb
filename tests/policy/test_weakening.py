"""Each setting by which a policy can let through more than before: what is told, under which setting, word for word."""

from pathlib import Path
from typing import Any

import pytest

from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
from nbguard.policy.weakening import find_weaker
from nbguard.policy.weaker_settings import Weakness, quote
from tests.policy.generated_policies import Policies, config_of, let_through

LONG = "a" * 61
ROOT = "/r"


def told(before: dict[str, Any], after: dict[str, Any]) -> list[Weakness]:
    return find_weaker(Config(ROOT, **before), Config(ROOT, **after))


@pytest.mark.parametrize(
    ("setting", "weak", "strict", "message"),
    [
        ("exclude", {"exclude": ("a", LONG)}, {"exclude": ("a",)}, f"exclude names `{'a' * 60}…`"),
        ("fail_on", {"fail_on": "high"}, {"fail_on": "medium"}, "fail_on is high, was medium"),
        (
            "allow_unreadable", {"allow_unreadable": True}, {},
            "allow_unreadable lets a run pass that couldn't scan everything",
        ),
        (
            "max_file_size", {"allow_unreadable": True, "max_file_size": 9}, {"allow_unreadable": True},
            "max_file_size is 9, was 1000000000 bytes",
        ),
        ("jupyter", {"jupyter": {"also_guard": ()}}, {"jupyter": {"also_guard": ("*.py",)}},
         "jupyter.also_guard no longer names `*.py`"),
        ("approvers", {"approvers": {"security": ("x",)}}, {}, "approvers.security names `x`"),
        ("approvers", {"approvers": {"data": ("x",)}}, {"approvers": {"data": ()}}, "approvers.data names `x`"),
        ("approvers", {}, {"approvers": {"revoked": ("k",)}}, "approvers.revoked no longer names `k`"),
        ("plugins", {}, {"plugins": ("KeywordDetector",)}, "plugins no longer name `KeywordDetector`"),
        ("rules", {}, {"rules": ("/r/ci/pack.toml",)}, "rules no longer name `ci/pack.toml`"),
        ("default_rules", {"default_rules": "/r/b"}, {"default_rules": "/r/a/b.toml"},
         "default_rules no longer names `a/b.toml`"),
        ("profile", {"profile": "relaxed"}, {"profile": "standard"}, "profile is relaxed, was standard"),
        ("disable", {"disable": ("ionq-*",)}, {}, "disable names `ionq-*`"),
        ("enable", {}, {"enable": ("hygiene",)}, "enable no longer names `hygiene`"),
        ("waivers", {"waivers": WaiverPolicy(longest_days=31)}, {"waivers": WaiverPolicy(longest_days=30)},
         "waivers.longest_days is 31, was 30"),
        ("waivers", {"waivers": WaiverPolicy(inline=True)}, {"waivers": WaiverPolicy(inline=False)},
         "waivers.inline is on"),
        ("waivers", {"waivers": WaiverPolicy()}, {"waivers": WaiverPolicy(foreign_markers=False)},
         "waivers.foreign_markers is on"),
        ("waivers", {}, {"waivers": WaiverPolicy(repository="lab")}, "waivers.repository is not set, was `lab`"),
        ("waivers", {"waivers": WaiverPolicy(repository="x")}, {"waivers": WaiverPolicy(repository="lab")},
         "waivers.repository is `x`, was `lab`"),
        ("jupyter", {"jupyter": {"save": "warn"}}, {"jupyter": {"save": "block"}},
         "jupyter.save is warn, was block"),
        ("jupyter", {"jupyter": {"save": "block", "on_error": "allow"}},
         {"jupyter": {"save": "block", "on_error": "block"}}, "jupyter.on_error is allow, was block"),
        ("sample_data", {"sample_data": {"rows": 4}}, {"sample_data": {"rows": 3}},
         "sample_data.rows is 4, was 3"),
        ("sample_data", {"sample_data": {"emails": 9}}, {}, "sample_data.emails is 9, was 3"),
        ("sample_data", {"sample_data": {"bulk_bytes": 900_000_000}}, {"sample_data": {"bulk_bytes": 5}},
         "sample_data.bulk_bytes is 900000000, was 5"),
        ("sample_data", {"sample_data": {"classes": ["health"]}}, {"sample_data": {"classes": ["health", "payment"]}},
         "sample_data.classes no longer name payment"),
        ("sample_data", {"sample_data": {"severity": {"health": "low"}}}, {},
         "sample_data.severity of health is low, was medium"),
        ("sample_data", {}, {"sample_data": {"severity": {"health": "critical"}}},
         "sample_data.severity of health is medium, was critical"),
        ("sample_data", {"sample_data": {"policy": {"health": "allowed"}}}, {},
         "sample_data.policy of health is allowed, was not set"),
        ("sample_data", {}, {"sample_data": {"policy": {"health": "approval"}}},
         "sample_data.policy of health is not set, was approval"),
        ("severity", {"severity": {"ionq-api-key": "low"}}, {}, "severity: ionq-api-key is low, was high"),
        ("severity", {"severity": {"my-pack-*": "low"}}, {}, "severity: `my-pack-*` is low"),
        ("severity", {"severity": {"my-pack-*": "medium"}}, {"severity": {"my-pack-*": "high"}},
         "severity: `my-pack-*` is medium"),
        ("strip", {"strip": {"max_size": 7}}, {"strip": {"max_size": 6}}, "strip.max_size is 7 bytes, was 6"),
        ("strip", {"strip": {"max_size": 7}}, {}, "strip.max_size is 7 bytes, was 0"),
        ("strip", {"strip": {"keep_metadata_keys": ("a",)}}, {}, "strip.keep_metadata_keys names `a`"),
        ("strip", {"strip": {"keep_output_types": ("a",)}}, {}, "strip.keep_output_types names `a`"),
        ("strip", {"strip": {"markers": True}}, {"strip": {"markers": False}}, "strip.markers is on"),
        *(("strip", {"strip": {name: True}}, {}, f"strip.{name} is on")
          for name in ("keep_output", "keep_count", "keep_id")),
        *(("strip", {}, {"strip": {name: True}}, f"strip.{name} is off")
          for name in ("strip_init_cells", "drop_empty_cells", "normalize", "blank_cells")),
        *(("strip", {"strip": {name: ("b",)}}, {"strip": {name: ("a", "b")}}, f"strip.{name} no longer names `a`")
          for name in ("extra_keys", "drop_tagged_cells", "drop_output_types", "volatile_keys")),
        *(("waivers", {}, {"waivers": WaiverPolicy()._replace(**{name: True})}, f"waivers.{name} is off")
          for name in ("require_reason", "require_approver", "require_expiry", "require_signature")),
        ("sdk", {}, {"sdk": {"osv": "a"}}, "sdk.osv is another export, or gone"),
        ("sdk", {}, {"sdk": {"approved": []}}, "sdk.approved is gone"),
        ("sdk", {"sdk": {"approved": ["a", "b"]}}, {"sdk": {"approved": ["a"]}}, "sdk.approved names `b`"),
        ("sdk", {"sdk": {"approved": ["a>=1"]}}, {"sdk": {"approved": ["a>=2"]}}, "sdk.approved names `a>=1`"),
        ("sdk", {"sdk": {"approved": ["a==2.*"]}}, {"sdk": {"approved": ["a>=2,<3"]}}, "sdk.approved names `a==2.*`"),
        ("sdk", {"sdk": {"approved": ["a==3"]}}, {"sdk": {"approved": ["a>=2,<3"]}}, "sdk.approved names `a==3`"),
        ("sdk", {"sdk": {"approved": ["a ; python_version > '3'"]}}, {"sdk": {"approved": ["a>1"]}},
         "sdk.approved names `a ; python_version > '3'`"),
        ("credentials", {}, {"credentials": {"rotate_days": 9}}, "credentials.rotate_days is not set, was 9"),
        ("credentials", {"credentials": {"rotate_days": 10}}, {"credentials": {"rotate_days": 9}},
         "credentials.rotate_days is 10, was 9"),
        ("credentials", {}, {"credentials": {"rotate_days_by_provider": {"ionq": 9}}},
         "credentials.rotate_days_by_provider of ionq is not set, was 9"),
        ("credentials", {"credentials": {"rotate_days_by_provider": {"ionq": 10}}},
         {"credentials": {"rotate_days_by_provider": {"ionq": 9}}},
         "credentials.rotate_days_by_provider of ionq is 10, was 9"),
        ("baseline", {"baseline": "b"}, {"baseline": ""}, "baseline is `b`, was none"),
        ("baseline", {"baseline": "b"}, {"baseline": "a"}, "baseline is `b`, was `a`"),
    ],
)  # fmt: skip
def test_what_lets_through_more_is_told_and_the_other_way_round_is_not(
    setting: str, weak: dict[str, Any], strict: dict[str, Any], message: str
) -> None:
    assert Weakness(setting, message) in told(strict, weak)
    assert Weakness(setting, message) not in told(weak, strict)
    assert told(strict, strict) == []
    assert told(weak, weak) == []
    zoned = {**weak, "zones": (Zone(("a/",)),)}
    assert [one for one in told(strict, zoned) if one.setting != "zones"] == told(strict, weak)


@pytest.mark.parametrize(
    ("approved", "before"),
    [
        ("a==2.5", "a>=2,<3"),
        ("A_b==2.5", "a-b>=2,<3"),
        ("a>=2,<3,!=2.5", "a>=2,<3"),
        ("a==2.0rc1", "a>=1"),
        ("a", "a"),
    ],
)
def test_an_approved_version_within_another_is_no_weaker(approved: str, before: str) -> None:
    assert told({"sdk": {"approved": [before]}}, {"sdk": {"approved": [approved]}}) == []


@pytest.mark.parametrize(("approved", "before"), [("a==2.5", "b>=2"), ("a @ https://x.invalid/a.whl", "a")])
def test_another_package_or_another_place_is_weaker(approved: str, before: str) -> None:
    assert told({"sdk": {"approved": [before]}}, {"sdk": {"approved": [approved]}}) == [
        Weakness("sdk", f"sdk.approved names `{approved}`")
    ]


def test_what_can_not_be_compared_is_told_whichever_way_it_changes() -> None:
    regex = Weakness("strip", "strip.strip_regex is another: nobody can say what it lets through")
    export = Weakness("sdk", "sdk.osv is another export, or gone")
    for one, other in (("a", "b"), ("b", "a")):
        assert told({"strip": {"strip_regex": one}}, {"strip": {"strip_regex": other}}) == [regex]
        assert told({"sdk": {"osv": one}}, {"sdk": {"osv": other}}) == [export]
    assert told({"strip": {"strip_regex": "a"}}, {}) == told({}, {"strip": {"strip_regex": "a"}}) == [regex]
    assert told({"strip": {"strip_regex": ""}}, {}) == []


def test_without_a_list_all_sdks_are_approved_and_a_list_is_stricter() -> None:
    assert told({}, {"sdk": {"approved": ["a"]}}) == []


def test_the_first_lowered_rule_is_named_and_the_others_are_counted() -> None:
    """What is lowered by the profile or by a name that is off is said there and nowhere else."""
    two = {"severity": {"ionq-api-key": "low", "aqora-access-token": "low"}}
    assert told({}, two) == [Weakness("severity", "severity: aqora-access-token is low, was high, and 1 rule more")]
    three = {"severity": {**two["severity"], "aqt-access-token": "low"}}
    assert [one.message for one in told({}, three)] == [
        "severity: aqora-access-token is low, was high, and 2 rules more"
    ]
    assert told({}, {"disable": ("ionq-api-key",)}) == [Weakness("disable", "disable names `ionq-api-key`")]
    relaxed = told({"jupyter": {}}, {"profile": "relaxed"})
    assert relaxed == [Weakness("profile", "profile is relaxed, was standard")]


def test_a_kind_is_no_rule_of_a_pack() -> None:
    assert [one.message for one in told({}, {"severity": {"hygiene": "low"}})][1:] == []
    assert Weakness("severity", "severity: `hygiene` is low") not in told({}, {"severity": {"hygiene": "low"}})


def test_a_zone_is_held_against_what_holds_there_without_it() -> None:
    """What the zone adds is weaker; what the repository says already is not told again."""
    zone = Zone(("lab/",), "lab", severity={"ionq-api-key": "low"}, disable=("qctrl-*",))
    assert told({}, {"zones": (zone,)}) == [Weakness("zones", "zone `lab`: disable names `qctrl-*`")]
    strict = Zone(("lab/",), severity={"ionq-api-key": "critical"})
    assert told({}, {"zones": (strict,)}) == []
    gone = told({"zones": (strict,)}, {})
    assert gone == [Weakness("zones", "zone `lab/` is gone: severity: ionq-api-key is high, was critical")]
    weaker = told({"zones": (strict,)}, {"zones": (strict._replace(severity={"ionq-api-key": "medium"}),)})
    assert weaker == [Weakness("zones", "zone `lab/`: severity: ionq-api-key is medium, was critical")]


def test_a_zone_that_comes_before_another_takes_its_files() -> None:
    """The new first zone is as strict as the repository, and weaker than the one behind it, whose files it may take."""
    strict = Zone(("lab/",), severity={"ionq-api-key": "critical"})
    new = Zone(("lab/a/",), enable=("hygiene",))
    said = "zone `lab/a/`: severity: ionq-api-key is high, was critical"
    assert Weakness("zones", said) in told({"zones": (strict,)}, {"zones": (new, strict)})
    assert told({"zones": (strict,)}, {"zones": (strict, new)}) == []
    moved = told({"zones": (strict, new)}, {"zones": (new, strict)})
    assert Weakness("zones", said) in moved


def test_a_zone_that_goes_hands_its_files_on() -> None:
    strict = Zone(("lab/",), severity={"ionq-api-key": "critical"})
    other = Zone(("l*/",), "rest", severity={"ionq-api-key": "medium"})
    gone = [one.message for one in told({"zones": (strict, other)}, {"zones": (other,)})]
    assert gone == [
        "zone `lab/` is gone: severity: ionq-api-key is high, was critical",
        "zone `lab/` is gone: severity: ionq-api-key is medium, was critical",
    ]


def test_a_zone_of_two_with_the_same_paths_is_the_first() -> None:
    weak, strict = Zone(("a/",), disable=("ionq-*",)), Zone(("a/",))
    assert told({"zones": (strict,)}, {"zones": (strict, weak)}) == []
    assert told({"zones": (strict,)}, {"zones": (weak, strict)}) == [
        Weakness("zones", "zone `a/`: disable names `ionq-*`")
    ]


def test_a_zone_has_the_demands_of_its_profile() -> None:
    enterprise, standard = Zone(("a/",), profile="enterprise"), Zone(("a/",), profile="standard")
    messages = [one.message for one in told({"zones": (enterprise,)}, {"zones": (standard,)})]
    assert messages[0] == "zone `a/`: profile is standard, was enterprise"
    assert "zone `a/`: waivers.require_signature is off" in messages


def test_a_long_name_is_cut() -> None:
    assert quote("a" * 60) == f"`{'a' * 60}`"
    assert quote("a" * 61) == f"`{'a' * 60}…`"
    zone = Zone(("b" * 61,), disable=("x",))
    assert told({}, {"zones": (zone,)})[0].message == f"zone `{'b' * 60}…`: disable names `x`"


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ({}, {"severity": {"braket-task-arn": "off"}}, "braket-task-arn is off, was"),
        ({"severity": {"ionq-api-key": "critical"}}, {}, "ionq-api-key is"),
        ({}, {"disable": ("quantum-metadata",)}, "disable names"),
    ],
)
def test_what_the_rest_says_is_told_where_it_counts_in_a_zone_alone(
    before: dict[str, Any], after: dict[str, Any], rule: str
) -> None:
    """The zone reports what the rest of the repository doesn't, and stays as it is."""
    zones = {"zones": (Zone(("lab/",), profile="enterprise", severity={"credential": "low"}),)}
    found = told(zones | before, zones | after)
    assert any(rule in weakness.message for weakness in found)


def test_whatever_lets_more_through_is_told(tmp_path: Path) -> None:
    """What becomes of findings is the judge: a change of policy by which fewer are refused is told."""
    seen, policies = 0, Policies(2)
    for _ in range(600):
        before, after = policies.pair()
        old, new = config_of(before, tmp_path), config_of(after, tmp_path)
        if (weaker := let_through(old, new, policies.rules)) is not None:
            seen += 1
            assert find_weaker(old, new), (weaker, before, after)
    assert seen > 60


@pytest.mark.slow
def test_whatever_lets_more_through_is_told_of_many(tmp_path: Path) -> None:
    for seed in range(10):
        policies = Policies(seed)
        for _ in range(1000):
            before, after = policies.pair()
            old, new = config_of(before, tmp_path), config_of(after, tmp_path)
            if (weaker := let_through(old, new, policies.rules)) is not None:
                assert find_weaker(old, new), (weaker, before, after)


@pytest.mark.parametrize("name", ["mount", "prefix", "path"])
def test_where_moved_values_go_is_told_whichever_way_it_changes(name: str) -> None:
    """A path that others may read takes the next value that somebody moves."""
    before, after, unset = ({"vault": {"style": "env"} | more} for more in ({name: "team"}, {name: "open"}, {}))
    elsewhere = "what is moved goes elsewhere"
    assert told(before, after) == [Weakness("vault", f"vault.{name} is `open`, was `team`: {elsewhere}")]
    assert told(before, unset) == [Weakness("vault", f"vault.{name} is not set, was `team`: {elsewhere}")]
    assert told(unset, after) == [Weakness("vault", f"vault.{name} is `open`, was not set: {elsewhere}")]
    assert told({}, after) == []
