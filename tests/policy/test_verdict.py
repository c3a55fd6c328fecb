"""The verdict: profile, zone, overrides, allows and baseline, and which goes before which."""

import pytest

from nbguard.policy.allow import Waiver
from nbguard.policy.baseline import Baseline, BaselineEntry
from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
from nbguard.policy.verdict import Judgement, at_least, judge, sample_data_by_path, zone_of
from tests.fake_tokens import FakeTokens
from tests.policy.findings import find, text_document

TOKEN = FakeTokens().ionq()
TODAY = "2026-11-22"
STANDARD = Config("/r")
PRINT = "f" * 32


def verdict(config=STANDARD, text="t = 'TOKEN'", path="lib/a.py", baseline=None, **finding):
    document = text_document(text.replace("TOKEN", TOKEN), path)
    return judge(find(document, TOKEN, **finding), document, config, TODAY, baseline, PRINT)


def test_by_default_a_finding_counts_as_its_rule_says():
    assert verdict() == Judgement("high")
    assert not verdict().dropped


@pytest.mark.parametrize(
    ("profile", "kind", "severity", "reported"),
    [
        ("relaxed", "credential", "medium", True),
        ("relaxed", "credential", "low", False),
        ("relaxed", "hygiene", "high", False),
        ("standard", "credential", "low", True),
        ("standard", "sample-data", "low", True),
        ("standard", "hygiene", "low", False),
        ("standard", "hygiene", "medium", True),
        ("standard", "quantum-metadata", "high", False),
        ("enterprise", "quantum-metadata", "low", True),
        ("enterprise", "hygiene", "low", True),
    ],
)
def test_a_profile_reports_kinds_from_a_severity_on(profile, kind, severity, reported):
    judgement = verdict(STANDARD._replace(profile=profile), kind=kind, severity=severity)
    assert judgement.severity == (severity if reported else "off")
    assert judgement.dropped != reported


@pytest.mark.parametrize("name", ["ionq-api-key", "ionq-*", "credential"])
def test_disable(name):
    assert verdict(STANDARD._replace(disable=(name,))).dropped


def test_enable_brings_back_what_the_profile_leaves_out():
    config = STANDARD._replace(enable=("ibm-crn",))
    assert verdict(config, rule="ibm-crn", kind="quantum-metadata", severity="low").severity == "low"
    assert verdict(config, rule="ibm-job", kind="quantum-metadata", severity="low").dropped


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ({"ionq-api-key": "low"}, "low"),
        ({"credential": "critical"}, "critical"),
        ({"ionq-*": "low", "credential": "critical", "ionq-api-key": "medium"}, "medium"),
        ({"credential": "critical", "ionq-*": "low"}, "low"),
        ({"ionq-api-key": "off"}, "off"),
        ({"dwave-*": "low"}, "high"),
    ],
)
def test_the_most_precise_severity_wins(severity, expected):
    assert verdict(STANDARD._replace(severity=severity)).severity == expected


def test_a_zone_goes_before_the_repository():
    zone = Zone(("experiments/",), profile="relaxed", severity={"ionq-*": "low"}, disable=("dwave-*",))
    config = STANDARD._replace(zones=(zone, Zone(("**",), severity={"*": "critical"})), severity={"ionq-*": "medium"})
    assert verdict(config, path="experiments/x/a.py").severity == "low"
    assert verdict(config, path="experiments/x/a.py", rule="dwave-token").dropped
    assert verdict(config, path="experiments/a.py", rule="iqm-token", kind="hygiene").dropped
    assert verdict(config, path="pipelines/a.py").severity == "critical"
    assert zone_of("experiments/a.py", config) is zone
    assert zone_of("experiments/a.py", STANDARD) is None


def test_an_inline_allow_waives_and_keeps_the_severity():
    judgement = verdict(text="t = 'TOKEN'  # nbguard: allow ionq-api-key reason='x'")
    assert judgement == Judgement("high", Waiver("inline", "allow on line 1 (ionq-api-key)", "x"))


