"""Protects `nbguard rules` and `nbguard explain`: complete, filtered, helpful when a name is wrong, quick to read."""

import json
import re
from datetime import UTC, date, datetime

import pytest

from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.detect.providers.provider_rules import load_catalogue
from nbguard.detect.providers.vendors import QUESTIONS, load_vendors
from nbguard.detect.rule_list import _COLLECTIONS, all_rules, find_rule, nearest_rule
from tests.command_line import nbguard

CATALOGUE = load_catalogue()


def listed(*arguments: str) -> list[list[str]]:
    run = nbguard("rules", *arguments)
    assert (run.status, run.err) == (0, "")
    header, *rows = run.out.splitlines()
    assert header.split() == ["RULE", "PROVIDER", "KIND", "SEVERITY", "NAME"]
    return [row.split(maxsplit=4) for row in rows]


def test_every_rule_is_listed_with_its_columns():
    rows = {row[0]: row[1:] for row in listed()}
    assert len(rows) == len(all_rules())
    assert rows["ionq-api-key"] == ["ionq", "credential", "high", "IonQ API key"]
    assert rows["ibm-crn"] == ["ibm-quantum", "quantum-metadata", "medium", "IBM Quantum instance (CRN)"]
    assert set(CATALOGUE.by_rule) <= set(rows)


def test_columns_stand_below_each_other():
    lines = nbguard("rules").out.splitlines()
    for name in ("PROVIDER", "KIND", "SEVERITY", "NAME"):
        at = lines[0].index(name)
        assert all(line[at - 2 : at] == "  " and line[at] != " " for line in lines)


def test_rules_of_other_detectors_are_listed_too():
    kinds = {rule.kind for rule in all_rules()}
    assert {"credential", "quantum-metadata", "sample-data"} <= kinds
    assert find_rule("sample-iban").explanation
    assert find_rule("github-token").provider == "github"


def test_a_detector_that_is_not_there_is_left_out_and_a_broken_one_is_not(monkeypatch):
    """Detectors come and go with extras; an error inside of one must not hide its rules."""
    from nbguard.detect import rule_list

    monkeypatch.setattr(rule_list, "_COLLECTIONS", (("hygiene", "nbguard.detect.not_there", "RULES"),))
    assert {rule.kind for rule in all_rules()} == {"credential", "quantum-metadata"}
    monkeypatch.setattr(rule_list, "_COLLECTIONS", (("hygiene", "nbguard.detect.finding", "RULES"),))
    with pytest.raises(AttributeError):
        all_rules()
    assert len(_COLLECTIONS) == len({module for _, module, _ in _COLLECTIONS})


def test_filters_keep_what_they_name():
    assert {row[0] for row in listed("--provider", "IonQ")} == {"ionq-api-key", "ionq-job-url"}
    assert {row[0] for row in listed("--provider", "ionq", "--kind", "credential")} == {"ionq-api-key"}
    assert {row[2] for row in listed("--kind", "sample-data")} == {"sample-data"}


def test_json_holds_the_same_rules():
    records = json.loads(nbguard("rules", "--format", "json").out)
    assert [record["id"] for record in records] == [rule.id for rule in all_rules()]
    assert set(records[0]) == {"id", "provider", "kind", "severity", "name"}


def test_an_unknown_provider_or_kind_is_a_usage_error():
    run = nbguard("rules", "--provider", "ionk")
    assert (run.status, run.out) == (2, "")
    assert run.err == "nbguard: there is no provider 'ionk' (did you mean 'ionq'?)\n"
    assert nbguard("rules", "--provider", "IBM").err.endswith("(did you mean 'ibm-cloud' or 'ibm-quantum'?)\n")
    assert nbguard("rules", "--kind", "credentials").status == 2


@pytest.mark.parametrize(
    ("typed", "meant"), [("ionq-key", "ionq-api-key"), ("IONQ-API-KEY", "ionq-api-key"), ("crn", "ibm-crn")]
)
def test_an_unknown_rule_is_answered_with_the_nearest(typed, meant):
    run = nbguard("explain", typed)
    assert (run.status, run.out) == (2, "")
    assert run.err == f"nbguard: there is no rule {typed!r} (did you mean {meant!r}?); see `nbguard rules`\n"


