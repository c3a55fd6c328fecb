"""GitLab, GitHub annotations, JUnit, JSON Lines and OCSF: parsed again as their readers do."""

import json
import re
from xml.etree import ElementTree

import jsonschema

from nbguard.report.github import append_step_summary
from nbguard.report.records import make_report
from tests.report.samples import sample_report
from tests.report.test_formats import written

_TOOL = {
    "type": "object",
    "required": ["id", "name", "version", "vendor"],
    "properties": {"vendor": {"type": "object", "required": ["name"]}},
}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}
# What GitLab requires of a secret-detection report, written down from its documentation.
GITLAB = {
    "type": "object",
    "required": ["version", "scan", "vulnerabilities"],
    "properties": {
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "scan": {
            "required": ["analyzer", "scanner", "type", "start_time", "end_time", "status"],
            "properties": {
                "analyzer": _TOOL,
                "scanner": _TOOL,
                "type": {"const": "secret_detection"},
                "start_time": _TIME,
                "end_time": _TIME,
                "status": {"enum": ["success", "failure"]},
                "messages": {
                    "items": {
                        "required": ["level", "value"],
                        "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": {"minLength": 1}},
                    }
                },
            },
        },
        "vulnerabilities": {
            "items": {
                "required": ["id", "identifiers", "location"],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "name": {"type": "string", "maxLength": 255},
                    "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
                    "identifiers": {"minItems": 1, "items": {"required": ["type", "name", "value"]}},
                    "location": {
                        "required": ["commit"],
                        "properties": {
                            "commit": {"required": ["sha"]},
                            "file": {"type": "string"},
                            "start_line": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            }
        },
    },
}


def test_gitlab_has_what_gitlab_requires(monkeypatch):
    monkeypatch.setenv("CI_COMMIT_SHA", "a" * 40)
    got = json.loads(written("gitlab"))
    jsonschema.validate(got, GITLAB)
    assert len(got["vulnerabilities"]) == 6
    assert len({entry["id"] for entry in got["vulnerabilities"]}) == 6
    assert got["vulnerabilities"][0]["location"]["commit"] == {"sha": "a" * 40}
    assert got["scan"]["status"] == "failure"


def test_gitlab_ids_are_the_same_in_every_pipeline():
    ids = [[entry["id"] for entry in json.loads(written("gitlab"))["vulnerabilities"]] for _ in range(2)]
    assert ids[0] == ids[1]


def test_github_commands_are_read_by_the_runner_as_they_are_meant():
    """Parsed as the runner does it: properties split at commas, unescaped afterwards."""
    lines = written("github").splitlines()
    commands = [re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line) for line in lines[:-1]]
    assert all(commands)
    assert len(commands) == 7
    names = [command[1] for command in commands]
    assert names == ["error"] * 4 + ["warning", "notice", "warning"]
    for command in commands:
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
    assert "file=runs/a.ipynb,line=" in lines[0]


def test_github_step_summary_is_appended(tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    assert append_step_summary(sample_report(), {"GITHUB_STEP_SUMMARY": str(summary)})
    assert summary.read_text() == "before\n" + written("markdown")
    assert not append_step_summary(sample_report(), {})


def test_junit_counts_what_it_lists():
    suite = ElementTree.fromstring(written("junit").encode())[0]
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.get("tests")) == 8
    for kind, attribute, number in (("failure", "failures", 6), ("error", "errors", 1), ("skipped", "skipped", 1)):
        assert sum(case.find(kind) is not None for case in cases) == int(suite.get(attribute)) == number


def test_junit_of_a_clean_run_has_a_case_that_passed():
    """Some servers call a report without cases an error."""
    suite = ElementTree.fromstring(written("junit", make_report([], [], 3, 1, 1)).encode())[0]
    assert [list(case) for case in suite] == [[]]


def test_jsonl_is_one_object_a_line():
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    assert [line["type"] for line in lines] == ["finding"] * 7 + ["skipped", "summary"]
    findings = [{key: value for key, value in line.items() if key != "type"} for line in lines[:7]]
    assert findings == json.loads(written("json"))["findings"]


def test_ocsf_events_have_what_the_class_requires():
    *events, run = [json.loads(line) for line in written("ocsf").splitlines()]
    assert len(events) == 7
    assert (run["class_uid"], run["type_uid"], run["category_uid"]) == (6007, 600702, 6)
    assert {"activity_id", "metadata", "scan", "severity_id", "time"} <= set(run)
    required = {
        "activity_id",
        "category_uid",
        "class_uid",
        "finding_info",
        "metadata",
        "severity_id",
        "time",
        "type_uid",
    }
    for event in events:
        assert required <= set(event)
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert {"title", "uid"} <= set(event["finding_info"])
        assert {"product", "version"} <= set(event["metadata"])
    assert [event["status"] for event in events].count("Suppressed") == 1
