"""What a partial clone lacks is listed, status 3, at every door; nothing is fetched, and the rest is looked into."""

import subprocess
from pathlib import Path

import pytest

from nbguard.errors import ExitCode
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave


@pytest.fixture(params=["blob:none", "tree:0"])
def clone(request: pytest.FixtureRequest, tmp_path: Path) -> History:
    origin = History(tmp_path / "origin")
    origin.git("config", "uploadpack.allowFilter", "true")
    origin.commit(**{"leak.py": with_dwave(FakeTokens(98).dwave())})
    origin.commit(**{"leak.py": "clean\n", "b/c": "x\n"})
    folder = tmp_path / "clone"
    words = ("clone", "-q", "--no-checkout", f"--filter={request.param}", f"file://{origin.path}", str(folder))
    subprocess.run(["git", *words], check=True)
    return History(folder)


@pytest.mark.parametrize(
    "door", [("scan", "--history"), ("scan", "--range", "HEAD~1..HEAD"), ("ci", "--base", "HEAD~1")]
)
def test_what_is_not_here_is_said_and_counts(clone: History, door: tuple[str, ...]) -> None:
    before = clone.git("count-objects", "-v")
    run = nbguard(*door, "--no-cache", cwd=clone.path)
    assert run.status == ExitCode.INCOMPLETE, run.out + run.err
    assert "partial" in run.out + run.err
    assert clone.git("count-objects", "-v") == before


def test_what_was_committed_since_is_looked_into(clone: History) -> None:
    blob = clone.git("hash-object", "-w", "--stdin", stdin=with_dwave(FakeTokens(99).dwave()).encode())
    tree = clone.git("mktree", stdin=f"100644 blob {blob}\tnew.py\n".encode())
    commit = clone.git("commit-tree", tree, "-m", "on its own")
    clone.git("update-ref", "refs/heads/new", commit)
    run = nbguard("scan", "--history", "--no-cache", cwd=clone.path)
    assert (run.status, "new.py" in run.out) == (ExitCode.INCOMPLETE, True), run.out + run.err
