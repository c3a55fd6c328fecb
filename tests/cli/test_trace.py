"""`nbguard trace`: every commit, file, branch and tag a value was in, and what to do about it."""

import json

import pytest

from nbguard.errors import ExitCode
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave, with_ionq


@pytest.fixture
def story(tmp_path):
    """A token that is used in a notebook, noted in a text, moved, tagged, taken out; and used in another repository."""
    tokens = FakeTokens(90)
    token = tokens.ionq()
    history = History(tmp_path / "lab")
    commits = [history.commit(**{"note.txt": f"use {token} here\n"})]
    commits.append(history.commit(**{"lab.ipynb": with_ionq(token)}))
    history.git("tag", "v1")
    history.commit(**{"other.py": with_dwave(tokens.dwave())})
    history.git("branch", "kept")
    (history.path / "old").mkdir()
    history.git("mv", "lab.ipynb", "old/lab.ipynb")
    commits.append(history.commit())
    history.git("rm", "-q", "note.txt", "old/lab.ipynb")
    history.commit()
    other = History(tmp_path / "other")
    other.commit(**{"deep/config.yaml": f"key: {token}\n"})
    return history, other, token, commits


def trace(history, *arguments, status=ExitCode.FINDINGS):
    run = nbguard("trace", *arguments, "--format", "json", cwd=history.path)
    assert run.status == status, run.err
    return json.loads(run.out)


def fingerprint_of(history, path):
    run = nbguard("scan", "--history", "--format", "json", cwd=history.path)
    return next(found["fingerprint"] for found in json.loads(run.out)["findings"] if found["path"] == path)


def test_a_trail_holds_every_commit_file_branch_and_tag(story):
    history, _, _, commits = story
    (trail,) = trace(history, fingerprint_of(history, "lab.ipynb"))
    seen = {(sighting["commit"], sighting["finding"]["path"]) for sighting in trail["sightings"]}
    assert seen == {(commits[0], "note.txt"), (commits[1], "lab.ipynb"), (commits[2], "old/lab.ipynb")}
    assert trail["branches"] == ["kept", "main"]
    assert trail["tags"] == ["v1"]
    assert trail["now"] == ["kept", "v1"]
    assert trail["sightings"][0]["author"] == "Ada Q <ada@lab.example>"
    assert trail["sightings"][0]["date"].startswith("2023-11-14T")


def test_a_value_is_followed_through_other_repositories(story):
    history, other, _, _ = story
    mark = fingerprint_of(history, "lab.ipynb")
    (other.path / ".nbguard-salt").write_text("another salt\n")
    here, there = trace(history, mark, "--repository", str(history.path), "--repository", str(other.path))
    assert len(here["sightings"]) == 3
    assert [sighting["finding"]["path"] for sighting in there["sightings"]] == ["deep/config.yaml"]
    # The order of the repositories doesn't matter: any of them may know the value.
    assert trace(history, mark, "--repository", str(other.path), "--repository", str(history.path)) == [there, here]


def test_a_finding_on_disk_is_followed(story):
    history, _, token, commits = story
    history.write("now.ipynb", with_ionq(token))
    history.write("now.py", f'\nfrom qiskit_ionq import IonQProvider\nIonQProvider("{token}")\n')
    for place in ("now.ipynb:1", "now.py:3", "now.ipynb:cell0000"):
        (trail,) = trace(history, "--finding", place)
        assert {sighting["commit"] for sighting in trail["sightings"]} == set(commits), place
    for place in ("now.ipynb:2", "now.py:1", "now.ipynb"):
        assert nbguard("trace", "--finding", place, cwd=history.path).status == ExitCode.USAGE


def test_a_value_in_no_commit_is_said_to_be_in_none(tmp_path):
    history = History(tmp_path / "r")
    history.commit(a="x")
    history.write("now.py", with_dwave(FakeTokens(91).dwave()))
    run = nbguard("trace", "--finding", "now.py:1", cwd=history.path)
    assert (run.status, "in no commit" in run.out) == (ExitCode.CLEAN, True)