def test_nothing_near_is_said_too():
    assert nearest_rule("zzzzzzzzzzzz") == ""
    assert nbguard("explain", "zzzzzzzzzzzz").err == "nbguard: there is no rule 'zzzzzzzzzzzz'; see `nbguard rules`\n"


def test_a_contextual_rule_is_explained():
    run = nbguard("explain", "ionq-api-key")
    assert (run.status, run.err) == (0, "")
    for part in (
        "IonQ API key\n", "rule      ionq-api-key", "severity  high", "quantum/ionq, key api_key", "no shape",
        "IonQProvider", "argument 1 or token=…", "Authorization: apiKey", 'IonQProvider("', "etag = ",
        "IONQ_API_KEY, also at the end of a longer name", 'IonQProvider("YOUR_IONQ_API_TOKEN")', "cloud.ionq.com", "https://docs.ionq.com/",
    ):  # fmt: skip
        assert part in run.out, part
    assert "{secret}" not in run.out
    assert run.out == nbguard("explain", "ionq-api-key").out


def test_the_advice_for_accounts_fits_ibans_and_cards():
    said = " ".join(nbguard("explain", "sample-table-payment").out.split())
    assert "Or use made-up ones: the card schemes' test numbers, the IBANs of the standard's examples." in said


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_is_explained_in_lines_that_fit(rule, capsys):
    from argparse import Namespace

    from nbguard.cli import explain

    assert explain.run(Namespace(rule=rule.id)) == 0
    out = capsys.readouterr().out
    assert out.startswith(rule.name)
    assert "{secret}" not in out
    assert not [line for line in out.splitlines() if line != line.rstrip()]
    if rule.id in CATALOGUE.by_rule:
        for title in ("How it is found", "Found (made-up values)", "Not found", "How to rotate it"):
            assert f"\n\n{title}\n  " in out


def test_vendors_are_told_with_what_is_not_documented():
    lines = nbguard("rules", "--vendors").out.splitlines()
    names = {line.split()[0] for line in lines[1:-3]}
    assert names == {provider.id for provider in CATALOGUE.providers}
    answered = sum(len(vendor.facts) for vendor in load_vendors().values())
    assert f"{answered} of {7 * len(names)} questions have a public answer." in lines
    ibm = nbguard("rules", "--vendors", "--provider", "ibm-quantum").out
    assert re.match(r".*\(read on \d{4}-\d\d-\d\d\)", ibm)
    assert "Limits of spending or use: yes\n" in ibm
    assert "https://quantum.cloud.ibm.com/docs/guides/manage-cost" in ibm
    unknown = next(vendor for vendor in load_vendors().values() if "retention" not in vendor.facts)
    told = nbguard("rules", "--vendors", "--provider", unknown.provider).out
    assert "Retention and deletion of results: not documented, as far as we know" in told
    (record,) = json.loads(nbguard("rules", "--vendors", "--provider", "ionq", "--format", "json").out)
    assert record["facts"]["sso"]["answer"] == "yes"
    assert nbguard("rules", "--vendors", "--kind", "hygiene").status == 2


def test_every_fact_about_a_vendor_has_an_answer_a_sentence_and_a_page():
    assert set(load_knowledge("vendors")) <= {provider.id for provider in CATALOGUE.providers}
    for name, table in load_knowledge("vendors").items():
        assert set(table) <= {*QUESTIONS, "rotate_days", "rotate_source", "read"}, name
        assert date.fromisoformat(table["read"]) <= datetime.now(UTC).date(), name
        assert ("rotate_days" in table) == ("rotate_source" in table), name
    for vendor in load_vendors().values():
        assert vendor.rotate_days is None or "https://" in vendor.rotate_source
        for fact in vendor.facts.values():
            assert fact.answer in ("yes", "partly", "no")
            assert fact.source.startswith("https://")
            assert fact.text.endswith(".")
