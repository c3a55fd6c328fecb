"""Evidence and review: what they say of real repositories, in every form, and what they never say."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from nbguard.audit import evidence_collecting
from nbguard.audit.assessment import NOT_ASSESSED, SATISFIED, assess
from nbguard.audit.demands import all_demands
from nbguard.audit.evidence_collecting import read_period
from nbguard.audit.evidence_formats import events
from nbguard.audit.evidence_records import Evidence, Happening, LookedAt, RepositoryEvidence
from nbguard.errors import UsageError
from nbguard.policy.approval import FILE_NAME, Approval
from nbguard.policy.fingerprint import salt_id
from nbguard.repository.git_errors import GitError
from tests.audit.chain_reading import find_break
from tests.audit.delivery.collector_server import CollectorServer
from tests.command_line import nbguard
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave
from tests.signing_keys import Keys, address

SINCE = ("--since", "2023-11-01")
AUTHOR = {"GIT_AUTHOR_EMAIL": "ada@lab.example"}


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def repository(tmp_path_factory, keys):
    """A leak that is gone, one that stands, one that is accepted with a signature, and a policy that changed."""
    history = History(tmp_path_factory.mktemp("r") / "pilot")
    tokens = FakeTokens(808)
    approvers = f'[approvers]\nsecurity = ["{keys.line("alice")}"]\n'
    history.commit(
        **{"README": "x\n", "nbguard.toml": f'profile = "enterprise"\n{approvers}', ".nbguard-salt": "5a" * 16}
    )
    history.commit(**{"gone.py": with_dwave(tokens.dwave()), "stays.py": with_dwave(tokens.dwave())})
    history.commit(
        **{
            "gone.py": "x = 1\n",
            "accepted.py": with_dwave(tokens.dwave()),
            "bad.ipynb": '{"cells": ["IonQProvider(api_key=',
        }
    )
    found = json.loads(nbguard("scan", "accepted.py", "--format", "json", cwd=history.path).out)["findings"]
    expires = subprocess.run(
        ["date", "-d", "+100 days", "+%F"], capture_output=True, text=True, check=True
    ).stdout.strip()
    words = ("--role", "security", "--reason", "a fake", "--expires", expires, "--key", keys.path("alice"))
    nbguard("approve", found[0]["fingerprint"], "accepted.py", *words, cwd=history.path, env=AUTHOR)
    history.commit("approved")
    return history


def evidence(history, *arguments, status=3):
    run = nbguard("evidence", *SINCE, *arguments, cwd=history.path, env=AUTHOR)
    assert run.status == status, run.err
    return run.out


def test_it_says_what_was_looked_at_found_accepted_and_not_seen(repository):
    body = json.loads(evidence(repository))
    (one,) = body["repositories"]
    scope = one["scope"]
    assert (scope["repository"], scope["head"], scope["commits"]) == ("pilot", repository.git("rev-parse", "HEAD"), 4)
    assert scope["refs"] == {"refs/heads/main": scope["head"]}
    assert [skip["path"] for skip in scope["not_scanned"]] == ["bad.ipynb"]
    assert (one["policy"]["profile"], one["policy"]["source"]) == ("enterprise", "nbguard.toml")
    places = {place["path"]: place for place in one["findings"] if place["kind"] == "credential"}
    assert {path: (place["now"], place["accepted"]) for path, place in places.items()} == {
        "gone.py": (False, False), "stays.py": (True, False), "accepted.py": (True, True)
    }  # fmt: skip
    assert all(place["author"] == "Ada Q <ada@lab.example>" and place["commit"] for place in places.values())
    (accepted,) = [a for a in one["acceptances"] if a["path"] == "accepted.py"]
    assert (accepted["approved_by"], accepted["verified"]) == ("alice@example.org (security)", True)
    (approval,) = one["approvals"]
    assert (approval["signer"], approval["problem"]) == (address("alice"), "")
    kinds = {happening["kind"] for happening in one["happenings"]}
    assert kinds == {"policy-changed", "hook-bypassed"}
    jsonschema.validate(body, json.loads(Path(CHECKOUT, "docs/schemas/nbguard-evidence-1.schema.json").read_text()))


def test_the_same_repositories_give_the_same_bytes(repository):
    for form in ("json", "oscal", "in-toto", "events"):
        assert evidence(repository, "--format", form) == evidence(repository, "--format", form)


def test_nothing_that_is_not_seen_is_called_satisfied(repository, tmp_path):
    """With a file that can't be read, without looking at all, or under a policy that leaves something out."""
    states = {demand["number"]: demand for demand in json.loads(evidence(repository))["demands"]}
    assert {number for number, demand in states.items() if demand["state"] == SATISFIED} == set()
    assert states["2.2"]["state"] == states["10.3"]["state"] == "not-satisfied"
    assert "could not be scanned" in states["1.2"]["because"]
    unseen = {demand.number for demand in all_demands() if not demand.check}
    assert {number for number, demand in states.items() if demand["state"] == NOT_ASSESSED} >= unseen
    assert all(demand.part for demand in all_demands() if demand.check)
    clean = History(tmp_path / "clean")
    clean.commit(**{"a.py": "x = 1\n"})
    for policy, satisfied in (
        ("", {"1.2", "2.2", "5.3", "6.1", "10.3"}),  # metadata and SDKs aren't looked for, signatures not required
        ('profile = "enterprise"\n', {"1.2", "2.2", "3.2", "4.1", "5.2", "5.3", "6.1", "10.3"}),
        ('disable = ["dwave-*"]\n', {"1.2", "5.3"}),
        ('exclude = ["b/"]\n', set()),
        ("[[zones]]\npaths = ['b/']\nprofile = 'relaxed'\n", set()),
    ):
        clean.commit(**{"nbguard.toml": policy, "b/c.py": "x = 1\n"})
        demands = json.loads(evidence(clean, status=0))["demands"]
        assert {demand["number"] for demand in demands if demand["state"] == SATISFIED} == satisfied, policy
    assert {demand.state for demand in assess([])} == {NOT_ASSESSED}


