"""The chain of events: it holds as written, and no change of a line goes unseen."""

import json

from hypothesis import given
from hypothesis import strategies as st

from nbguard.audit.event_chain import FIRST, KINDS, Event, chained, events_of
from tests.audit.chain_reading import find_break
from tests.report.samples import SECRETS, sample_report

TIME = "2026-03-01T08:00:00Z"
facts = st.dictionaries(st.text(max_size=8), st.text(max_size=8) | st.integers() | st.none(), max_size=3)
events = st.lists(st.builds(Event, st.sampled_from(KINDS), st.just(TIME), facts), min_size=2, max_size=6)


@given(events)
def test_a_chain_holds_as_it_was_written(made: list[Event]) -> None:
    lines = list(chained(made))
    assert find_break(lines) == 0
    # Read back in two parts, the second begins where the first ended.
    first = json.loads(lines[0])
    assert first["previous"] == FIRST
    assert find_break(lines[1:], first["hash"]) == 0


@given(events, st.data())
def test_a_line_that_is_changed_dropped_doubled_or_moved_breaks_it(made: list[Event], data: st.DataObject) -> None:
    lines = list(chained(made))
    at = data.draw(st.integers(0, len(lines) - 2))
    fields = json.loads(lines[at])
    forged = json.dumps(fields | {"time": "2026-03-02T08:00:00Z"}, sort_keys=True, separators=(",", ":")) + "\n"
    for wrong in (
        [*lines[:at], *lines[at + 1 :]],
        [*lines[:at], forged, *lines[at + 1 :]],
        [*lines[: at + 1], *lines[at:]],
        [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]],
        [*lines[:at], "not JSON", *lines[at + 1 :]],
        [*lines[:at], "[]", *lines[at + 1 :]],
    ):
        assert 0 < find_break(wrong) <= at + 2


def test_a_run_is_told_finding_by_finding_and_without_a_value() -> None:
    report = sample_report()
    made = list(events_of(report, TIME))
    kinds = [event.kind for event in made]
    assert kinds.count("accepted") == 1
    assert kinds.count("finding") == len(report.findings) - 1
    assert kinds[-2:] == ["not-scanned", "scan"]
    text = "".join(chained(made))
    assert not any(secret in text for secret in SECRETS)
