"""A quarter of a year in twenty repositories: what an audit asks is answered, and truly, from the evidence alone."""

import json

import pytest

from tests.command_line import assert_no_secret, nbguard
from tests.e2e.audit_quarter import REPOSITORIES, answers, collect, play


@pytest.mark.slow
def test_twelve_questions_are_answered_from_the_evidence(tmp_path):
    folders = play(tmp_path)
    evidence = collect(folders, tmp_path / "evidence.json")
    assert_no_secret(json.dumps(evidence))
    told = dict(answers(evidence))
    assert len(told) == 12
    assert len(told["What was looked at?"]) == REPOSITORIES
    assert [line.split(":")[0:2] for line in told["What was skipped, and why?"]] == [["team-18", " broken.ipynb"]]
    assert [line.partition(",")[0] for line in told["By whose policy?"]] == ["enterprise", "standard"]
    standing = {line.partition(", ")[0] for line in told["What stands there and isn't accepted?"]}
    assert standing == {
        f"team-{n}: dwave-sapi-token in {path}" for n, path in (("07", "lib/solver.py"), ("12", "own.py"))
    }
    (gone,) = told["What is gone from the files and still in the history?"]
    assert gone.startswith("team-03: dwave-sapi-token in run.py, ")
    assert gone.endswith("by Bob R <bob@example.net>")
    assert told["Who accepted what?"] == ["team-11: dwave-sapi-token in tutorial.py: alice@example.org (security)"]
    assert told["Until when, and why?"][0].endswith("a fake, for the tutorial")
    verified = told["Is that verified?"]
    assert verified[0] == "team-11: yes"
    assert [line.split(":")[0] for line in verified[1:]] == ["team-12"]
    changed = [line for line in told["What changed in the rules, by whom?"] if "nbguard.toml" in line]
    assert [(line.split(":")[0], "Dora T" in line) for line in changed] == [("team-15", True)]
    past = {line.split(":")[0] for line in told["Which commits went past the hook?"]}
    assert past == {"team-03", "team-07", "team-12"}
    page = nbguard("review", *folders, "--since", "90d").out
    assert "## Came and went: gone from the files, still in the history: 1" in page
    assert "team-12: dwave-sapi-token in own.py, by alice@example.org" in page
