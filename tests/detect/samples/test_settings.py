"""Settings come from configuration, with a clear word where it is wrong; rules say their class."""

from __future__ import annotations

from typing import Any

import pytest

from nbguard.detect.finding import SEVERITIES
from nbguard.detect.samples.sample_rules import CLASSES, SAMPLE_RULES, data_class, rules
from nbguard.detect.samples.settings import DEFAULT, SampleSettings
from nbguard.errors import UsageError


def test_every_key_is_read() -> None:
    config = {"rows": 5, "emails": 4, "bulk_bytes": 10, "classes": ["payment"], "severity": {"payment": "low"}}
    settings = SampleSettings.from_config(config)
    assert settings == SampleSettings(5, 4, 10, frozenset({"payment"}), {"payment": "low"})
    assert SampleSettings.from_config({}) == DEFAULT
    assert SampleSettings.from_config({"severity": "high"}).severity["personal"] == "high"


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"rows": 0}, "rows"), ({"rows": "3"}, "rows"), ({"emails": True}, "emails"),
        ({"classes": "payment"}, "classes"),
        ({"classes": ["money"]}, "money"), ({"severity": {"money": "low"}}, "money"),
        ({"severity": {"payment": "bad"}}, "bad"),
        ({"column": 3}, "column"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(config: dict[str, Any], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        SampleSettings.from_config(config)


def test_every_rule_has_a_class_a_severity_and_words() -> None:
    assert rules() is SAMPLE_RULES
    assert len({rule.id for rule in SAMPLE_RULES}) == len(SAMPLE_RULES)
    for rule in SAMPLE_RULES:
        assert data_class(rule.id) == rule.data_class
        assert rule.data_class in CLASSES
        assert rule.severity in SEVERITIES
        assert rule.id.startswith("sample-")
        assert rule.explanation.endswith(".")
        assert rule.remedy.endswith(".")