def test_people_are_told_first_and_last_and_how_to_rotate(story):
    history, _, _, commits = story
    run = nbguard("trace", fingerprint_of(history, "lab.ipynb"), cwd=history.path)
    assert run.status == ExitCode.FINDINGS
    assert f"first     2023-11-14 {commits[0][:12]} Ada Q" in run.out
    assert f"last      2023-11-14 {commits[2][:12]} Ada Q" in run.out
    assert "old/lab.ipynb: cell 1" in run.out
    assert "tags      v1" in run.out
    assert "Rotate it (ionq-api-key):" in run.out
    assert "nbguard vault move" in run.out


def test_first_and_last_go_by_time_whatever_the_time_zones(tmp_path):
    """At 23:00 in Honolulu it is the next day in Berlin, and has been for hours."""
    history, token = History(tmp_path / "lab"), FakeTokens(91).ionq()
    for name, date in (("early.ipynb", "2026-03-02T05:00:00+0100"), ("late.ipynb", "2026-03-01T23:00:00-1000")):
        history.write(name, with_ionq(token))
        history.git("add", "-A")
        history.git("commit", "-qm", name, GIT_AUTHOR_DATE=date)
    run = nbguard("trace", fingerprint_of(history, "late.ipynb"), cwd=history.path)
    late, early = history.git("log", "--format=%H").split()
    assert f"first     2026-03-02 {early[:12]}" in run.out
    assert f"last      2026-03-01 {late[:12]}" in run.out


@pytest.mark.parametrize("arguments", [[], ["xyz"], ["0" * 32], ["0" * 32, "--finding", "a:1"]])
def test_what_can_not_be_traced_is_refused(tmp_path, arguments):
    history = History(tmp_path / "r")
    history.commit(a="x")
    assert nbguard("trace", *arguments, cwd=history.path).status == ExitCode.USAGE


def test_a_fingerprint_of_another_salt_is_found_with_that_salt(story):
    """An answer that only denies it would be taken for the all-clear."""
    history, *_ = story
    mark = fingerprint_of(history, "lab.ipynb")
    (history.path / ".nbguard-salt").write_text("another salt\n")
    other = fingerprint_of(history, "lab.ipynb")
    run = nbguard("trace", mark, cwd=history.path)
    assert run.status == ExitCode.USAGE
    assert "NBGUARD_SALT" in run.err
    assert "--finding" in run.err
    (history.path / ".nbguard-salt").unlink()
    assert nbguard("trace", other, cwd=history.path).status == ExitCode.USAGE
    # The variable holds what the file held, without its line end: what `$(cat .nbguard-salt)` gives.
    run = nbguard("trace", other, cwd=history.path, env={"NBGUARD_SALT": "another salt"})
    assert run.status == ExitCode.FINDINGS, run.err


def test_a_text_report_of_a_history_gives_what_trace_takes(story):
    history, *_ = story
    told = nbguard("scan", "--history", cwd=history.path).out
    assert f"nbguard trace {fingerprint_of(history, 'lab.ipynb')}\n" in told
    history.write("now.ipynb", with_ionq(story[2]))
    assert "nbguard trace" not in nbguard("scan", cwd=history.path).out


def test_a_value_in_messages_is_followed(tmp_path):
    """A message is where a value stays when the file is long clean."""
    history, token = History(tmp_path / "r"), FakeTokens(95).ionq()
    history.commit(**{"a.ipynb": with_ionq(token)})
    said = history.commit(f"took {token} out", **{"a.ipynb": "{}"})
    history.git("tag", "-a", "v1", "-m", f"without {token}")
    run = nbguard("trace", "--finding", "b.ipynb:1", "--format", "json", cwd=history.path)
    assert run.status == ExitCode.USAGE
    history.write("b.ipynb", with_ionq(token))
    run = nbguard("trace", "--finding", "b.ipynb:1", "--format", "json", cwd=history.path)
    (trail,) = json.loads(run.out)
    places = {(sighting["finding"]["path"], sighting["commit"]) for sighting in trail["sightings"]}
    assert {("<commit message>", said), ("<tag message> v1", "")} <= places
