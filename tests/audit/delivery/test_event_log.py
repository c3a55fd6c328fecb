"""The log that events wait in: it is a chain over all of its files, whoever writes it, and stays within its size."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.audit.delivery.event_log import EventLog
from nbguard.audit.delivery.file_lock import locked
from nbguard.audit.event_chain import Event
from nbguard.errors import NbguardError
from tests.audit.chain_reading import find_break

TIME = "2026-03-01T08:00:00+00:00"
FOLDER = st.lists(st.lists(st.text(max_size=300), min_size=1, max_size=4), min_size=1, max_size=12)


def event(number: int, text: str = "") -> Event:
    return Event("finding", TIME, {"number": number, "text": text})


def all_lines(log: EventLog, place: int = 0, most: int = 1_000_000) -> list[str]:
    found: list[str] = []
    while True:
        lines, place = log.read(place, most)
        if not lines:
            return found
        found += lines


@settings(max_examples=60)
@given(FOLDER, st.integers(1, 900), st.integers(200, 2_000))
def test_what_is_written_is_read_back_in_one_chain(tmp_path_factory, writes, most, full):
    log = EventLog(str(tmp_path_factory.mktemp("log") / "events"), full, kept=1_000)
    number, wanted = 0, []
    for texts in writes:
        made = [event(number + at, text) for at, text in enumerate(texts)]
        number += len(made)
        wanted += [made_one.facts for made_one in made]
        log.append(made)
    lines = all_lines(log, most=most)
    assert [json.loads(line)["facts"] for line in lines] == wanted
    assert find_break(lines) == 0
    assert log.count(0) == number
    # From any place that a reader was given, the rest follows.
    first, place = log.read(0, most)
    assert all_lines(log, place, most) == lines[len(first) :]


def test_its_size_is_bounded_and_what_went_unsent_is_said(tmp_path):
    log = EventLog(str(tmp_path / "events"), full=1_000, kept=3)
    log.append([event(0)])
    log.mark_sent(0)
    for number in range(1, 60):
        log.append([event(number, "x" * 100)])
        files = [name for name in os.listdir(log.folder) if name.startswith("events-")]
        assert sum(os.path.getsize(tmp_path / "events" / name) for name in files) < 5_000
    lines = [json.loads(line) for line in all_lines(log)]
    assert lines[-1]["facts"]["number"] == 59
    lost = sum(line["facts"]["bytes"] for line in lines if line["kind"] == "events-lost")
    assert lost > 0
    assert find_break(all_lines(log), lines[0]["previous"]) == 0


def test_a_line_that_a_full_disk_cut_spoils_no_other(tmp_path):
    log = EventLog(str(tmp_path / "events"))
    log.append([event(0)])
    (file,) = (tmp_path / "events").glob("events-*.jsonl")
    # The note of where the log ends is written behind the events, so it wasn't.
    noted = (tmp_path / "events" / "last").read_bytes()
    log.append([event(1)])
    file.write_bytes(file.read_bytes()[:-20])
    (tmp_path / "events" / "last").write_bytes(noted)
    assert [json.loads(line)["facts"]["number"] for line in all_lines(log)] == [0]
    log.append([event(2)])
    assert [json.loads(line)["facts"]["number"] for line in all_lines(log)] == [0, 2]
    assert find_break(all_lines(log)) == 0


def test_a_log_that_somebody_changed_is_gone_on_with_and_shows_it(tmp_path):
    log = EventLog(str(tmp_path / "events"))
    log.append([event(0), event(1)])
    (file,) = (tmp_path / "events").glob("events-*.jsonl")
    file.write_bytes(b"not an event\n" + file.read_bytes() + b"[]\n")
    log.append([event(2)])
    lines = all_lines(log)
    assert len(lines) == 5
    assert find_break(lines) == 1


def test_processes_that_write_at_the_same_time_make_one_chain(tmp_path):
    script = (
        "import sys\n"
        "from nbguard.audit.delivery.event_log import EventLog\n"
        "from nbguard.audit.event_chain import Event\n"
        "log = EventLog(sys.argv[1], full=3_000, kept=1_000)\n"
        "for number in range(25): log.append([Event('finding', '', {'number': number, 'by': sys.argv[2]})])\n"
    )
    folder = str(tmp_path / "events")
    running = [subprocess.Popen([sys.executable, "-c", script, folder, name]) for name in "abc"]
    assert [process.wait() for process in running] == [0, 0, 0]
    lines = all_lines(EventLog(folder))
    assert find_break(lines) == 0
    told = [(e["facts"]["by"], e["facts"]["number"]) for e in map(json.loads, lines)]
    assert sorted(told) == [(name, number) for name in "abc" for number in range(25)]


def test_a_folder_or_file_that_leads_elsewhere_is_not_written_to(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NbguardError):
        EventLog(str(tmp_path / "link")).append([event(0)])
    (tmp_path / "events").mkdir()
    target = tmp_path / "target"
    target.write_text("kept\n")
    (tmp_path / "events" / "events-000000000000000.jsonl").symlink_to(target)
    with pytest.raises(NbguardError):
        EventLog(str(tmp_path / "events")).append([event(0)])
    assert target.read_text() == "kept\n"
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(tmp_path):
    (tmp_path / "events").mkdir()
    os.mkfifo(tmp_path / "events" / "events-000000000000000.jsonl")
    with pytest.raises(NbguardError):
        EventLog(str(tmp_path / "events")).append([event(0)])


def test_a_lock_is_held_by_one(tmp_path):
    with locked(str(tmp_path / "lock"), 0) as first, locked(str(tmp_path / "lock"), 0) as second:
        assert first
        assert not second
    with locked(str(tmp_path / "lock"), 0) as again:
        assert again
