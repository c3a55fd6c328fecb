"""Events at a collector that decodes what arrives: nothing is lost, nothing is waited for long, no value goes out."""

import json
import logging
import os
import subprocess
import sys
import threading

import pytest

from nbguard.audit.delivery import collector as collector_module
from nbguard.audit.delivery import live_events
from nbguard.audit.delivery.collector import Collector, Taken, logs_url
from nbguard.audit.delivery.courier import Courier, from_editor
from nbguard.audit.delivery.event_log import EventLog
from nbguard.audit.delivery.sending import send_waiting
from nbguard.audit.event_chain import KINDS, Event
from nbguard.cli import event_telling
from nbguard.editing.events import Events
from nbguard.errors import NbguardError, UsageError
from tests.audit.chain_reading import find_break
from tests.audit.delivery.collector_server import CollectorServer
from tests.command_line import nbguard
from tests.report.samples import SECRETS, sample_report

TIME = "2026-03-01T08:00:00+00:00"
# What a collector does that doesn't take events. 413 and 429: too much at once, too often.
UNWILLING = ["500", "503", "404", "401", "413", "429", "redirect", "page"]


def make_log(tmp_path, count: int) -> EventLog:
    log = EventLog(str(tmp_path / "events"))
    log.append([Event("finding", TIME, {"rule": "ionq-api-key", "number": number}) for number in range(count)])
    return log


def numbers(server: CollectorServer) -> list[int]:
    return [json.loads(record.body.string_value)["facts"]["number"] for record in server.records]


def test_an_event_arrives_with_its_kind_time_facts_and_the_line_of_the_log(tmp_path, collector):
    log = EventLog(str(tmp_path / "events"))
    facts = {
        "rule": "ionq-api-key", "line": 3, "cell": {"index": 2, "id": None}, "now": True, "paths": ["a", "b"],
        "huge": 2**70, "share": 0.5,
    }  # fmt: skip
    log.append([Event("finding", TIME, facts), Event("scan", TIME, {"files": 1})])
    assert send_waiting(log, Collector(collector.endpoint), 60).sent == 2
    finding, scan = collector.records
    assert finding.event_name == "nbguard.finding"
    assert finding.time_unix_nano == 1_772_352_000 * 10**9
    assert (finding.severity_text, scan.severity_text) == ("WARN", "INFO")
    told = {a.key: a.value for a in finding.attributes}
    assert told["nbguard.kind"].string_value == "finding"
    assert told["nbguard.rule"].string_value == "ionq-api-key"
    assert told["nbguard.line"].int_value == 3
    assert told["nbguard.cell.index"].int_value == 2
    assert told["nbguard.now"].bool_value
    assert told["nbguard.paths"].string_value == '["a", "b"]'
    assert told["nbguard.huge"].string_value == str(2**70)
    assert told["nbguard.share"].double_value == 0.5
    assert "nbguard.cell.id" not in told
    assert [record.body.string_value + "\n" for record in collector.records] == log.read(0, 10_000)[0]
    assert collector.resources[0]["service.name"] == "nbguard"
    assert set(collector.paths) == {"/v1/logs"}


@pytest.mark.parametrize("mode", UNWILLING)
def test_what_a_collector_does_not_take_is_kept_said_and_sent_later(tmp_path, collector, mode):
    collector.mode = mode
    log = make_log(tmp_path, 5)
    outcome = send_waiting(log, Collector(collector.endpoint), 600)
    assert outcome.sent == 0
    assert outcome.problem
    # The next run tries again; this one doesn't sit there doing so.
    assert len(collector.requests) == 1
    assert log.count(log.sent()) == 5
    assert find_break(log.read(0, 100_000)[0]) == 0
    # Another run, once the collector is well again.
    collector.mode = "ok"
    assert send_waiting(log, Collector(collector.endpoint), 60) == (5, 0, "")
    assert numbers(collector) == [0, 1, 2, 3, 4]
    assert send_waiting(log, Collector(collector.endpoint), 60).sent == 0
    assert len(collector.records) == 5
    assert "/elsewhere" not in collector.paths


def test_a_dead_collector_costs_nothing(tmp_path, collector):
    dead = collector.endpoint
    collector.close()
    outcome = send_waiting(make_log(tmp_path, 3), Collector(dead), 600)
    assert "can't be reached" in outcome.problem


