"""`nbguard incident`: the steps are verified, people's word counts where nothing verifies, and it goes on later."""

import json
import os
import subprocess

import jsonschema
import pytest

from nbguard.audit.schemas import schema_texts
from nbguard.detect.knowledge.loading import load_knowledge
from nbguard.errors import ExitCode
from tests.cli.test_trace import fingerprint_of
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.openbao_server import openbao  # noqa: F401
from tests.scan.histories import History, with_ionq
from tests.signing_keys import Keys, address

STEPS = load_knowledge("incident")["steps"]
BY_PEOPLE = [name for name, step in STEPS.items() if "check" not in step]


@pytest.fixture
def leak(tmp_path):
    history, token = History(tmp_path / "lab"), FakeTokens(400).ionq()
    history.commit(**{"lab.ipynb": with_ionq(token), ".gitignore": ".ipynb_checkpoints\n"})
    history.write(".ipynb_checkpoints/lab.ipynb", with_ionq(token))
    (tmp_path / "home/.config/pytket").mkdir(parents=True)
    (tmp_path / "home/.config/pytket/config.json").write_text("{}")
    return history, token, fingerprint_of(history, "lab.ipynb")


def incident(history, mark, *arguments, status=ExitCode.FINDINGS, env=None):
    home = history.path.parent / "home"
    run = nbguard("incident", mark, "--home", home, "--format", "json", *arguments, cwd=history.path, env=env)
    assert run.status == status, run.err
    told = json.loads(run.out)
    jsonschema.validate(told, json.loads(schema_texts()["nbguard-incident-1.schema.json"]))
    return {step["id"]: step for step in told["steps"]}


def states(steps, state):
    return {name for name, step in steps.items() if step["state"] == state}


def test_what_is_still_there_is_told_and_what_is_gone_is_verified(leak):
    history, _, mark = leak
    steps = incident(history, mark)
    assert list(steps) == list(STEPS)
    assert states(steps, "failed") == {"files", "outputs", "branches", "history", "checkpoints", "dotfiles"}
    assert states(steps, "verified") == {"collaboration", "caches"}
    assert states(steps, "open") == {*BY_PEOPLE, "vault"}
    assert steps["files"]["evidence"] == ["lab.ipynb:17"]
    assert steps["outputs"]["evidence"] == ["lab.ipynb:12"]
    assert steps["branches"]["evidence"] == ["refs/heads/main"]
    assert "cloud.ionq.com" in steps["revoke"]["text"]
    assert "2023-11-14" in steps["logs"]["text"]


@pytest.mark.parametrize("what", ["pipe", "link"])
def test_what_lies_in_its_place_keeps_nobody_waiting(leak, what):
    """A repository that somebody unpacks can hold anything there."""
    history, _, mark = leak
    place = history.path / f".git/nbguard/incidents/{mark}.json"
    place.parent.mkdir(parents=True)
    if what == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to("/dev/zero")
    run = nbguard("incident", mark, cwd=history.path)
    assert (run.status, f"{mark}.json" in run.err) == (ExitCode.USAGE, True)


def test_it_goes_on_where_it_was_left_until_every_step_is_settled(leak):
    history, token, mark = leak
    incident(history, mark)
    steps = incident(history, mark, "--done", "revoke,logs", "--by", "ada", "--note", "ticket 4711")
    assert (steps["revoke"]["state"], steps["revoke"]["by"], steps["revoke"]["note"]) == ("done", "ada", "ticket 4711")
    history.git("rm", "-q", "lab.ipynb")
    history.commit()
    (history.path / ".ipynb_checkpoints/lab.ipynb").unlink()
    (history.path.parent / "home/.config/pytket/config.json").unlink()
    steps = incident(history, mark)
    assert steps["revoke"]["by"] == "ada"
    assert states(steps, "failed") == {"history"}
    rest = ",".join(name for name in (*BY_PEOPLE, "vault", "history") if name not in ("revoke", "logs"))
    report = history.path.parent / "incident.md"
    steps = incident(history, mark, "--done", rest, "--by", "ben", "--report", report, status=ExitCode.CLEAN)
    assert states(steps, "failed") | states(steps, "open") == set()
    assert steps["history"]["evidence"]
    text = report.read_text()
    assert "closed: every step is settled" in text
    assert token not in text
    # What comes back opens it again.
    history.write("again.py", f'from qiskit_ionq import IonQProvider\nIonQProvider("{token}")\n')
    assert states(incident(history, mark), "failed") == {"files"}