def test_oscal_is_read_by_the_library_for_it(repository, tmp_path):
    from trestle.oscal.assessment_results import Model

    model = Model.model_validate_json(evidence(repository, "--format", "oscal"))
    (result,) = model.assessment_results.results
    assert result.findings
    assert {str(finding.target.status.state.value) for finding in result.findings} == {"not-satisfied"}
    empty = History(tmp_path / "r")
    empty.commit(**{"a.bin": b""})
    assert Model.model_validate_json(evidence(empty, "--format", "oscal", status=0))


def test_the_statement_names_the_commit_and_can_be_signed(repository, keys, tmp_path):
    target = tmp_path / "statement.json"
    evidence(repository, "--format", "in-toto", "-o", target, "--sign", keys.path("alice"))
    statement = json.loads(target.read_text())
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["subject"] == [{"name": "pilot", "digest": {"gitCommit": repository.git("rev-parse", "HEAD")}}]
    assert statement["predicate"]["schema"] == "nbguard-evidence/1"
    signers = tmp_path / "signers"
    signers.write_text(keys.line("alice") + "\n")
    verify = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        signers,
        "-I",
        address("alice"),
        "-n",
        "evidence@nbguard",
        "-s",
        f"{target}.sig",
    ]
    assert subprocess.run(verify, input=target.read_bytes(), capture_output=True).returncode == 0
    assert subprocess.run(verify, input=target.read_bytes() + b" ", capture_output=True).returncode != 0
    assert "say which with --output" in nbguard("evidence", "--sign", "x", cwd=repository.path).err


