"""Whoever changes, takes out, puts in, moves or cuts off lines of a log of events is found out, and nobody else is."""

import json
import random
import shutil
from datetime import timedelta

import jsonschema
import pytest

from nbguard.audit.delivery.event_log import EventLog
from nbguard.audit.delivery.log_check import check_log
from nbguard.audit.event_chain import Event, chained
from nbguard.audit.schemas import schema_texts
from tests.command_line import nbguard

SILENT = timedelta(minutes=30)
PUBLISHED = json.loads(schema_texts()["nbguard-events-1.schema.json"])


def make_log(folder, number: int, full: int = 2_000) -> EventLog:
    log = EventLog(str(folder), full)
    for at in range(number):
        log.append([Event("scan", f"2026-03-01T08:{at % 60:02}:00+00:00", {"number": at})])
    return log


def files_of(folder) -> list:
    return sorted(folder.glob("events-*.jsonl"))


def kinds_of(check) -> set[str]:
    return {fault.kind for fault in check.faults}


@pytest.mark.parametrize("number", [1, 7, 40, 200])
def test_a_log_that_nobody_touched_is_whole_however_often_it_was_rotated(tmp_path, number):
    log = make_log(tmp_path / "log", number)
    check = check_log(log.folder)
    assert check.whole
    assert check.faults == ()
    assert (check.begins > 0) == (number == 200)
    assert check.kinds == {"scan": check.events}
    assert check_log(log.folder, [check.last_hash, check.last_hash[:8]]).whole


def test_a_kind_of_event_of_a_newer_version_is_said_once(tmp_path):
    log = EventLog(str(tmp_path))
    log.append([Event("scan", "2026-03-01T08:00:00+00:00", {})])
    log.append([Event("teleport", f"2026-03-01T08:0{at}:00+00:00", {}) for at in (1, 2)])
    check = check_log(log.folder)
    assert check.whole
    assert check.kinds == {"scan": 1, "teleport": 2}
    assert [note for note in check.notes if "teleport" in note] == [
        "teleport: a kind of event that this version doesn't know"
    ]


class Tampering:
    """One random deed on the files of a log; ``did`` says whether it changed anything that isn't a whole new log."""

    def __init__(self, folder, seed: int) -> None:
        self.random = random.Random(seed)
        self.files = files_of(folder)
        self.file = self.random.choice(self.files)
        self.lines = self.file.read_bytes().splitlines(keepends=True)

    def change_a_byte(self) -> None:
        raw = bytearray(b"".join(self.lines))
        at = self.random.randrange(len(raw))
        raw[at] ^= 1 << self.random.randrange(7)
        self.file.write_bytes(raw)

    def drop_a_line(self) -> None:
        del self.lines[self.random.randrange(len(self.lines))]
        self.write()

    def drop_the_newest(self) -> None:
        self.file = self.files[-1]
        self.lines = self.file.read_bytes().splitlines(keepends=True)
        del self.lines[self.random.randrange(len(self.lines)) :]
        self.write()

    def cut_bytes_off(self) -> None:
        raw = b"".join(self.lines)
        self.file.write_bytes(raw[: self.random.randrange(len(raw))])

    def swap_two(self) -> None:
        one, other = self.random.sample(range(len(self.lines)), 2)
        self.lines[one], self.lines[other] = self.lines[other], self.lines[one]
        self.write()

    def repeat_one(self) -> None:
        self.lines.insert(self.random.randrange(len(self.lines) + 1), self.random.choice(self.lines))
        self.write()

    def put_one_in(self) -> None:
        at = self.random.randrange(1, len(self.lines))
        previous = json.loads(self.lines[at - 1])["hash"]
        (line,) = chained([Event("scan", "2026-03-01T08:00:00+00:00", {"number": -1})], previous)
        self.lines.insert(at, line.encode())
        self.write()

    def edit_and_hash_again(self) -> None:
        at = self.random.randrange(len(self.lines))
        fields = json.loads(self.lines[at])
        (line,) = chained([Event("scan", fields["time"], {"number": -1})], fields["previous"])
        self.lines[at] = line.encode()
        self.write()

    def delete_a_file(self) -> None:
        self.file.unlink()

    def swap_two_files(self) -> None:
        one, other = self.random.sample(self.files, 2)
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)

    def write(self) -> None:
        self.file.write_bytes(b"".join(self.lines))


