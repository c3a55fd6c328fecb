"""`nbguard credentials`: what it lists, in every format, from a repository, a sweep, both, and Vault."""

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest

from nbguard.audit.schemas import schema_texts
from nbguard.errors import ExitCode
from tests.command_line import nbguard
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.openbao_server import openbao  # noqa: F401
from tests.scan.histories import History, with_dwave, with_ionq

SALT = {"NBGUARD_SALT": "of these tests"}


@pytest.fixture
def lab(tmp_path):
    """A key of IonQ in a notebook, moved; D-Wave's in the history only; IBM's on disk only; one that is allowed."""
    tokens = FakeTokens(200)
    history = History(tmp_path / "lab")
    kept = tokens.ionq()
    history.commit(**{"lab.ipynb": with_ionq(kept), "gone.py": with_dwave(tokens.dwave())})
    history.git("rm", "-q", "gone.py")
    history.git("mv", "lab.ipynb", "bell.ipynb")
    history.commit()
    mark = '  # nbguard: allow dwave-sapi-token reason="revoked in May"'
    history.commit(**{"old.py": with_dwave(tokens.dwave()).rstrip("\n") + mark + "\n"})
    history.write(
        "new.py",
        f'from qiskit_ibm_runtime import QiskitRuntimeService\nQiskitRuntimeService(token="{tokens.ibm_cloud()}")\n',
    )
    return history, kept


def listed(history, *arguments, status=ExitCode.CLEAN, env=None):
    run = nbguard("credentials", "--format", "json", *arguments, cwd=history.path, env={**SALT, **(env or {})})
    assert run.status == status, run.err
    register = json.loads(run.out)
    jsonschema.validate(register, json.loads(schema_texts()["nbguard-credentials-1.schema.json"]))
    return {entry["rule"] + entry["match"][:5]: entry for entry in register["credentials"]}, register


def by_rule(entries, rule):
    return [entry for entry in entries.values() if entry["rule"] == rule]


def test_each_credential_says_since_when_and_where(lab):
    history, _ = lab
    entries, register = listed(history)
    (ionq,) = by_rule(entries, "ionq-api-key")
    assert {place["path"] for place in ionq["now"]} == {"bell.ipynb"}
    assert [stay["path"] for stay in ionq["history"]] == ["bell.ipynb", "lab.ipynb"]
    assert ionq["refs"] == ["refs/heads/main"]
    assert ionq["first_seen"].startswith("2023-11-14T")
    assert ionq["age_days"] > 700
    assert (ionq["vault"], ionq["rotation"]["days"], ionq["approvals"]) == (None, None, [])
    gone, allowed = sorted(by_rule(entries, "dwave-sapi-token"), key=lambda entry: bool(entry["now"]))
    assert (gone["now"], gone["refs"], len(gone["history"])) == ([], [], 1)
    assert allowed["accepted"][0]["reason"] == "revoked in May"
    (ibm,) = by_rule(entries, "ibm-cloud-api-key")
    assert (ibm["first_seen"], ibm["history"], ibm["rotation"]["due"]) == (None, [], None)
    assert ibm["rotation"]["days"] == 90
    assert "CIS" in ibm["rotation"]["source"]
    assert len(register["credentials"]) == 4


def test_what_is_overdue_ends_with_1_and_the_policy_decides(lab):
    history, _ = lab
    assert nbguard("credentials", "--overdue", cwd=history.path).status == ExitCode.CLEAN
    history.write("nbguard.toml", "[credentials]\nrotate_days = 30\nrotate_days_by_provider = { dwave = 100000 }\n")
    entries, _ = listed(history, "--overdue", status=ExitCode.FINDINGS)
    assert [entry["rule"] for entry in entries.values()] == ["ionq-api-key"]
    assert by_rule(entries, "ionq-api-key")[0]["rotation"]["source"] == "policy: credentials.rotate_days"
    told = nbguard("credentials", cwd=history.path).out
    assert "overdue" in told.split("\n")[1]
    history.write("nbguard.toml", "[credentials]\nrotate_days_by_provider = { dwafe = 30 }\n")
    run = nbguard("credentials", cwd=history.path)
    assert (run.status, "rotate_days_by_provider must be" in run.err) == (ExitCode.USAGE, True)


def test_every_format_names_every_credential(lab, tmp_path):
    history, _ = lab
    _, register = listed(history)
    marks = {entry["fingerprint"] for entry in register["credentials"]}
    text = nbguard("credentials", cwd=history.path, env=SALT).out
    assert all(mark in text for mark in marks)
    assert "4 credentials: 3 in files or branches of today, 1 in the history only." in text
    rows = csv.DictReader(io.StringIO(nbguard("credentials", "--format", "csv", cwd=history.path, env=SALT).out))
    assert {row["fingerprint"] for row in rows} == marks
    page = tmp_path / "credentials.html"
    assert nbguard("credentials", "--format", "html", "--output", page, cwd=history.path, env=SALT).status == 0
    assert all(mark in page.read_text() for mark in marks)
    assert "<script" not in page.read_text()


