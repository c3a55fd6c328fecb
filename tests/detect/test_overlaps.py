"""Protects the contract: one value in one place is one finding, and the most specific rule wins."""

from hypothesis import given
from hypothesis import strategies as st

from nbguard.detect.finding import RANK_GENERIC, RANK_SHAPE, RANK_SINK, SEVERITIES, Finding
from nbguard.detect.overlaps import each_once, keep_most_specific
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


spans = st.tuples(st.integers(0, 12), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
anything = st.builds(
    lambda span, rank, severity, kind, field: finding("r", *span, rank, severity, kind, field),
    spans,
    st.sampled_from((RANK_GENERIC, RANK_SHAPE)),
    st.sampled_from(SEVERITIES),
    st.sampled_from(("credential", "hygiene")),
    st.sampled_from((FIELD, Field("x" * 100, PART._replace(start=200, end=300)))),
)


@given(st.lists(anything, max_size=30))
def test_it_keeps_what_comparing_each_with_each_keeps(findings):
    """The plain way to say it, in as many steps as there are pairs; empty spans included."""
    best_first = sorted(
        findings, key=lambda f: (f.rank, SEVERITIES.index(f.severity), f.end - f.start, -f.start), reverse=True
    )
    expected: list[Finding] = []
    for new in best_first:
        same = [old for old in expected if (old.kind, old.field.part.start) == (new.kind, new.field.part.start)]
        if not any(new.start < old.end and old.start < new.end for old in same):
            expected.append(new)
    kept = keep_most_specific(findings)
    assert sorted(map(id, kept)) == sorted(map(id, expected))


class Counted(int):
    """A number that counts how often it is compared with another."""

    comparisons = 0

    def __lt__(self, other):
        Counted.comparisons += 1
        return int(self) < int(other)

    def __gt__(self, other):
        Counted.comparisons += 1
        return int(self) > int(other)

    def __neg__(self):
        return Counted(-int(self))


def compared(findings) -> int:
    Counted.comparisons = 0
    keep_most_specific(findings)
    return Counted.comparisons


def test_many_findings_in_one_field_take_no_more_than_n_log_n_comparisons():
    """8,000 e-mail addresses in one field took 2.5 s when each was compared with each."""
    number = 20_000
    apart = [finding("a", Counted(10 * n), Counted(10 * n + 5), RANK_SHAPE) for n in range(number)]
    chained = [finding("a", Counted(10 * n), Counted(10 * n + 11), RANK_SHAPE) for n in range(number)]
    log = number.bit_length()
    assert number < compared(apart) < 8 * number * log
    assert number < compared(chained) < 8 * number * log
    assert len(keep_most_specific(apart)) == number
    assert len(keep_most_specific(chained)) == number // 2


def test_what_is_made_twice_counts_once_and_nothing_else_goes():
    whole, part, other = (finding(rule, 0, end, RANK_SHAPE) for rule, end in (("a", 9), ("a", 5), ("b", 9)))
    better = whole._replace(rank=RANK_SINK)
    assert list(each_once([whole, part, whole, other, better, part])) == [whole, part, other, better]