@pytest.mark.parametrize("mode", ["hang", "drip"])
def test_a_collector_that_never_answers_holds_no_command_up(tmp_path, collector, mode):
    """The collector lets go only after the command came back: if that waited, the test would never end."""
    collector.mode = mode
    environment = {"NBGUARD_OTLP_ENDPOINT": collector.endpoint, "NBGUARD_EVENT_LOG": str(tmp_path / "events")}
    said: list[str] = []
    work = threading.Thread(
        target=lambda: said.extend(live_events.tell([Event("scan", TIME, {})], str(tmp_path), environment, 0.5)),
        daemon=True,
    )
    work.start()
    work.join(60)
    assert not work.is_alive()
    assert not collector.released.is_set()
    (sentence,) = said
    assert "1 events wait in" in sentence
    assert str(tmp_path / "events") in sentence


def test_a_collector_that_failed_is_left_alone_for_a_while(tmp_path, collector, monkeypatch):
    collector.mode = "500"
    environment = {"NBGUARD_OTLP_ENDPOINT": collector.endpoint, "NBGUARD_EVENT_LOG": str(tmp_path / "events")}
    said = [live_events.tell([Event("scan", TIME, {})], str(tmp_path), environment, 60) for _ in range(3)]
    assert len(collector.requests) == 1
    assert ["status 500" in sentence for (sentence,) in said] == [True, False, False]
    assert [sentence.split()[0] for (sentence,) in said] == ["1", "2", "3"]
    monkeypatch.setattr("nbguard.audit.delivery.sending.REST", 0.0)
    collector.mode = "ok"
    assert live_events.tell([Event("scan", TIME, {})], str(tmp_path), environment, 60) == []
    assert len(collector.records) == 4


def test_batches_are_bounded_and_none_is_sent_twice(tmp_path, collector, monkeypatch):
    monkeypatch.setattr("nbguard.audit.delivery.sending.BATCH", 1_000)
    log = make_log(tmp_path, 60)
    assert send_waiting(log, Collector(collector.endpoint), 60).sent == 60
    assert numbers(collector) == list(range(60))
    assert len(collector.requests) > 10


def test_what_was_taken_before_a_collector_failed_is_not_sent_again(tmp_path, monkeypatch):
    class Failing:
        name = "collector"
        fails = True

        def __init__(self) -> None:
            self.lines: list[str] = []

        def send(self, lines, seconds):
            if self.fails and len(self.lines) > 10:
                return Taken("it is full")
            self.lines += lines
            return Taken()

    monkeypatch.setattr("nbguard.audit.delivery.sending.BATCH", 1_000)
    log, to = make_log(tmp_path, 60), Failing()
    assert send_waiting(log, to, 60).problem == "it is full"
    assert 10 < len(to.lines) < 60
    to.fails = False
    assert send_waiting(log, to, 60).problem == ""
    assert to.lines == log.read(0, 1_000_000)[0]


def test_events_that_the_collector_refuses_are_said(tmp_path, collector):
    collector.mode = "partial"
    environment = {"NBGUARD_OTLP_ENDPOINT": collector.endpoint, "NBGUARD_EVENT_LOG": str(tmp_path / "events")}
    (said,) = live_events.tell([Event("scan", TIME, {})] * 3, str(tmp_path), environment, 60)
    assert "refused 2 events" in said


