"""`--check-live` and `nbguard revoke`: only when asked, only to the catalogue's host, and never from a hook."""

import json
import os
import subprocess
import sys

import pytest

from nbguard.audit.live import caller
from nbguard.cli.main import main
from nbguard.errors import ExitCode
from tests.audit.live.stand_ins import StandIn, ToStandIn, as_json, http
from tests.cli.test_trace import fingerprint_of
from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave, with_ionq


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A key of IonQ that works, one of D-Wave that doesn't, and a token of GitHub; no way out but to a stand-in."""
    tokens = FakeTokens(520)
    ionq, github = tokens.ionq(), tokens.github()
    history = History(tmp_path / "lab")
    history.commit(**{"lab.ipynb": with_ionq(ionq), "old.py": with_dwave(tokens.dwave())})
    history.commit(**{"ci.py": f'token = "{github}"\n'})

    def answer(request: bytes) -> bytes:
        if b"POST /credentials/revoke" in request and github.encode() in request:
            return http(202)
        return http(200, as_json({"key_id": "x"})) if ionq.encode() in request else http(401, b"{}")

    server = StandIn(answer)
    network = ToStandIn(server.port)
    monkeypatch.setattr(caller, "Network", lambda **_: network)
    monkeypatch.setattr(caller, "PAUSE", 0)
    monkeypatch.setattr(caller.Caller.__init__, "__defaults__", (None, 0, None, lambda _: None))
    monkeypatch.chdir(history.path)
    for name in ("PRE_COMMIT", "GIT_INDEX_FILE", "VAULT_ADDR"):
        monkeypatch.delenv(name, raising=False)
    yield history, server, network, ionq, github
    server.close()


def run(capsys, *arguments):
    status = main(list(map(str, arguments)))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_credentials_says_which_still_work(lab, capsys):
    history, server, network, ionq, _ = lab
    status, out, err = run(capsys, "credentials", "--check-live", "--format", "json")
    assert status == ExitCode.CLEAN, err
    live = {entry["rule"]: entry["live"] for entry in json.loads(out)["credentials"]}
    assert live["ionq-api-key"]["state"] == "live"
    assert live["dwave-sapi-token"]["state"] == "unknown"
    assert set(network.hosts) == {"api.ionq.co", "na-west-1.cloud.dwavesys.com", "api.github.com"}
    assert ionq not in out + err
    events = (history.path / ".git/nbguard/calls.jsonl").read_text()
    assert ionq not in events
    assert events.count('"live-call"') == len(server.requests)
    _, text, _ = run(capsys, "credentials", "--check-live")
    assert "live     " in text
    assert "api.ionq.co accepts it" in text
    assert "live" in run(capsys, "credentials", "--check-live", "--format", "html")[1]


def test_nobody_is_asked_unless_somebody_wants_it(lab, capsys):
    history, server, _, _, _ = lab
    mark = fingerprint_of(history, "lab.ipynb")
    for command in (("credentials",), ("incident", mark), ("scan",), ("revoke", "--list")):
        run(capsys, *command)
    assert server.requests == []
    assert not (history.path / ".git/nbguard/calls.jsonl").exists()


@pytest.mark.parametrize("mark", ["PRE_COMMIT", "GIT_INDEX_FILE"])
def test_no_hook_asks(lab, capsys, monkeypatch, mark):
    _, server, _, _, _ = lab
    monkeypatch.setenv(mark, "1")
    for command in (("credentials", "--check-live"), ("revoke", "0" * 32)):
        status, _, err = run(capsys, *command)
        assert status == ExitCode.USAGE
        assert "hook" in err
    assert server.requests == []


def test_an_incident_is_not_over_while_the_provider_takes_the_value(lab, capsys):
    history, *_ = lab
    mark = fingerprint_of(history, "lab.ipynb")
    done = ("--done", "revoke", "--by", "ada")
    _, out, _ = run(capsys, "incident", mark, *done, "--format", "json")
    assert {step["id"]: step["state"] for step in json.loads(out)["steps"]}["revoke"] == "done"
    _, out, _ = run(capsys, "incident", mark, "--check-live", "--format", "json")
    (step,) = (step for step in json.loads(out)["steps"] if step["id"] == "revoke")
    assert (step["state"], step["evidence"]) == ("failed", ["api.ionq.co accepts it"])
    # A word that comes after it counts again: the provider may take a while, and the next check looks.
    _, out, _ = run(capsys, "incident", mark, *done, "--format", "json")
    (step,) = (step for step in json.loads(out)["steps"] if step["id"] == "revoke")
    assert (step["state"], step["evidence"]) == ("done", [])


def test_an_incident_of_what_no_call_is_documented_for_goes_on(lab, capsys):
    history, *_ = lab
    mark = fingerprint_of(history, "old.py")
    _, _, err = run(capsys, "incident", mark, "--check-live")
    assert "unknown: refused, as a random one is" in err


def test_revoke_asks_first_and_tells_what_the_provider_said(lab, capsys):
    history, server, network, _, github = lab
    mark = fingerprint_of(history, "ci.py")
    status, _, err = run(capsys, "revoke", mark)
    assert status == ExitCode.USAGE, "nobody is there to be asked"
    assert "--yes" in err
    assert server.requests == []
    status, out, err = run(capsys, "revoke", mark, "--yes")
    assert status == ExitCode.CLEAN
    assert out.startswith("revoked: GitHub revokes")
    assert set(network.hosts) == {"api.github.com"}
    assert github not in out + err
    assert '"kind":"revoke"' in (history.path / ".git/nbguard/calls.jsonl").read_text()


def test_revoke_says_where_no_call_is_documented(lab, capsys):
    history, server, *_ = lab
    status, _, err = run(capsys, "revoke", fingerprint_of(history, "lab.ipynb"), "--yes")
    assert status == ExitCode.USAGE
    assert "nbguard explain ionq-api-key" in err
    assert run(capsys, "revoke", "xyz")[0] == ExitCode.USAGE
    assert run(capsys, "revoke", "0" * 32, "--yes")[0] == ExitCode.USAGE
    assert server.requests == []


@pytest.mark.parametrize("command", [("credentials", "--check-live", "--format", "json"), ("credentials",), ("sdk",)])
def test_without_any_route_nothing_is_known_and_nothing_fails(tmp_path, command):
    """The real command in a network of its own, where the system lets a user make one; else without names."""
    history = History(tmp_path / "alone")
    history.commit(**{"lab.ipynb": with_ionq(FakeTokens(521).ionq())})
    alone = ["unshare", "--map-root-user", "--net"]
    try:
        possible = subprocess.run([*alone, "true"], capture_output=True).returncode == 0
    except OSError:
        possible = False
    (tmp_path / "sitecustomize.py").write_text(
        "import socket\n\n\ndef fail(*_, **__):\n    raise socket.gaierror\n\n\nsocket.getaddrinfo = fail\n"
    )
    python_path = os.pathsep.join([*([] if possible else [str(tmp_path)]), *sys.path])
    done = subprocess.run(
        [*(alone if possible else []), sys.executable, "-m", "nbguard", *command], cwd=history.path,
        env={**os.environ, "PYTHONPATH": python_path}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert_no_secret(done.stdout + done.stderr)
    assert done.returncode in (ExitCode.CLEAN, ExitCode.FINDINGS), done.stderr
    if "--check-live" in command:
        (entry,) = json.loads(done.stdout)["credentials"]
        assert entry["live"]["state"] == "unknown"
        assert "has no address" in entry["live"]["reason"]
