"""Protects the contract: one value in one place is one finding, and the most specific rule wins."""

from nbguard.detect.finding import RANK_GENERIC, RANK_SHAPE, RANK_SINK, Finding
from nbguard.detect.overlaps import keep_most_specific
from nbguard.documents.fields import Field, Part

PART = Part("source", None, "source", "text/x-python", "string", 0, 100)
FIELD = Field("x" * 100, PART)


def finding(rule, start, end, rank, severity="high", kind="credential", field=FIELD):
    return Finding(rule, kind, None, severity, field, start, end, "v", "cause", "message", "remedy", rank=rank)


def rules(*findings):
    return sorted(found.rule for found in keep_most_specific(findings))


def test_the_higher_rank_stays():
    assert rules(finding("generic", 0, 40, RANK_GENERIC), finding("sink", 5, 20, RANK_SINK)) == ["sink"]


def test_with_equal_rank_the_higher_severity_stays():
    low, high = finding("a", 0, 9, RANK_SHAPE, "low"), finding("b", 3, 9, RANK_SHAPE, "critical")
    assert rules(low, high) == ["b"]


def test_with_equal_rank_and_severity_the_longer_stays():
    assert rules(finding("short", 4, 9, RANK_SHAPE), finding("long", 0, 9, RANK_SHAPE)) == ["long"]


def test_neighbours_both_stay():
    assert rules(finding("a", 0, 5, RANK_SHAPE), finding("b", 5, 9, RANK_SHAPE)) == ["a", "b"]


def test_other_kinds_and_other_fields_both_stay():
    elsewhere = Field("x" * 100, PART._replace(start=200, end=300))
    assert rules(
        finding("a", 0, 5, RANK_SHAPE),
        finding("b", 0, 5, RANK_GENERIC, kind="sample-data"),
        finding("c", 0, 5, RANK_GENERIC, field=elsewhere),
    ) == ["a", "b", "c"]


def test_a_finding_shows_no_value():
    assert "hush" not in repr(finding("a", 0, 5, RANK_SHAPE)._replace(value="hush"))
