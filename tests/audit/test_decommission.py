"""`nbguard decommission`: everything that is left is told, and 0 is said only where nothing is."""

import json
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbguard.audit.leftover_search import find_remains, scope_of
from nbguard.audit.leftovers import KINDS, REMOVABLE
from nbguard.audit.schemas import schema_texts
from nbguard.errors import ExitCode
from nbguard.policy.config import load_config
from nbguard.policy.fingerprint import find_salt, fingerprint
from tests.audit.generated_histories import GeneratedHistory
from tests.audit.generated_leavings import Leavings
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.openbao_server import openbao  # noqa: F401
from tests.scan.histories import History, with_ionq


def look(path, home, *arguments, status=ExitCode.FINDINGS, env=None):
    run = nbguard("decommission", "--home", home, "--format", "json", *arguments, cwd=path, env=env)
    assert run.status == status, run.err + run.out
    remains = json.loads(run.out)
    jsonschema.validate(remains, json.loads(schema_texts()["nbguard-decommission-1.schema.json"]))
    return remains


def by_kind(remains):
    kinds = {}
    for item in remains["left"]:
        kinds.setdefault(item["kind"], set()).add(item["place"])
    return kinds


@pytest.fixture
def pilot(tmp_path):
    """A pilot that left something of every kind behind, but in Vault; it began with a clean commit."""
    tokens = FakeTokens(300)
    history = History(tmp_path / "pilot")
    token = tokens.ionq()
    history.commit(**{".gitignore": ".env\n.jupyter_ystore.db\n", "readme.md": "A pilot.\n"})
    history.commit(**{"lab.ipynb": with_ionq(token)})
    lines = ("from nbguard import secret", 'IonQProvider(secret("quantum/ionq/pilot#api_key"))')
    call = "\n".join(lines)
    history.commit(**{"lab.ipynb": as_bytes(notebook(code(call)))})
    history.write(".env", f"QISKIT_IBM_TOKEN={tokens.ibm_cloud()}\n")
    history.write(".ipynb_checkpoints/lab-checkpoint.ipynb", with_ionq(token))
    history.write(".jupyter_ystore.db", b"SQLite format 3\0")
    history.write("apps/__marimo__/session/app.json", "{}")
    history.write("runs/out.ipynb", as_bytes(notebook(code("1"), papermill={"parameters": {"shots": 100}})))
    history.write(".git/nbguard/outputs/ab/cdef", "1\n[]")
    home = tmp_path / "home"
    for name in (".qiskit/qiskit-ibm.json", ".config/pytket/config.json", ".qbraid/qbraidrc"):
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text("{}")
    return history, home, token


def test_everything_that_is_left_is_told(pilot):
    history, home, _ = pilot
    kinds = by_kind(look(history.path, home, "--without-vault"))
    assert kinds["values"] == {".env:1", ".ipynb_checkpoints/lab-checkpoint.ipynb:12"} or ".env:1" in kinds["values"]
    assert len(kinds["history"]) == 1
    assert kinds["references"] == {"lab.ipynb: cell 1"}
    assert kinds["checkpoints"] == {".ipynb_checkpoints"}
    assert kinds["collaboration"] == {".jupyter_ystore.db"}
    assert kinds["marimo"] == {"apps/__marimo__"}
    assert kinds["papermill"] == {"runs/out.ipynb"}
    assert {os.path.basename(place) for place in kinds["outputs"]} == {"outputs"}
    # Of the providers that the project has to do with, and of no other.
    assert {os.path.relpath(place, home) for place in kinds["dotfiles"]} == {
        ".qiskit/qiskit-ibm.json",
        ".config/pytket/config.json",
    }


def test_what_nobody_looked_at_is_no_all_clear(tmp_path):
    history = History(tmp_path / "r")
    history.commit(readme="nothing")
    remains = look(history.path, tmp_path, status=ExitCode.INCOMPLETE)
    assert any(text.startswith("Vault") for text in remains["unchecked"])
    look(history.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)
    history.write("broken.ipynb", b"{")
    look(history.path, tmp_path, "--without-vault", status=ExitCode.INCOMPLETE)


def test_no_policy_hides_anything(tmp_path):
    history, token = History(tmp_path / "r"), FakeTokens(301).ionq()
    mark = f'IonQProvider("{token}")  # nbguard: allow ionq-api-key reason="old"\n'
    history.write("nbguard.toml", 'exclude = ["kept/"]\ndisable = ["ionq-api-key"]\n')
    history.write("kept/a.py", f"from qiskit_ionq import IonQProvider\n{mark}")
    assert by_kind(look(history.path, tmp_path, "--without-vault"))["values"] == {"kept/a.py:2"}