def test_events_are_a_chain_and_syslog_carries_them(repository):
    lines = evidence(repository, "--format", "events").splitlines(keepends=True)
    assert find_break(lines) == 0
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds[-1] == "scan"
    assert {"finding", "accepted", "policy-changed", "hook-bypassed", "not-scanned"} <= set(kinds)
    told = evidence(repository, "--format", "syslog").splitlines()
    assert [json.loads(line.split(" - ", 3)[3]) for line in told] == [json.loads(line) for line in lines]
    assert all(line.startswith(("<132>1 ", "<134>1 ")) for line in told)


def test_a_collector_gets_the_same_chain_and_a_failing_one_is_said(repository):
    lines = evidence(repository, "--format", "events").splitlines()
    collector = CollectorServer()
    try:
        environment = AUTHOR | {"NBGUARD_OTLP_ENDPOINT": collector.endpoint}
        run = nbguard("evidence", *SINCE, "--format", "otlp", cwd=repository.path, env=environment)
        assert (run.status, run.out) == (3, ""), run.err  # 3: not all of the repository could be scanned
        assert f"{len(lines)} of {len(lines)} events are with" in run.err
        assert [record.body.string_value for record in collector.records] == lines
        collector.mode = "500"
        run = nbguard("evidence", *SINCE, "--format", "otlp", cwd=repository.path, env=environment)
        assert run.status == 3
        assert f"0 of {len(lines)} events" in run.err
        assert "status 500" in run.err
    finally:
        collector.close()
    run = nbguard("evidence", "--format", "otlp", cwd=repository.path, env={"NBGUARD_OTLP_ENDPOINT": ""})
    assert run.status == 2
    assert "NBGUARD_OTLP_ENDPOINT" in run.err


def test_the_review_is_one_page_of_what_came_went_and_was_accepted(repository):
    page = nbguard("review", *SINCE, cwd=repository.path, env=AUTHOR).out
    sections = {title.split(":")[0]: int(title.rpartition(" ")[2]) for title in page.splitlines() if title[:3] == "## "}
    assert sections["## Came and went"] == sections["## Accepted"] == sections["## Not scanned"] == 1
    assert sections["## Past the hook"] >= 1
    assert "stays.py" in page
    assert "by alice@example.org (security) (verified): a fake" in page
    old = nbguard("review", "--since", "1d", cwd=repository.path, env=AUTHOR).out
    assert "## Came, and counts: 0" in old
    assert "## Older, in the history only: 1" in old


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, keys):
    """Alice approves what she committed herself, somebody writes approvals to be read, and the last commit is old."""
    history = History(tmp_path_factory.mktemp("h") / "pilot")
    approvers = f'[approvers]\nsecurity = ["{keys.line("alice")}"]\n'
    history.commit(**{"nbguard.toml": f'profile = "enterprise"\n{approvers}', ".nbguard-salt": "5a" * 16})
    history.write("own.py", with_dwave(FakeTokens(809).dwave()))
    history.git("add", "-A")
    history.git("commit", "-qm", "own", GIT_AUTHOR_EMAIL=address("alice"))
    (found,) = json.loads(nbguard("scan", "own.py", "--format", "json", cwd=history.path).out)["findings"]
    day = datetime.now(UTC)
    own = Approval(
        found["rule"], found["fingerprint"], salt_id(b"5a" * 16), ("own.py",), "security", address("alice"), "mine",
        day.strftime("%Y-%m-%d"), (day + timedelta(days=9)).strftime("%Y-%m-%d"),
        repository=history.git("rev-list", "--max-parents=0", "HEAD").strip(),
    )  # fmt: skip
    active = "<img src=x> ![p](http://x.example/) [q][r] <ada@lab.example>"
    told = own._replace(rule=f"x\n\n## Accepted: 7\n{active}", reason=active, signer=active, paths=(active,))
    history.write(FILE_NAME, keys.signed(own, "alice").line() + told.line())
    history.commit("approved")
    history.write("z", "z\n")
    history.git("add", "z")
    history.git("commit", "-qm", "old", GIT_AUTHOR_DATE="1000000000 +0000", GIT_COMMITTER_DATE="1000000000 +0000")
    return history


