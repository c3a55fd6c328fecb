"""A framework's hook looks at links and submodules as the commit has them: it follows none, and writes into none."""

import os
from pathlib import Path

import pytest

from nbguard.errors import ExitCode
from nbguard.scan.handed_paths import Handed, sort_handed
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave, with_ionq

TOKENS = FakeTokens(97)
HOOK = ("scan", "--strip", "--only", "credentials", "--")
INSIDE = {"PRE_COMMIT": "1"}


@pytest.fixture
def history(tmp_path: Path) -> History:
    inner = History(tmp_path / "inner")
    inner.commit(a="x\n")
    made = History(tmp_path / "r")
    made.git("submodule", "--quiet", "add", str(inner.path), "sub")
    made.commit("adds it")
    return made


def move(history: History) -> None:
    inner = History(history.path.parent / "inner")
    inner.commit(**{"leak.ipynb": with_ionq(TOKENS.ionq())})
    history.git("-C", "sub", "pull", "-q", "origin", "main")
    history.git("add", "sub")


def test_what_a_moved_submodule_brings_is_looked_into_and_stays_as_it_is(history: History) -> None:
    assert nbguard(*HOOK, "sub", cwd=history.path, env=INSIDE).status == ExitCode.CLEAN
    move(history)
    before = (history.path / "sub/leak.ipynb").read_bytes()
    run = nbguard(*HOOK, "sub", cwd=history.path, env=INSIDE)
    assert (run.status, "sub/leak.ipynb" in run.out) == (ExitCode.FINDINGS, True), run.err
    assert (history.path / "sub/leak.ipynb").read_bytes() == before
    history.write("nbguard.toml", 'exclude = ["sub"]\n')
    assert nbguard(*HOOK, "sub", cwd=history.path, env=INSIDE).status == ExitCode.CLEAN


def test_of_two_commits_the_difference_counts(history: History) -> None:
    """As in `pre-commit run --from-ref A --to-ref B`, in CI and before a push."""
    move(history)
    history.git("commit", "-qm", "moves it")
    commits = INSIDE | {"PRE_COMMIT_FROM_REF": "HEAD~1", "PRE_COMMIT_TO_REF": "HEAD"}
    assert nbguard(*HOOK, "sub", cwd=history.path, env=commits).status == ExitCode.FINDINGS
    unknown = commits | {"PRE_COMMIT_FROM_REF": "0" * 40}
    assert nbguard(*HOOK, "sub", cwd=history.path, env=unknown).status == ExitCode.FINDINGS
    assert nbguard(*HOOK, "sub", cwd=history.path, env=commits | {"PRE_COMMIT_FROM_REF": "HEAD"}).status == 0


def test_one_whose_commit_is_not_here_is_listed(history: History) -> None:
    history.git("update-index", "--cacheinfo", f"160000,{'ab' * 20},sub")
    run = nbguard(*HOOK, "sub", cwd=history.path, env=INSIDE)
    assert (run.status, "sub  not scanned" in run.out) == (ExitCode.INCOMPLETE, True)


def test_a_link_is_a_name_and_a_target(history: History) -> None:
    token = TOKENS.github()
    outside = history.path.parent / "outside.py"
    outside.write_text(with_dwave(TOKENS.dwave()))
    for name, target in (("out.py", str(outside)), ("broken", f"gone/{token}"), ("folder", "sub")):
        os.symlink(target, history.path / name)
    run = nbguard(*HOOK, "out.py", "folder", cwd=history.path, env=INSIDE)
    assert run.status == ExitCode.CLEAN, run.out
    run = nbguard(*HOOK, "broken", cwd=history.path, env=INSIDE)
    assert (run.status, "<link target>" in run.out) == (ExitCode.FINDINGS, True)
    assert nbguard(*HOOK, "out.py", cwd=history.path).status == ExitCode.FINDINGS, "a person means what it leads to"


def test_the_top_of_a_work_tree_that_is_a_submodule_is_a_folder(history: History) -> None:
    """Its own hook works in it."""
    history.write("sub/leak.py", with_dwave(TOKENS.dwave()))
    for path in (".", history.path / "sub"):
        assert nbguard(*HOOK, path, cwd=history.path / "sub", env=INSIDE).status == ExitCode.FINDINGS


def test_without_a_framework_every_path_is_what_it_is(history: History) -> None:
    assert sort_handed(["sub", "a", "-"], {}) == Handed(("sub", "a", "-"))