def test_a_part_is_looked_at_with_the_copies_of_its_values(tmp_path):
    history, tokens = History(tmp_path / "r"), FakeTokens(302)
    mine, other = tokens.ionq(), tokens.ionq()
    history.write("pilot/a.ipynb", with_ionq(mine))
    history.write("copies/b.txt", f"it was {mine}\n")
    history.write("other/c.ipynb", with_ionq(other))
    history.write("other/.ipynb_checkpoints/c.ipynb", "{}")
    kinds = by_kind(look(history.path / "pilot", tmp_path, "--without-vault"))
    assert {place.partition(":")[0] for place in kinds["values"]} == {"pilot/a.ipynb", "copies/b.txt"}
    assert "checkpoints" not in kinds


def test_a_plan_comes_before_anything_is_deleted(pilot):
    history, home, _ = pilot
    kinds = "checkpoints,collaboration,marimo,papermill,outputs,dotfiles"
    run = nbguard("decommission", "--home", home, "--without-vault", "--remove", kinds, cwd=history.path, stdin=b"")
    assert run.status == ExitCode.USAGE
    assert "to be deleted  checkpoints: .ipynb_checkpoints" in run.err
    assert (history.path / ".ipynb_checkpoints").exists()
    left = by_kind(look(history.path, home, "--without-vault", "--remove", kinds, "--yes"))
    assert set(left) == {"values", "history", "references"}
    assert left["values"] == {".env:1"}
    assert not (home / ".qiskit/qiskit-ibm.json").exists()
    assert (home / ".qbraid/qbraidrc").exists()
    assert (history.path / "lab.ipynb").exists()


@pytest.mark.parametrize("arguments", [("--remove", "values"), ("--remove", "x"), ("--yes",), ("nowhere",)])
def test_what_makes_no_sense_is_refused(tmp_path, arguments):
    assert nbguard("decommission", *arguments, cwd=tmp_path).status == ExitCode.USAGE


def test_what_git_still_keeps_is_told(tmp_path):
    """Staged, and then taken out again: nothing leads to it, and git keeps it for weeks."""
    history, token = History(tmp_path / "r"), FakeTokens(303).ionq()
    history.commit(readme="x")
    history.write("a.ipynb", with_ionq(token))
    history.git("add", "a.ipynb")
    history.write("b.ipynb", with_ionq(token))
    (history.path / "a.ipynb").unlink()
    assert "a.ipynb" in by_kind(look(history.path, tmp_path, "--without-vault"))["copies"]


@pytest.mark.slow
def test_vault_is_asked_for_what_it_keeps(tmp_path, openbao):  # noqa: F811
    history = History(tmp_path / "pilot")
    history.commit(readme="x")
    value = FakeTokens(304).ionq().encode()
    put = nbguard("vault", "put", "quantum/ionq/pilot#api_key", cwd=history.path, stdin=value, env=openbao.environment)
    assert put.status == 0, put.err
    (left,) = look(history.path, tmp_path, "--vault", env=openbao.environment)["left"]
    assert (left["kind"], left["place"]) == ("vault", "quantum/ionq/pilot#api_key")
    assert left["needs"].endswith(": bao kv metadata delete secret/quantum/ionq/pilot")


def test_what_deletes_a_path_in_vault_names_its_own_mount(tmp_path):
    class Kept(NamedTuple):
        data: dict

    class Team:
        """A Vault with one secret, in a mount of the team's."""

        def paths(self, mount, prefix):
            return ["quantum/ionq/pilot"] if mount == "team" else []

        def peek(self, mount, path):
            return Kept({"api_key": "x"}) if (mount, path) == ("team", "quantum/ionq/pilot") else None

    history = History(tmp_path / "pilot")
    call = 'from nbguard import secret\nIonQProvider(secret("team:quantum/ionq/pilot#api_key"))'
    for policy in ("", '[vault]\nmount = "team"\n'):
        history.commit(**{"nbguard.toml": policy, "lab.ipynb": as_bytes(notebook(code(call)))})
        scope = scope_of(str(history.path), load_config(str(history.path)), str(tmp_path))
        left = find_remains(scope, date(2026, 3, 1), Team()).left
        (needs,) = {item.needs for item in left if item.kind == "vault"}
        assert needs.endswith(": bao kv metadata delete team/quantum/ionq/pilot")


