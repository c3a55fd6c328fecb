"""Events reach Jupyter's event system and the file, hold no value, and break nothing where they can't be had."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_events import EventLogger

from nbguard.editing.events import Events, event_file
from nbguard.editing.events.emitting import SCHEMAS, schema_id
from nbguard.editing.events.event_file import append_event
from nbguard.errors import UnreadableError
from nbguard.policy.policy_settings import Config
from nbguard.report.records import CellRecord, FindingRecord
from tests.fake_tokens import FakeTokens
from tests.jupyter.guard.conftest import IONQ, Server, clean, server, with_token  # noqa: F401

NAMES = ["finding", "moved", "allowed", "save", "guard", "heartbeat"]
LOG = logging.getLogger("nbguard-test")


def _record() -> FindingRecord:
    fields: dict[str, Any] = dict.fromkeys(FindingRecord._fields, "")
    fields |= {"rule": "ionq-api-key", "kind": "credential", "provider": None, "severity": "high", "cell": None}
    return FindingRecord(**fields)


def _emit_all(events: Events, config: Config | None = None) -> None:
    events.finding("a.ipynb", _record(), config)
    events.finding("a.ipynb", _record()._replace(cell=CellRecord(0, "a1", "code"), provider="ionq"), config)
    events.moved("a.ipynb", "ionq-api-key", "ionq", "quantum/ionq#api_key", "f", config)
    events.moved("a.ipynb", "ionq-api-key", None, "quantum/ionq#api_key", "f", config)
    events.allowed("a.ipynb", "ionq-api-key", "f", "a test", config)
    for action in ("blocked", "stripped", "warned", "failed"):
        events.save("a.ipynb", action, 2, ["r", "r", "s"], "a message", config)


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    return lambda: [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(str(tmp_path), jupyter={"events": "events.jsonl"})


def test_every_event_is_what_its_schema_says(tmp_path: Path) -> None:
    """A handler, as an operator sets one, gets each of them; jupyter_events validates before it gives on."""
    logger = EventLogger()
    file = tmp_path / "jupyter.log"
    logger.register_handler(logging.FileHandler(file))
    events = Events(logger, LOG)
    events.register()
    events.register()  # another server in this process has done it
    _emit_all(events)
    heard = [json.loads(line) for line in file.read_text().splitlines()]
    assert [event["__schema__"] for event in heard] == [
        schema_id(name) for name in ["finding"] * 2 + ["moved"] * 2 + ["allowed"] + ["save"] * 4
    ]
    assert heard[-1]["message"] == "a message"
    assert heard[-1]["rules"] == ["r", "s"]


def test_that_the_guard_went_on_or_off_is_what_its_schema_says(tmp_path: Path) -> None:
    logger = EventLogger()
    file = tmp_path / "jupyter.log"
    logger.register_handler(logging.FileHandler(file))
    events = Events(logger, LOG)
    events.register()
    events.guard("a.ipynb", "block", None, None)
    events.guard("prod/a.ipynb", "off", "block", "prod")
    heard = [json.loads(line) for line in file.read_text().splitlines()]
    told = [(event["state"], event["mode"], event["before"], event["zone"]) for event in heard]
    assert told == [("on", "block", None, None), ("off", "off", "block", "prod")]


def test_the_schemas_are_those_of_the_events_and_lie_in_the_package() -> None:
    assert sorted(os.listdir(SCHEMAS)) == sorted(f"{name}.yaml" for name in NAMES)
    for name in NAMES:
        assert f'"$id": {schema_id(name)}\n' in Path(SCHEMAS, f"{name}.yaml").read_text()


def test_the_file_holds_the_same(tmp_path: Path, config: Config, lines: Callable[[], list[dict[str, Any]]]) -> None:
    _emit_all(Events(None, LOG), config)
    assert [line["event"] for line in lines()][:3] == [schema_id("finding")] * 2 + [schema_id("moved")]
    assert lines()[2] == {
        "time": lines()[2]["time"],
        "event": schema_id("moved"),
        "path": "a.ipynb",
        "rule": "ionq-api-key",
        "provider": "ionq",
        "reference": "quantum/ionq#api_key",
        "fingerprint": "f",
    }
    assert lines()[0]["time"].endswith("Z")
    assert (tmp_path / "events.jsonl").stat().st_mode & 0o077 == 0


def test_the_operator_names_a_file_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    monkeypatch.setenv("NBGUARD_JUPYTER_EVENTS", str(tmp_path / "events.jsonl"))
    _emit_all(Events(None, LOG))
    assert len(lines()) == 9


def test_only_a_file_of_events_is_appended_to(tmp_path: Path, config: Config, caplog: pytest.LogCaptureFixture) -> None:
    """A repository from elsewhere says the name: it must not make the server write into other files."""
    file = tmp_path / "events.jsonl"
    file.write_text('{"path": "a baseline"}\n')
    _emit_all(Events(None, LOG), config)
    assert file.read_text() == '{"path": "a baseline"}\n'
    assert caplog.text.count("holds something else than events") == 1  # said once, not at every save
    with pytest.raises(UnreadableError):
        append_event(str(file), {}, "")


def test_links_are_not_followed(tmp_path: Path, config: Config) -> None:
    target = tmp_path / "target"
    target.write_text("")
    (tmp_path / "events.jsonl").symlink_to(target)
    _emit_all(Events(None, LOG), config)
    assert target.read_text() == ""
    outside = tmp_path.parent / (tmp_path.name + "-outside")
    outside.mkdir()
    (tmp_path / "logs").symlink_to(outside)
    _emit_all(Events(None, LOG), config._replace(jupyter={"events": "logs/events.jsonl"}))
    assert list(outside.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_a_pipe_does_not_hold_the_server_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "events.jsonl")
    with pytest.raises(UnreadableError):
        append_event(str(tmp_path / "events.jsonl"), {}, "t")


def test_a_full_file_is_put_aside_and_three_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_file, "_LARGEST", 100)
    file = tmp_path / "events.jsonl"
    for number in range(10):
        append_event(str(file), {"n": number, "x": "x" * 100}, "t")
    kept = [json.loads((tmp_path / f"events.jsonl.{n}").read_text())["n"] for n in (1, 2, 3)]
    assert kept == [9, 8, 7]
    assert not (tmp_path / "events.jsonl.4").exists()


def test_what_fails_is_logged_without_what_it_was_about(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        schemas: tuple[str, ...] = ()

        def register_event_schema(self, *_: Any) -> None:
            raise ValueError(IONQ)

        def emit(self, **_: Any) -> None:
            raise ValueError(IONQ)

    events = Events(Broken(), LOG)
    events.register()
    _emit_all(events, Config("/no/such/folder", jupyter={"events": "events.jsonl"}))
    assert "wasn't taken" in caplog.text
    assert "wasn't written" in caplog.text
    assert IONQ not in caplog.text


async def test_a_save_is_kept_where_events_fail(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    def fail(**_: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(server.app.event_logger, "emit", fail)
    server.policy('[jupyter]\nsave = "warn"\nevents = "no/such/folder/events.jsonl"\n')
    contents = server.app.contents_manager
    monkeypatch.setattr(type(contents), "emit", lambda *_, **__: None)
    assert (await server.save("a.ipynb", with_token())).status == 201
    server.policy('[jupyter]\nsave = "block"\nevents = "no/such/folder/events.jsonl"\n')
    assert (await server.save("b.ipynb", with_token())).status == 422


async def test_the_file_of_a_repository_gets_what_its_saves_raise(server: Server) -> None:  # noqa: F811
    server.policy('[jupyter]\nsave = "block"\nevents = "events.jsonl"\n')
    await server.save("a.ipynb", with_token(FakeTokens(5).ionq()))
    await server.save("b.ipynb", clean())
    written = [json.loads(line) for line in server.read("events.jsonl").splitlines()]
    assert [line["event"] for line in written] == [schema_id("finding"), schema_id("save")]
    assert written[1]["action"] == "blocked"
    assert {key: value for key, value in written[1].items() if key not in ("time", "event")} == {
        key: value for key, value in server.saves[0].items() if key != "schema"
    }
    assert FakeTokens(5).ionq().encode() not in server.read("events.jsonl")


async def test_the_server_knows_the_schemas(server: Server) -> None:  # noqa: F811
    known = server.app.event_logger.schemas
    assert all(schema_id(name) in known for name in NAMES)
    assert server.app.web_app.settings["nbguard_events"]