def test_an_approval_of_what_one_brought_oneself_is_said_not_to_count(hostile):
    (one,) = json.loads(evidence(hostile, status=0))["repositories"]
    (own,) = [approval for approval in one["approvals"] if approval["rule"] == "dwave-sapi-token"]
    assert "who brought the finding can't approve it" in own["problem"]
    assert one["acceptances"] == []


def test_a_commit_that_is_dated_back_hides_none_behind_it(hostile):
    (one,) = json.loads(evidence(hostile, status=0))["repositories"]
    told = [happening["what"] for happening in one["happenings"] if happening["kind"] == "policy-changed"]
    assert told == [FILE_NAME, "nbguard.toml"]


def test_a_commit_is_told_whatever_its_author_is_called(tmp_path):
    history = History(tmp_path / "pilot")
    history.write("nbguard.toml", 'profile = "enterprise"\n')
    history.git("add", "-A")
    history.git("commit", "-qm", "policy", GIT_AUTHOR_NAME="A\x01da")
    (one,) = json.loads(evidence(history, status=0))["repositories"]
    assert [happening["author"] for happening in one["happenings"]] == ["A\x01da <ada@lab.example>"]


def test_a_history_of_the_policy_that_cannot_be_read_is_no_empty_one(hostile, monkeypatch):
    def refuse(*arguments):
        raise GitError("git log: no")

    monkeypatch.setattr(evidence_collecting, "run_git", refuse)
    with pytest.raises(GitError):
        list(evidence_collecting._policy_changes(str(hostile.path), read_period("90d", "")))


def test_events_go_by_time_whatever_the_time_zones():
    late, early = "2026-03-01T23:00:00-10:00", "2026-03-02T05:00:00+01:00"
    scope = LookedAt("r", "h", {}, 2, 1, 2, 0, 0, [], uncommitted=False)
    told = [Happening("policy-changed", commit, "A", date, "x") for commit, date in (("c1", late), ("c2", early))]
    body = Evidence(
        "s", "nbguard", "1", "r", early, "2026-03-03", [RepositoryEvidence(scope, {}, [], [], [], told)], []
    )
    assert [event.time for event in events(body)][:2] == [early, late]


def test_nobody_writes_another_line_or_a_picture_onto_the_page(hostile):
    page = nbguard("review", *SINCE, cwd=hostile.path, env=AUTHOR).out
    assert "## Accepted: 0" in page
    assert "\n## Accepted: 7" not in page
    assert "## Accepted: 7" in page
    for live in ("<img", "](", "]["):
        assert page.count(live) == page.count(f"\\{live}") if live == "<img" else live not in page
    assert "<ada@lab.example>" in page


def test_several_repositories_are_one_evidence(repository, tmp_path):
    other = History(tmp_path / "other")
    other.commit(**{"a.py": "x = 1\n"})
    other.git("remote", "add", "origin", "https://user:word@git.example.org/team/other.git")
    both = json.loads(evidence(repository, repository.path, other.path))
    assert [r["scope"]["repository"] for r in both["repositories"]] == ["git.example.org/team/other", "pilot"]
    assert evidence(repository, other.path, repository.path) == evidence(repository, repository.path, other.path)


@pytest.mark.parametrize("since", ["yesterday", "d", "-3d", "2026-13-01", "99999999d", ""])
def test_a_time_that_is_none_is_an_error(since):
    with pytest.raises(UsageError, match="--since takes days"):
        read_period(since, "")


def test_the_schemas_are_published():
    from nbguard.audit.schemas import main

    assert main(["--check"]) == 0
    assert os.path.exists(os.path.join(CHECKOUT, "docs/schemas/nbguard-evidence-1.schema.json"))