def missed(seed):
    """What is told of a generated history and all it left, against what its generator knows."""
    with tempfile.TemporaryDirectory(prefix="nbguard-") as folder:
        history = GeneratedHistory(Path(folder, "r"), seed)
        leavings = Leavings(history, seed)
        os.environ["XDG_CACHE_HOME"] = str(Path(folder, "cache"))
        config = load_config(str(history.path))
        remains = find_remains(scope_of(str(history.path), config, folder), date(2026, 3, 1), None)
        salt, truths = find_salt(config).key, history.truths()
        files = {path for truth in truths.values() for path in truth.files} | leavings.extra_files
        committed = {value for value, truth in truths.items() if truth.writes} | leavings.in_history
        rules = {value: "dwave-sapi-token" if value.startswith("DEV-") else "ionq-api-key" for value in committed}
        marks = {fingerprint(rules[value], value, salt) for value in committed}
        told = {(item.kind, item.place) for item in remains.left}
        wrong = []
        if {place.rpartition(":")[0] for kind, place in told if kind == "values"} != files:
            wrong.append(f"{seed}: values")
        if {place for kind, place in told if kind == "history"} != marks:
            wrong.append(f"{seed}: history")
        wrong += [f"{seed}: {kind} {place}" for kind, place in sorted(leavings.wanted - told)]
        others = {kind for kind, _ in told} - {"values", "history", "copies"}
        if others != {kind for kind, _ in leavings.wanted} - {"copies"}:
            wrong.append(f"{seed}: kinds {sorted(others)}")
        if remains.skipped or len(remains.unchecked) != 2:
            wrong.append(f"{seed}: not everything was looked at: {remains.skipped} {remains.unchecked}")
        return wrong


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000_000))
def test_no_value_of_a_generated_history_is_missed(seed):
    assert missed(seed) == []


@pytest.mark.slow
def test_no_value_is_missed_in_many_histories():
    """NBGUARD_HISTORIES asks for more."""
    count = int(os.environ.get("NBGUARD_HISTORIES", "30"))
    assert [what for seed in range(count) for what in missed(seed)] == []


@pytest.mark.parametrize("how", ["staged", "dropped", "packed"])
def test_a_value_that_only_git_itself_holds_is_no_all_clear(tmp_path, how):
    """No file and no commit shows it: whoever gets a copy of the folder has it all the same."""
    history, token = History(tmp_path / "r"), FakeTokens(305).ionq()
    history.commit(readme="nothing")
    history.write("a.ipynb", with_ionq(token))
    history.git("add", "a.ipynb")
    (history.path / "a.ipynb").unlink()
    if how != "staged":
        history.git("rm", "-q", "--cached", "a.ipynb")
    if how == "packed":
        history.git("repack", "-q", "-a", "-d", "--cruft")
    left = by_kind(look(history.path, tmp_path, "--without-vault"))
    assert left == {"copies": {"a.ipynb" if how == "staged" else ".git/objects"}}
    history.git("rm", "-q", "--cached", "--ignore-unmatch", "a.ipynb")
    history.git("gc", "-q", "--prune=now")
    look(history.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)


@pytest.mark.parametrize("there", [True, False])
def test_another_work_tree_is_no_all_clear(tmp_path, there):
    """It has files of its own; when it was deleted, git keeps its index, and what that leads to."""
    history, other, token = History(tmp_path / "r"), tmp_path / "other", FakeTokens(306).ionq()
    history.commit(readme="nothing")
    history.git("worktree", "add", "-q", str(other), "-b", "other")
    (other / "a.ipynb").write_bytes(as_bytes(notebook(code(f'IonQProvider("{token}")'))))
    history.git("-C", str(other), "add", "a.ipynb")
    if not there:
        shutil.rmtree(other)
    left = by_kind(look(history.path, tmp_path, "--without-vault"))
    assert str(other) in left["copies"] if there else left == {"copies": {".git/objects"}}
    shutil.rmtree(other, ignore_errors=True)
    history.git("worktree", "prune")
    history.git("gc", "-q", "--prune=now")
    look(history.path, tmp_path, "--without-vault", status=ExitCode.CLEAN)


def test_kinds_are_in_the_order_of_the_report():
    assert set(REMOVABLE) < set(KINDS)
