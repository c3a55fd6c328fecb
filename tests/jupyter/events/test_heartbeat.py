"""The guard says that it is there, by which policy, and when that changes; a line that was cut spoils no other."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from jupyter_events import EventLogger

from nbguard.editing.events import Events
from nbguard.editing.events.event_file import append_event
from nbguard.editing.workspace import Workspace
from nbguard.jupyter.guard.health import GuardHealth
from nbguard.jupyter.heartbeat import Heartbeat

LOG = logging.getLogger("nbguard-test")


def test_it_tells_its_start_its_beats_its_policy_and_its_end(tmp_path: Path) -> None:
    (tmp_path / "r" / ".git").mkdir(parents=True)
    policy, file, logger = tmp_path / "r" / "nbguard.toml", tmp_path / "log", EventLogger()
    logger.register_handler(logging.FileHandler(file))
    events = Events(logger, LOG)
    events.register()
    heartbeat = Heartbeat(Workspace(str(tmp_path / "r")), events)
    heartbeat.beat()
    heartbeat.beat()
    for text in ('[jupyter]\nsave = "off"\n', "wrong", '[jupyter]\nsave = "block"\n'):
        policy.write_text(text)
        heartbeat.beat()
    heartbeat.beat()
    heartbeat.end()
    told = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(event["state"], event["save"]) for event in told] == [
        ("on", "warn"), ("heartbeat", "warn"), ("policy-changed", "off"), ("off", "off"), ("policy-changed", ""),
        ("failing", ""), ("policy-changed", "block"), ("on", "block"), ("heartbeat", "block"), ("off", "block"),
    ]  # fmt: skip
    assert [bool(event.get("reason")) for event in told] == [event["state"] == "failing" for event in told]
    assert len({event["policy"] for event in told if event["policy"]}) == 3


def test_one_that_fails_beats_as_one_that_fails(tmp_path: Path) -> None:
    """It is told when that begins and when it is over, each once, however often it fails, and in how many places."""
    (tmp_path / "r" / ".git").mkdir(parents=True)
    file, logger, health = tmp_path / "log", EventLogger(), GuardHealth()
    logger.register_handler(logging.FileHandler(file))
    events = Events(logger, LOG)
    events.register()
    heartbeat = Heartbeat(Workspace(str(tmp_path / "r")), events, health)
    heartbeat.beat()
    health.works("r")
    for root in ("r", "r", "other"):
        health.broke(root, "a defect in nbguard")
    heartbeat.beat()
    health.works("r")
    heartbeat.beat()
    health.works("other")
    health.works("other")
    heartbeat.beat()
    told = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["state"] for event in told] == ["on", "failing", "failing", "failing", "on", "heartbeat"]
    assert {event.get("reason") for event in told} == {None, "a defect in nbguard"}


def test_a_line_that_a_full_disk_cut_spoils_no_other(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    append_event(str(file), {"n": 1}, "t")
    file.write_bytes(file.read_bytes() + b'{"time": "t", "n"')
    append_event(str(file), {"n": 2}, "t")
    append_event(str(file), {"n": 3}, "t")
    lines: list[Any] = file.read_text().splitlines()
    assert [json.loads(line)["n"] for line in (lines[0], *lines[2:])] == [1, 2, 3]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_breaks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    import errno

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setenv("NBGUARD_JUPYTER_EVENTS", str(tmp_path / "events.jsonl"))
    monkeypatch.setattr("nbguard.editing.events.event_file.os.write", full)
    Events(None, LOG).heartbeat("on", "", "", "")
    assert "No space left on device" in caplog.text
