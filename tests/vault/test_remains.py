"""Protects the last word of a move: a value that a commit holds is not gone because a file no longer has it."""

import subprocess

import pytest

from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook

pytestmark = pytest.mark.usefixtures("vault_environment")
TOKENS = FakeTokens(23)


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    source = f"from dwave.system import DWaveSampler\nDWaveSampler(token='{TOKENS.dwave()}')"
    (tmp_path / "a.ipynb").write_bytes(as_bytes(notebook(code(source))))
    return tmp_path, git


def test_a_value_in_commits_is_said_to_be_there(repository):
    folder, git = repository
    git("add", ".")
    git("commit", "-m", "first")
    git("mv", "a.ipynb", "b.ipynb")
    git("commit", "-m", "second")
    git("branch", "other")
    git("tag", "kept")
    run = nbguard("vault", "move", "--yes", "b.ipynb", cwd=folder)
    assert run.status == 1, run.err
    assert "dwave-sapi-token is still in 2 commits (a.ipynb, b.ipynb): `nbguard trace " in run.out
    assert "Commits that hold them are on 2 branches and 1 tag." in run.out
    assert "may have been copied: rotate it" in run.out, "a tag may have been pushed"


@pytest.mark.parametrize("pushed", [False, True])
def test_rotation_comes_first_only_where_a_remote_has_it(repository, pushed):
    folder, git = repository
    git("add", ".")
    git("commit", "-m", "first")
    if pushed:
        git("update-ref", "refs/remotes/origin/work", "HEAD")
    run = nbguard("vault", "move", "--yes", "a.ipynb", cwd=folder)
    assert "dwave-sapi-token is still in 1 commit" in run.out
    assert ("No branch of a remote has it yet: git commit --amend" in run.out) != pushed
    assert ("may have been copied: rotate it" in run.out) == pushed


def test_a_value_that_was_never_committed_is_said_to_be_gone(repository):
    folder, git = repository
    git("commit", "--allow-empty", "-m", "first")
    run = nbguard("vault", "move", "--yes", "a.ipynb", cwd=folder)
    assert "No commit holds them." in run.out


def test_without_commits_or_without_git_nothing_breaks(repository, tmp_path_factory):
    folder, _ = repository
    assert nbguard("vault", "move", "--yes", "a.ipynb", cwd=folder).status == 1
    elsewhere = tmp_path_factory.mktemp("no-git")
    (elsewhere / "a.ipynb").write_bytes(
        as_bytes(notebook(code(f"from dwave.system import DWaveSampler\nDWaveSampler(token='{TOKENS.dwave()}')")))
    )
    run = nbguard("vault", "move", "--yes", "a.ipynb", cwd=elsewhere)
    assert run.status == 1
    assert "history" not in run.out


def test_the_history_is_left_alone_where_asked(repository):
    folder, git = repository
    git("add", ".")
    git("commit", "-m", "first")
    assert "commit" not in nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder).out