def test_a_sweep_and_a_repository_are_one_register(lab, tmp_path):
    history, kept = lab
    other = History(tmp_path / "other")
    other.commit(**{"deep/x.ipynb": with_ionq(kept), "y.py": with_dwave(FakeTokens(201).dwave())})
    results = tmp_path / "results.sqlite"
    assert nbguard("sweep", other.path, "--output", results, env=SALT).status == ExitCode.FINDINGS
    entries, _ = listed(history, "--sweep", results)
    assert len(entries) == 2
    assert all(entry["now"] is None for entry in entries.values())
    both, _ = listed(history, "--sweep", results, "--repository", ".")
    assert len(both) == 5
    (ionq,) = by_rule(both, "ionq-api-key")
    assert {(Path(stay["repository"]).name, stay["path"]) for stay in ionq["history"]} == {
        ("lab", "bell.ipynb"), ("lab", "lab.ipynb"), ("other", "deep/x.ipynb"),
    }  # fmt: skip
    assert {place["path"] for place in ionq["now"]} == {"bell.ipynb"}


def test_a_value_under_two_rules_is_one_credential(tmp_path):
    """In one file it goes to IonQ; in another only its name says that it is a secret."""
    history, token = History(tmp_path / "r"), FakeTokens(202).ionq()
    history.commit(**{"a.yaml": f"api_key: {token}\n"})
    history.git("rm", "-q", "a.yaml")
    history.commit(**{"b.ipynb": with_ionq(token)})
    entries, _ = listed(history)
    (entry,) = entries.values()
    assert entry["rule"] == "ionq-api-key"
    assert {stay["path"] for stay in entry["history"]} == {"a.yaml", "b.ipynb"}


def test_a_value_that_only_the_history_knows_is_found_on_disk_and_the_other_way_round(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(203)
    old, new = tokens.ionq(), tokens.ionq()
    history.commit(**{"a.ipynb": with_ionq(old), "notes.txt": f"for later: {new}\n"})
    history.git("rm", "-q", "a.ipynb", "notes.txt")
    history.commit(readme="empty")
    history.write("note.txt", f"was {old}\n")
    history.write("now.ipynb", with_ionq(new))
    entries, _ = listed(history)
    places = {tuple(sorted({p["path"] for p in e["now"]})): {s["path"] for s in e["history"]} for e in entries.values()}
    assert places == {("note.txt",): {"a.ipynb"}, ("now.ipynb",): {"notes.txt"}}


def test_what_git_ignores_is_in_use_all_the_same(lab):
    """A `.env` is where a token lives, mostly; the policy can leave it out, and that is told."""
    history, _ = lab
    token = FakeTokens(201).ibm_cloud()
    history.write(".gitignore", ".env\nown/\n")
    history.write(".env", f"QISKIT_IBM_TOKEN={token}\n")
    history.write("own/.env", f"QISKIT_IBM_TOKEN={token}\n")
    history.write("own/node_modules/x.js", f'const QISKIT_IBM_TOKEN = "{token}"\n')
    entries, _ = listed(history)
    both = by_rule(entries, "ibm-cloud-api-key")
    assert sorted([place["path"] for place in entry["now"]] for entry in both) == [[".env", "own/.env"], ["new.py"]]
    history.write("nbguard.toml", 'exclude = ["own/**", "new.py"]\n')
    entries, register = listed(history)
    assert [place["path"] for place in by_rule(entries, "ibm-cloud-api-key")[0]["now"]] == [".env"]
    assert register["notes"] == ["the policy excludes 2 files on disk: they weren't looked at"]


def test_a_folder_without_git_and_a_bare_repository(lab, tmp_path):
    history, _ = lab
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "a.ipynb").write_bytes(with_ionq(FakeTokens(204).ionq()))
    run = nbguard("credentials", "--repository", plain)
    assert (run.status, "is no git repository" in run.out, "ionq-api-key" in run.out) == (0, True, True)
    history.git("clone", "-q", "--bare", str(history.path), str(tmp_path / "bare.git"))
    entries, _ = listed(history, "--repository", str(tmp_path / "bare.git"))
    assert len(entries) == 3


def test_what_can_not_be_read_is_told(lab):
    history, _ = lab
    history.write("broken.ipynb", b'{"cells": [')
    entries, register = listed(history, status=ExitCode.INCOMPLETE)
    assert [skipped["path"] for skipped in register["skipped"]] == ["broken.ipynb"]
    assert len(entries) == 4


def test_what_can_not_be_read_passes_where_every_policy_says_so(tmp_path):
    for name, policy in (("a", "allow_unreadable = true\n"), ("b", "")):
        History(tmp_path / name).commit(**{"nbguard.toml": policy})
    (tmp_path / "b" / "broken.ipynb").write_text('{"cells": [')
    both = ("credentials", "--repository", "a", "--repository", "b")
    assert nbguard(*both, cwd=tmp_path).status == ExitCode.INCOMPLETE
    (tmp_path / "b" / "nbguard.toml").write_text("allow_unreadable = true\n")
    assert nbguard(*both, cwd=tmp_path).status == ExitCode.CLEAN


@pytest.mark.slow
def test_vault_says_since_when_it_keeps_a_value(lab, openbao):  # noqa: F811
    history, kept = lab
    put = nbguard(
        "vault", "put", "quantum/ionq/lab#api_key", cwd=history.path, stdin=kept.encode(), env=openbao.environment
    )
    assert put.status == 0, put.err
    entries, _ = listed(history, "--vault", env=openbao.environment)
    (ionq,) = by_rule(entries, "ionq-api-key")
    (stored,) = ionq["vault"]
    assert (stored["reference"], stored["version"]) == ("quantum/ionq/lab#api_key", 1)
    assert stored["created"].startswith("20")
    assert all(entry["vault"] == [] for entry in entries.values() if entry is not ionq)


def test_the_published_schema_is_that_of_the_records():
    for name, text in schema_texts().items():
        assert Path(CHECKOUT, "docs", "schemas", name).read_text() == text, "run `python -m nbguard.audit.schemas`"