def test_a_baseline_entry_waives():
    baseline = Baseline("b.jsonl", {("lib/a.py", "file", PRINT): BaselineEntry("lib/a.py", "r", "file", PRINT, "old")})
    assert verdict(baseline=baseline) == Judgement("high", Waiver("baseline", "entry in b.jsonl", "old"))
    assert verdict(baseline=baseline, path="lib/b.py").waived is None


def test_an_expired_baseline_entry_is_said():
    entry = BaselineEntry("lib/a.py", "r", "file", PRINT, "old", "2026-11-01")
    judgement = verdict(baseline=Baseline("b.jsonl", {entry.key: entry}))
    assert judgement == Judgement("high", None, "The entry in b.jsonl doesn't count: it expired on 2026-11-01.")


def test_a_strict_policy_asks_of_the_baseline_what_it_asks_of_an_allow():
    entry = BaselineEntry("lib/a.py", "r", "file", PRINT)
    config = STANDARD._replace(waivers=WaiverPolicy(require_reason=True))
    judgement = verdict(config, baseline=Baseline("b.jsonl", {entry.key: entry}))
    assert judgement.waived is None
    assert "requires a reason" in judgement.note


def test_a_zone_of_the_enterprise_profile_is_as_strict():
    config = STANDARD._replace(zones=(Zone(("pipelines/",), profile="enterprise"),))
    text = "t = 'TOKEN'  # nbguard: allow ionq-api-key reason='x'"
    assert verdict(config, text).waived is not None
    judgement = verdict(config, text, "pipelines/a.py")
    assert judgement.waived is None
    assert judgement.note.endswith(
        "the policy requires an approver (approved-by=…) and an expiry (expires=YYYY-MM-DD)."
    )


def test_severities_are_ordered():
    assert at_least("critical", "low")
    assert at_least("medium", "medium")
    assert not at_least("low", "medium")


def test_an_allow_that_names_no_rule_is_told_with_the_nearest():
    assert verdict(text="t = 'TOKEN'  # nbguard: allow ionq-api-kei").note == (
        "The allow on line 1 (ionq-api-kei) names no rule; did you mean ionq-api-key?"
    )
    assert verdict(text="t = 'TOKEN'  # nbguard: allow zzz").note == (
        "The allow on line 1 (zzz) names no rule; `nbguard rules` lists them."
    )


@pytest.mark.parametrize("rules", ["dwave-sapi-token", "dwave-*", "zzz, dwave-sapi-token"])
def test_an_allow_for_another_rule_is_told_with_the_right_one(rules):
    note = f"The allow on line 1 ({rules}) is for another rule; write ionq-api-key to allow this."
    assert verdict(text=f"t = 'TOKEN'  # nbguard: allow {rules}") == Judgement("high", None, note)


def test_rules_of_a_pack_are_known_names(tmp_path):
    pack = tmp_path / "lab.toml"
    pack.write_text('[[rules]]\nid = "lab-key"\nregex = "LAB[0-9]{8}"\nkeywords = ["lab"]\n')
    with_pack = STANDARD._replace(rules=(str(pack),))
    assert verdict(with_pack, "t = 'TOKEN'  # nbguard: allow lab-key").note.endswith(
        "(lab-key) is for another rule; write ionq-api-key to allow this."
    )
    assert verdict(with_pack, "t = 'TOKEN'  # nbguard: allow lab-kez").note.endswith("did you mean lab-key?")


def test_what_a_zone_says_of_sample_data_goes_first_in_its_paths() -> None:
    """Key by key, and of severities class by class; outside of it the repository's word is as it was."""
    everywhere = {"rows": 5, "severity": {"health": "low", "payment": "high"}}
    zones = (
        Zone(("lab/**",), sample_data={"rows": 2, "severity": {"health": "critical"}}),
        Zone(("plain/**",)),
    )
    said = sample_data_by_path(Config("/r", sample_data=everywhere, zones=zones))
    assert said is not None
    assert said("a.py") == everywhere
    assert said("plain/a.py") == everywhere
    assert said("lab/a.py") == {"rows": 2, "severity": {"health": "critical", "payment": "high"}}
    assert sample_data_by_path(Config("/r", sample_data=everywhere, zones=zones[1:])) is None