def test_a_report_is_signed_on_request(leak, tmp_path):
    history, _, mark = leak
    keys = Keys(tmp_path)
    report = tmp_path / "incident.md"
    incident(history, mark, "--report", report, "--sign", keys.path("ada"))
    (tmp_path / "signers").write_text(keys.line("ada") + "\n")
    verify = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", address("ada"), "-n", "nbguard-incident"]
    verify += ["-s", "incident.md.sig"]
    assert subprocess.run(verify, cwd=tmp_path, input=report.read_bytes(), check=False).returncode == 0
    assert subprocess.run(verify, cwd=tmp_path, input=report.read_bytes() + b"x", check=False).returncode != 0
    refused = nbguard("incident", mark, "--sign", keys.path("ada"), cwd=history.path)
    assert refused.status == ExitCode.USAGE
    assert "--report" in refused.err


def test_a_word_does_not_count_where_the_value_still_is(leak):
    history, _, mark = leak
    steps = incident(history, mark, "--done", "files,branches", "--by", "ada")
    assert {"files", "branches"} <= states(steps, "failed")


def test_a_history_that_was_rewritten_is_verified(leak):
    """The value is nowhere any more, and the incident still knows what it is about."""
    history, _, mark = leak
    incident(history, mark)
    history.git("checkout", "-q", "--orphan", "clean")
    history.git("rm", "-q", "-f", "lab.ipynb")
    history.commit(readme="clean")
    history.git("branch", "-q", "-D", "main")
    history.git("reflog", "expire", "--expire=now", "--all")
    history.git("gc", "-q", "--prune=now")
    (history.path / ".ipynb_checkpoints/lab.ipynb").unlink()
    steps = incident(history, mark)
    assert {"files", "outputs", "branches", "history", "checkpoints", "caches"} <= states(steps, "verified")


@pytest.mark.parametrize(
    "arguments",
    [("0" * 32,), ("xyz",), (None, "--done", "revoke"), (None, "--by", "ada"), (None, "--done", "x", "--by", "a")],
)
def test_what_makes_no_sense_is_refused(leak, arguments):
    history, _, mark = leak
    run = nbguard("incident", *(mark if word is None else word for word in arguments), cwd=history.path)
    assert run.status == ExitCode.USAGE


def test_no_note_keeps_the_value(leak):
    history, token, mark = leak
    run = nbguard("incident", mark, "--done", "revoke", "--by", "ada", "--note", f"was {token}", cwd=history.path)
    assert run.status == ExitCode.USAGE
    kept = list((history.path / ".git/nbguard").rglob("*.json"))
    assert all(token not in path.read_text() for path in kept)


def test_a_file_of_something_else_is_refused(leak):
    history, _, mark = leak
    history.write("other.json", "{}")
    assert nbguard("incident", mark, "--file", "other.json", cwd=history.path).status == ExitCode.USAGE


@pytest.mark.slow
def test_vault_must_not_have_the_old_value_as_its_newest(leak, openbao):  # noqa: F811
    history, token, mark = leak
    for value, state in ((token, "failed"), (FakeTokens(401).ionq(), "verified")):
        reference = "quantum/ionq/lab#api_key"
        put = nbguard("vault", "put", reference, cwd=history.path, stdin=value.encode(), env=openbao.environment)
        assert put.status == 0, put.err
        assert incident(history, mark, "--vault", env=openbao.environment)["vault"]["state"] == state


def test_people_are_told_what_is_open(leak):
    history, _, mark = leak
    out = nbguard("incident", mark, "--home", history.path.parent / "home", cwd=history.path).out
    assert "[ ]  1. Revoke it at the provider" in out
    assert "still: lab.ipynb:17" in out
    assert "Open: revoke, logs, vault" in out
