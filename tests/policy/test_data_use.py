"""What a policy says of a class of data, in a zone and outside: allowed, with approval, prohibited."""

import pytest

from nbguard.policy.baseline import Baseline, BaselineEntry
from nbguard.policy.policy_settings import Config, WaiverPolicy, Zone
from nbguard.policy.verdict import judge
from nbguard.policy.weakening import find_weaker
from tests.policy.findings import find, text_document

USES = ("allowed", "approval", "prohibited")
MARK = '  # nbguard: allow sample-patient reason="made up" approved-by=a expires=2026-12-31'


def verdict(policy, zone=None, mark="", rule="sample-patient", **finding):
    zones = (Zone(("lab/*",), "lab", sample_data={"policy": zone}),) if zone is not None else ()
    config = Config("/r", sample_data={"policy": policy}, zones=zones)
    document = text_document(f"t = 'MRN4711'{mark}", "lab/a.py")
    found = find(document, "MRN4711", rule, finding.pop("kind", "sample-data"), **finding)
    return judge(found, document, config, "2026-11-22", None, "f" * 32)


def test_without_a_policy_a_mark_accepts():
    assert verdict({}).waived is None
    assert verdict({}, mark=MARK).waived.kind == "inline"


def test_what_is_allowed_is_accepted_and_said():
    judgement = verdict({"health": "allowed"})
    assert (judgement.waived.kind, judgement.waived.reason) == ("policy", "health data is allowed")
    assert verdict({"payment": "allowed"}).waived is None


def test_with_approval_no_mark_accepts():
    judgement = verdict({"health": "approval"}, mark=MARK)
    assert judgement.waived is None
    assert "doesn't count" in judgement.note


def test_what_is_prohibited_nothing_accepts():
    judgement = verdict({"health": "prohibited"}, mark=MARK, severity="low")
    assert (judgement.severity, judgement.waived) == ("high", None)
    assert "prohibits health data here: nothing accepts it" in judgement.note


@pytest.mark.parametrize("everywhere", ["", *USES])
@pytest.mark.parametrize("own", USES)
def test_the_zone_goes_before_the_repository_class_by_class(everywhere, own):
    told = {"health": everywhere} if everywhere else {}
    here = verdict(told, {"health": own}, MARK)
    assert here == verdict({}, {"health": own}, MARK)
    assert verdict(told, {"payment": own}, MARK) == verdict(told, None, MARK)


def test_other_kinds_are_no_data():
    assert verdict({"health": "allowed"}, kind="credential", rule="ionq-api-key").waived is None


def test_a_baseline_accepts_nothing_that_is_prohibited():
    config = Config("/r", sample_data={"policy": {"health": "prohibited"}})
    document = text_document("t = 'MRN4711'", "a.py")
    found = find(document, "MRN4711", "sample-patient", "sample-data")
    entry = BaselineEntry("sample-patient", "f" * 32, "a.py", "file")
    baseline = Baseline({("a.py", "file", "f" * 32): entry}, "b")
    assert judge(found, document, config, "2026-11-22", baseline, "f" * 32).waived is None


@pytest.mark.parametrize("before", ["", *USES])
@pytest.mark.parametrize("after", ["", *USES])
@pytest.mark.parametrize("zoned", [False, True])
def test_a_weaker_policy_is_told(before, after, zoned):
    order = ("allowed", "", "approval", "prohibited")

    def config(use):
        said = {"policy": {"health": use}} if use else {}
        zones = (Zone(("lab/*",), "lab", sample_data=said),) if zoned else ()
        return Config("/r", sample_data={} if zoned else said, zones=zones, waivers=WaiverPolicy())

    told = [weakness.setting for weakness in find_weaker(config(before), config(after))]
    assert bool(told) == (order.index(after) < order.index(before))
