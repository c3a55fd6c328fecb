"""Commits that went past the hook are events the moment that CI or a server sees them, not a quarter later."""

import json

import pytest

from nbguard.audit.delivery.event_log import EventLog
from nbguard.audit.past_the_hook import NOT_SET_UP, SET_UP, as_lines, commits_past_the_hook
from tests.audit.delivery.collector_server import CollectorServer
from tests.command_line import nbguard
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.report.samples import HOSTILE
from tests.scan.histories import History, with_dwave

HOOK = "repos:\n- repo: local\n  hooks:\n  - id: nbguard\n"


@pytest.fixture
def work(tmp_path):
    """Two commits with a token each: the hook is set up in the second only; the third is clean."""
    tokens = FakeTokens(515)
    history = History(tmp_path / "work")
    history.commit(**{"README": "x\n", ".nbguard-salt": "5b" * 16})
    base = history.git("rev-parse", "HEAD")
    early = history.commit(**{"early.py": with_dwave(tokens.dwave())})
    late = history.commit(**{".pre-commit-config.yaml": HOOK, "late.py": with_dwave(tokens.dwave())})
    history.commit(**{"late.py": "x = 1\n", "clean.py": "x = 1\n"})
    return history, base, early, late


def live(log) -> list[dict]:
    return [json.loads(line) for line in EventLog(str(log)).read(0, 1_000_000)[0]]


def test_ci_tells_of_them_at_once_with_who_what_and_the_hook(work, tmp_path):
    history, base, early, late = work
    collector = CollectorServer()
    try:
        environment = {"NBGUARD_EVENT_LOG": str(tmp_path / "log"), "NBGUARD_OTLP_ENDPOINT": collector.endpoint}
        run = nbguard("ci", "--base", base, cwd=history.path, env=environment)
    finally:
        collector.close()
    assert run.status == 1
    said = [line for line in run.err.splitlines() if "past the hook" in line]
    assert [(early[:12] in line, late[:12] in line) for line in said] == [(True, False), (False, True)]
    told = [event for event in live(tmp_path / "log") if event["kind"] == "hook-bypassed"]
    assert [(e["facts"]["commit"], e["facts"]["hook"]) for e in told] == [(early, NOT_SET_UP), (late, SET_UP)]
    assert [e["facts"]["paths"] for e in told] == [["early.py"], ["late.py"]]
    assert all(e["facts"]["door"] == "ci" and e["facts"]["author"] and e["time"] for e in told)
    found = {e["facts"]["fingerprint"] for e in live(tmp_path / "log") if e["kind"] == "finding"}
    assert {print_ for e in told for print_ in e["facts"]["fingerprints"]} == found


def test_a_server_and_a_push_tell_of_them_too(work, tmp_path):
    history, base, *_ = work
    head = history.git("rev-parse", "HEAD")
    lines = {"pre-receive": f"{base} {head} refs/heads/new\n", "pre-push": f"HEAD {head} refs/heads/new {base}\n"}
    arguments = {"pre-receive": [], "pre-push": ["origin", "x"]}
    history.git("update-ref", "refs/remotes/origin/main", base)
    for door, line in lines.items():
        history.git("checkout", "-q", "--detach", base)
        for branch in history.git("for-each-ref", "--format=%(refname)", "refs/heads").split():
            history.git("update-ref", "-d", branch)
        run = nbguard(
            door, *arguments[door], cwd=history.path, stdin=line.encode(),
            env={"NBGUARD_EVENT_LOG": str(tmp_path / door)},
        )  # fmt: skip
        assert run.status == 1, run.err
        assert [event["kind"] for event in live(tmp_path / door)].count("hook-bypassed") == 2, door


def test_a_scan_of_files_is_not_about_commits(work, tmp_path):
    history, *_ = work
    nbguard("scan", cwd=history.path, env={"NBGUARD_EVENT_LOG": str(tmp_path / "log")})
    assert {event["kind"] for event in live(tmp_path / "log")} == {"finding", "scan"}


def test_what_the_policy_lets_the_hook_pass_went_past_nobody(work, tmp_path):
    history, base, early, _ = work
    words = 'fail_on = "critical"\n[severity]\ncredential = "high"\n'
    (tmp_path / "policy.toml").write_text(words)
    run = nbguard("ci", "--base", base, "--config", tmp_path / "policy.toml", cwd=history.path)
    assert run.status == 0, run.err
    assert "past the hook" not in run.err
    (tmp_path / "policy.toml").write_text(words.replace('fail_on = "critical"', 'fail_on = "high"'))
    run = nbguard("ci", "--base", base, "--config", tmp_path / "policy.toml", cwd=history.path)
    assert early[:12] in run.err


def test_a_clean_range_is_told_as_clean(work, tmp_path):
    history, _, _, late = work
    run = nbguard("ci", "--base", late, cwd=history.path, env={"NBGUARD_EVENT_LOG": str(tmp_path / "log")})
    assert run.status == 0
    assert "past the hook" not in run.err
    assert [event["kind"] for event in live(tmp_path / "log")] == ["scan"]


def test_lines_are_bounded_and_plain():
    class Found:
        rule, severity, fingerprint = "ionq-api-key", "high", "f"

        def __init__(self, path: str) -> None:
            self.path = path

    brought = [
        ((f"{n:040x}", HOSTILE, f"2026-01-{n:02}"), Found(f"{HOSTILE}{m}")) for n in range(1, 30) for m in range(9)
    ]
    past = commits_past_the_hook(CHECKOUT, brought, "low")
    lines = as_lines(past)
    assert len(lines) == 11
    assert lines[-1].endswith("19 more commits")
    assert not any("\x1b" in line or "\n" in line for line in lines)
    assert "and 4 more" in lines[0]
    assert len(past[0].as_event().facts["paths"]) == 9


def test_the_oldest_comes_first_whatever_the_time_zones():
    class Found:
        rule, severity, path, fingerprint = "ionq-api-key", "high", "a.py", "f"

    brought = [
        (("a" * 40, "A", "2026-03-01T23:00:00-10:00"), Found()),
        (("b" * 40, "B", "2026-03-02T05:00:00+01:00"), Found()),
    ]
    assert [past.author for past in commits_past_the_hook(CHECKOUT, brought, "low")] == ["B", "A"]