def test_headers_and_compression_come_from_the_standard_variables(tmp_path, collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=lab")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    assert send_waiting(make_log(tmp_path, 2), Collector(collector.endpoint), 60).sent == 2
    assert collector.requests[0]["x-tenant"] == "lab"
    assert collector.requests[0]["Content-Encoding"] == "gzip"


def test_no_value_reaches_a_collector(tmp_path, collector, monkeypatch):
    monkeypatch.setenv("NBGUARD_OTLP_ENDPOINT", collector.endpoint)
    monkeypatch.setenv("NBGUARD_EVENT_LOG", str(tmp_path / "events"))
    report = sample_report()
    assert live_events.tell_run(report, str(tmp_path), "ci", seconds=60) == []
    assert len(collector.records) == len(report.findings) + len(report.skipped) + 1
    sent = b"".join(record.SerializeToString() for record in collector.records)
    assert not any(secret.encode() in sent for secret in SECRETS)
    assert all({a.key: a.value.string_value for a in r.attributes}["nbguard.door"] == "ci" for r in collector.records)


def test_a_run_with_very_many_findings_is_told_in_part_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("NBGUARD_EVENT_LOG", str(tmp_path / "events"))
    monkeypatch.delenv("NBGUARD_OTLP_ENDPOINT", raising=False)
    monkeypatch.setattr(live_events, "MOST", 2)
    report = sample_report()
    live_events.tell_run(report, str(tmp_path), "ci")
    events = [json.loads(line) for line in EventLog(str(tmp_path / "events")).read(0, 1_000_000)[0]]
    assert len(events) == 3
    assert events[-1]["kind"] == "scan"
    assert events[-1]["facts"]["untold"] == len(report.findings) + len(report.skipped) - 2


@pytest.mark.parametrize(
    "wrong",
    [
        "collector:4318",
        "ftp://host/",
        "https://",
        "https://ada:word@host",
        "http://host/?x=1",
        "http://[::1",
        "http://h:x",
    ],
)
def test_an_address_that_can_not_be_sent_to_is_said_without_it(tmp_path, wrong):
    with pytest.raises(UsageError) as raised:
        logs_url(wrong)
    assert "word" not in str(raised.value)
    environment = {"NBGUARD_OTLP_ENDPOINT": wrong, "NBGUARD_EVENT_LOG": str(tmp_path / "events")}
    (said,) = live_events.tell([Event("scan", TIME, {})], str(tmp_path), environment)
    assert "must be a URL" in said or "only scheme" in said
    assert EventLog(str(tmp_path / "events")).count(0) == 1


def test_the_path_of_an_address_counts():
    assert logs_url("https://host:4318") == logs_url("https://host:4318/") == "https://host:4318/v1/logs"
    assert logs_url("https://host/otlp/v1/logs") == "https://host/otlp/v1/logs"


def test_without_the_library_events_are_kept_and_the_command_to_install_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http._log_exporter", None)
    environment = {"NBGUARD_OTLP_ENDPOINT": "http://127.0.0.1:9", "NBGUARD_EVENT_LOG": str(tmp_path / "events")}
    (said,) = live_events.tell([Event("scan", TIME, {})], str(tmp_path), environment, 60)
    assert "nbguard[otlp]" in said
    assert EventLog(str(tmp_path / "events")).count(0) == 1


def test_nothing_is_loaded_and_nothing_written_where_nobody_asks_for_events(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    script = (
        "import sys; from nbguard.cli.main import main; main(['scan', 'a.py'])\n"
        "print([m for m in sys.modules if m.startswith(('opentelemetry', 'nbguard.audit'))])"
    )
    environment = {k: v for k, v in os.environ.items() if k not in event_telling._VARIABLES}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert [path.name for path in tmp_path.iterdir()] == ["a.py"]
    assert event_telling._VARIABLES == (collector_module.ENDPOINT, live_events.FOLDER)


def test_a_server_sends_in_the_background_and_says_a_trouble_once(tmp_path, collector):
    collector.mode = "500"
    said: list[str] = []
    environment = {"NBGUARD_OTLP_ENDPOINT": collector.endpoint}
    courier = Courier(environment, said.append, pause=0.01)
    folder = str(tmp_path / "events")
    courier.take(from_editor("save", TIME, {"number": 0}), folder)
    assert collector.arrived.wait(60)
    for number in range(1, 4):
        courier.take(from_editor("save", TIME, {"number": number}), folder)
    collector.mode = "ok"
    courier.close(60)
    late = Courier(environment, said.append)
    late.take(from_editor("heartbeat", TIME, {"number": 4, "state": "off"}), folder)
    late.close(60)
    assert numbers(collector) == [0, 1, 2, 3, 4]
    assert collector.records[-1].event_name == "nbguard.guard-off"
    assert len(said) <= 1


def test_a_save_does_not_wait_for_a_collector_that_hangs(tmp_path, collector):
    collector.mode = "hang"
    courier = Courier({"NBGUARD_OTLP_ENDPOINT": collector.endpoint}, lambda text: None)
    folder = str(tmp_path / "events")
    for number in range(50):
        courier.take(from_editor("save", TIME, {"number": number}), folder)
    assert not collector.released.is_set()
    courier.close(0)
    assert EventLog(folder).count(0) == 50


def test_a_log_that_can_not_be_written_fails_nothing(tmp_path):
    (tmp_path / "events").write_text("a file\n")
    said: list[str] = []
    Courier({}, said.append).take(from_editor("save", TIME, {}), str(tmp_path / "events"))
    environment = {"NBGUARD_EVENT_LOG": str(tmp_path / "events")}
    said += live_events.tell([Event("scan", TIME, {})], str(tmp_path), environment)
    assert len(said) == 2
    assert all("kept" in sentence for sentence in said)
    with pytest.raises(NbguardError):
        EventLog(str(tmp_path / "events")).append([Event("scan", TIME, {})])


def test_the_events_of_an_editor_go_to_the_collector_too(tmp_path, collector, monkeypatch):
    monkeypatch.setenv("NBGUARD_OTLP_ENDPOINT", collector.endpoint)
    monkeypatch.setenv("NBGUARD_EVENT_LOG", str(tmp_path / "events"))
    events = Events(None, logging.getLogger("test"))
    events.heartbeat("on", "", "", "block")
    events.save("a.ipynb", "blocked", 1, ["ionq-api-key"], "1 credential")
    events.guard("a.ipynb", "off", "block", None)
    events.close()
    kinds = [json.loads(line)["kind"] for line in EventLog(str(tmp_path / "events")).read(0, 100_000)[0]]
    assert kinds == ["guard-on", "save", "guard-off"]
    log = EventLog(str(tmp_path / "events"))
    send_waiting(log, Collector(collector.endpoint), 60)
    assert {record.event_name for record in collector.records} == {f"nbguard.{kind}" for kind in kinds}


def test_every_kind_that_an_editor_tells_is_one_of_the_log():
    states = ["on", "off", "policy-changed", "heartbeat"]
    names = ["finding", "moved", "allowed", "save", "guard", "heartbeat"]
    assert {from_editor(name, TIME, {"state": state}).kind for name in names for state in states} <= set(KINDS)


def run_nbguard(folder, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in event_telling._VARIABLES} | variables
    command = [sys.executable, "-m", "nbguard", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_a_commands_verdict_is_the_same_whatever_becomes_of_its_events(tmp_path, collector):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.py").write_text(f'provider = IonQProvider("{SECRETS[0]}")\n')
    plain = run_nbguard(folder, "scan", ".", "--format", "csv")
    assert plain.returncode == 1
    addresses = {"ok": collector.endpoint, "wrong": "no address"}
    for name, address in addresses.items():
        log = str(tmp_path / name)
        told = run_nbguard(folder, "scan", ".", "--format", "csv", NBGUARD_OTLP_ENDPOINT=address, NBGUARD_EVENT_LOG=log)
        assert (told.returncode, told.stdout) == (1, plain.stdout)
        assert ("must be a URL" in told.stderr) == (name == "wrong")
        assert EventLog(log).count(0) == 2
        # A machine under load may not have had the time: then it says so.
        assert name == "wrong" or len(collector.records) == 2 or "events wait" in told.stderr


def test_another_policy_is_told_by_the_run_that_can_write_it_down(tmp_path, monkeypatch):
    log = tmp_path / "events"
    monkeypatch.setenv("NBGUARD_EVENT_LOG", str(log))
    monkeypatch.delenv("NBGUARD_OTLP_ENDPOINT", raising=False)
    assert live_events.tell_run(sample_report(), str(tmp_path), "ci", policy="a" * 64) == []
    with monkeypatch.context() as full:
        full.setattr(EventLog, "append", lambda *_: (_ for _ in ()).throw(NbguardError("another process writes")))
        assert live_events.tell_run(sample_report(), str(tmp_path), "ci", policy="b" * 64) == [
            "events weren't kept: another process writes"
        ]
    assert live_events.tell_run(sample_report(), str(tmp_path), "ci", policy="b" * 64) == []
    kinds = [json.loads(line)["kind"] for line in EventLog(str(log)).read(0, 1_000_000)[0]]
    assert kinds.count("policy-changed") == 1


def test_another_policy_and_hooks_that_come_and_go_are_events_of_commands_too(tmp_path):
    from nbguard.audit.delivery.log_check import check_log

    env = {"NBGUARD_EVENT_LOG": str(tmp_path / "log")}
    repository = tmp_path / "repository"
    repository.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=repository, check=True)

    def events() -> list[dict]:
        return [json.loads(line) for line in EventLog(env["NBGUARD_EVENT_LOG"]).read(0, 1_000_000)[0]]

    for command in (["install"], ["install"], ["scan", "."], ["scan", "."]):
        assert nbguard(*command, cwd=repository, env=env).status == 0
    assert [event["kind"] for event in events()] == ["guard-on", "scan", "scan"]
    assert events()[0]["facts"]["parts"] == ["filter", "pre-commit"]
    (repository / "nbguard.toml").write_text('disable = ["unpinned-sdk"]\n')
    for command in (["scan", "."], ["scan", "."], ["uninstall"], ["uninstall"]):
        assert nbguard(*command, cwd=repository, env=env).status == 0
    told = events()[3:]
    assert [event["kind"] for event in told] == ["policy-changed", "scan", "scan", "guard-off"]
    assert told[0]["facts"]["policy"] == told[1]["facts"]["policy"] != told[0]["facts"]["before"]
    assert told[-1]["facts"] == {
        "door": "uninstall", "repository": "repository", "parts": ["filter", "pre-commit"], "scope": "local"
    }  # fmt: skip
    assert check_log(env["NBGUARD_EVENT_LOG"]).whole