DEEDS = sorted(name for name in vars(Tampering) if not name.startswith("_") and name != "write")


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """A log in a few files, and one whose oldest files went."""
    folder = tmp_path_factory.mktemp("originals")
    make_log(folder / "few", 25, 3_000)
    make_log(folder / "rotated", 60, 1_500)
    return folder


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("name", ["few", "rotated"])
def test_every_deed_shows(tmp_path, originals, deed, name):
    for seed in range(60):
        folder = tmp_path / str(seed)
        shutil.copytree(originals / name, folder)
        log = EventLog(str(folder), 3_000)
        before = {path.name: path.read_bytes() for path in files_of(folder)}
        getattr(Tampering(folder, seed), deed)()
        if before == {path.name: path.read_bytes() for path in files_of(folder)}:
            continue
        assert not check_log(log.folder).whole, seed
        # And it shows still when more is written.
        log.append([Event("scan", "2026-03-02T08:00:00+00:00", {})])
        assert not check_log(log.folder).whole, seed


def test_a_log_made_anew_shows_only_to_who_kept_a_hash(tmp_path):
    anchor = check_log(make_log(tmp_path / "log", 5).folder).last_hash
    for path in (tmp_path / "log").iterdir():
        path.unlink()
    forged = make_log(tmp_path / "log", 4)
    assert check_log(forged.folder).whole
    assert kinds_of(check_log(forged.folder, [anchor])) == {"anchor"}


def test_a_log_that_ends_before_what_was_sent_was_cut(tmp_path):
    log = make_log(tmp_path / "log", 5)
    log.mark_sent(log.end())
    (tmp_path / "log" / "last").unlink()
    (file,) = files_of(tmp_path / "log")
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    assert kinds_of(check_log(log.folder)) == {"cut"}


@pytest.mark.parametrize(
    ("told", "now", "silences"),
    [
        ([("guard-on", 0), ("heartbeat", 15), ("guard-off", 30)], 600, 0),
        ([("guard-on", 0), ("heartbeat", 15)], 40, 0),
        ([("guard-on", 0), ("heartbeat", 15)], 50, 1),
        ([("guard-on", 0), ("heartbeat", 55), ("guard-off", 60)], 600, 1),
        ([("guard-off", 0), ("guard-on", 500), ("policy-changed", 515), ("guard-off", 520)], 900, 0),
    ],
)
def test_a_guard_that_falls_silent_shows(tmp_path, told, now, silences):
    log = EventLog(str(tmp_path / "log"))

    def time(minutes: int) -> str:
        return f"2026-03-01T{8 + minutes // 60:02}:{minutes % 60:02}:00+00:00"

    for kind, minutes in told:
        log.append([Event(kind, time(minutes), {"state": "x", "save": "warn"}), Event("scan", time(minutes), {})])
    check = check_log(log.folder, silence=SILENT, now=time(now))
    assert len(check.faults) == silences
    assert kinds_of(check) <= {"silent"}
    assert check_log(log.folder, now=time(now)).whole


def test_the_command_tells_both_ways_and_its_status(tmp_path):
    log = make_log(tmp_path / "log", 3)
    fine = nbguard("events", log.folder)
    assert fine.status == 0
    assert "3 scan" in fine.out
    assert "whole" in fine.out
    (file,) = files_of(tmp_path / "log")
    file.write_bytes(file.read_bytes().replace(b'"number":1', b'"number":9'))
    broken = nbguard("events", log.folder, "--format", "json")
    assert broken.status == 1
    told = json.loads(broken.out)
    jsonschema.validate(told, PUBLISHED)
    assert told["faults"] == [
        {"kind": "changed", "file": file.name, "line": 2, "text": "the line isn't what its hash says"}
    ]
    assert f"changed: {file.name}:2:" in nbguard("events", log.folder).out


@pytest.mark.parametrize(
    "words", [["no-such"], ["--anchor", "4f1c"], ["--anchor", "nothex00"], ["--silence", "0"], ["--silence", "1e300"]]
)
def test_what_can_not_be_asked_is_said(tmp_path, words):
    run = nbguard("events", *words, cwd=tmp_path)
    assert run.status == 2
    assert run.err.count("\n") == 1


def test_events_of_evidence_are_a_log_too(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("".join(chained([Event("scan", "2026-03-01T08:00:00+00:00", {})] * 3)))
    assert check_log(str(path)).whole
    path.write_text(path.read_text()[:-5])
    assert kinds_of(check_log(str(path))) == {"cut"}
    path.write_text("a\n[]\n{}\n" + '{"schema": "nbguard-event/1", "hash": 7}\n')
    assert kinds_of(check_log(str(path))) == {"foreign"}
