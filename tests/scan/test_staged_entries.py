"""Whatever kind an entry of the index is: what a commit brings of it is looked at, or listed as not looked into."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from nbguard.errors import ExitCode
from nbguard.policy.policy_settings import Config
from nbguard.scan.pipeline import ScanResult
from nbguard.scan.staged import scan_staged
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.scan.histories import History, with_dwave

TOKENS = FakeTokens(91)


@pytest.fixture
def history(tmp_path: Path) -> History:
    made = History(tmp_path / "r")
    made.commit(readme="nothing here\n")
    return made


def scan(history: History, **settings: Any) -> ScanResult:
    return scan_staged(Config(str(history.path), **settings), frozenset(("credential",)))


def found(result: ScanResult) -> list[str]:
    return sorted(finding.path for finding in result.report.findings)


def unread(result: ScanResult) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in result.report.skipped}


def with_submodule(history: History, **files: str) -> History:
    """Adds and commits a submodule at ``deps/sub``; the repository that it comes from."""
    inner = History(history.path.parent / "inner")
    inner.commit(**files)
    history.git("submodule", "--quiet", "add", str(inner.path), "deps/sub")
    history.commit("adds it")
    return inner


def move(history: History, to: str = "origin/main") -> None:
    history.git("-C", "deps/sub", "fetch", "-q", "origin")
    history.git("-C", "deps/sub", "checkout", "-q", to)
    history.git("add", "deps/sub")


def test_a_moved_submodule_is_looked_into_for_what_it_has_now(history: History) -> None:
    inner = with_submodule(history, **{"old.py": with_dwave(TOKENS.dwave())})
    assert (found(scan(history)), unread(scan(history))) == ([], {}), "only where it is moved"
    inner.commit(**{"new.py": with_dwave(TOKENS.dwave()), "gone.py": with_dwave(TOKENS.dwave())})
    inner.git("rm", "-q", "gone.py")
    inner.commit()
    move(history)
    result = scan(history)
    assert (found(result), unread(result)) == (["deps/sub/new.py"], {})


def test_a_new_submodule_is_looked_into_as_a_whole(history: History) -> None:
    inner = History(history.path.parent / "inner")
    inner.commit(**{"lab/a.py": with_dwave(TOKENS.dwave())})
    history.git("submodule", "--quiet", "add", str(inner.path), "sub")
    assert found(scan(history)) == ["sub/lab/a.py"]
    assert scan(history, exclude=("sub",)).exit_code == ExitCode.CLEAN
    shutil.rmtree(history.path / "sub")
    assert found(scan(history)) == ["sub/lab/a.py"], "git keeps its repository"
    shutil.rmtree(history.path / ".git/modules")
    result = scan(history)
    assert list(unread(result)) == ["sub"]
    assert result.exit_code == ExitCode.INCOMPLETE


def test_commits_in_a_repository_with_submodules_go_through(history: History) -> None:
    """A submodule that isn't checked out is only asked for where a commit moves it."""
    with_submodule(history, a="x\n")
    history.git("submodule", "--quiet", "deinit", "-f", "--all")
    shutil.rmtree(history.path / ".git/modules")
    nbguard("install", "--hooks", cwd=history.path)
    history.write("b", "y\n")
    history.git("add", "b")
    history.git("commit", "-qm", "beside it")
    history.git("rm", "-q", "deps/sub")
    history.git("commit", "-qm", "without it")


def test_a_submodule_of_a_submodule_is_looked_into(history: History) -> None:
    inner = with_submodule(history, a="x\n")
    deep = History(history.path.parent / "deep")
    deep.commit(**{"a.py": with_dwave(TOKENS.dwave())})
    inner.git("submodule", "--quiet", "add", str(deep.path), "deep")
    inner.commit()
    move(history)
    assert list(unread(scan(history))) == ["deps/sub/deep"]
    history.git("-C", "deps/sub", "submodule", "--quiet", "update", "--init")
    assert found(scan(history)) == ["deps/sub/deep/a.py"]


def test_names_and_targets_of_what_is_staged_are_looked_at(history: History) -> None:
    name, folder, target = (TOKENS.github() for _ in range(3))
    history.write(f"notes-{name}.txt", "x\n")
    history.write(f"{folder}/a.txt", "x\n")
    (history.path / "link").symlink_to(f"/srv/{target}/x")
    history.git("add", "-A")
    result = scan(history)
    assert found(result) == ["<file name>", "<file name>", "<link target>"]
    assert not any(value in repr(result.report) for value in (name, folder, target))
    history.git("commit", "-qm", "x")
    assert found(scan(history)) == []
    (history.path / "link").unlink()
    history.write("link", "x\n")
    history.git("add", "-A")
    assert found(scan(history)) == [], "a file in the place of a link has no target"


@pytest.mark.parametrize("said", ["in .gitmodules", "in settings", "for all"])
def test_a_submodule_that_is_to_be_ignored_counts(history: History, said: str) -> None:
    inner = with_submodule(history, a="x\n")
    if said == "in .gitmodules":
        history.git("config", "-f", ".gitmodules", "submodule.deps/sub.ignore", "all")
        history.commit()
    else:
        history.git("config", "diff.ignoreSubmodules" if said == "for all" else "submodule.deps/sub.ignore", "all")
    inner.commit(**{"leak.py": with_dwave(TOKENS.dwave())})
    history.git("-C", "deps/sub", "pull", "-q", "origin", "main")
    history.git("update-index", "--cacheinfo", f"160000,{inner.git('rev-parse', 'HEAD')},deps/sub")
    assert found(scan(history)) == ["deps/sub/leak.py"]


@pytest.mark.parametrize("name", ["HEAD", "config", "packed-refs"])
def test_a_pipe_in_a_repository_that_git_keeps_is_not_waited_for(history: History, name: str) -> None:
    inner = with_submodule(history, a="x\n")
    inner.commit(b="y\n")
    move(history)
    (history.path / "deps/sub/.git").unlink()
    kept = history.path / ".git/modules/deps/sub" / name
    kept.unlink(missing_ok=True)
    os.mkfifo(kept)
    result = scan(history)
    assert (list(unread(result)), result.exit_code) == (["deps/sub"], ExitCode.INCOMPLETE)


def test_what_is_in_conflict_is_listed(history: History) -> None:
    history.git("checkout", "-q", "-b", "side")
    history.commit(readme=with_dwave(TOKENS.dwave()))
    history.git("checkout", "-q", "main")
    history.commit(readme="another\n")
    history.git("merge", "-q", "side", fails=True)
    result = scan(history)
    assert (list(unread(result)), result.exit_code) == (["readme"], ExitCode.INCOMPLETE)
    assert "in conflict" in unread(result)["readme"]
    history.git("add", "readme")
    assert found(scan(history)) == ["readme"]


@pytest.mark.parametrize("during", ["merge", "rebase", "cherry-pick", "stash pop"])
def test_what_another_branch_brings_is_staged_too(history: History, during: str) -> None:
    history.git("checkout", "-q", "-b", "side")
    history.write("readme", "changed here\n")
    history.write("leak.py", with_dwave(TOKENS.dwave()))
    if during == "stash pop":
        history.git("add", "-A")
        history.git("stash", "push", "-q")
        history.git("checkout", "-q", "main")
        history.git("stash", "pop", "-q", "--index")
    else:
        history.commit()
        history.git("checkout", "-q", "main")
        history.commit(readme="changed there\n")
        words = {
            "merge": ("merge", "side"),
            "rebase": ("rebase", "main", "side"),
            "cherry-pick": ("cherry-pick", "side"),
        }
        history.git(*words[during], fails=True)
        history.git("add", "readme")
    assert found(scan(history)) == ["leak.py"]


@pytest.mark.parametrize("mark", ["--skip-worktree", "--assume-unchanged"])
def test_what_git_was_told_to_pass_over_in_the_work_tree_is_staged_all_the_same(history: History, mark: str) -> None:
    history.write("leak.py", with_dwave(TOKENS.dwave()))
    history.git("add", "leak.py")
    history.git("update-index", mark, "leak.py")
    (history.path / "leak.py").unlink()
    assert found(scan(history)) == ["leak.py"]


@pytest.mark.parametrize("kind", ["sparse index", "split index", "version 4"])
def test_every_form_of_an_index_is_read(history: History, kind: str) -> None:
    history.write("in/a.txt", "x\n")
    history.write("out/deep/b.txt", "y\n")
    history.commit()
    if kind == "sparse index":
        history.git("sparse-checkout", "set", "--cone", "--sparse-index", "in")
        blob = history.git("hash-object", "-w", "--stdin", stdin=with_dwave(TOKENS.dwave()).encode())
        history.git("update-index", "--add", "--cacheinfo", f"100644,{blob},out/deep/leak.py")
    else:
        history.git("update-index", *(("--split-index",) if kind == "split index" else ("--index-version", "4")))
        history.write("out/deep/leak.py", with_dwave(TOKENS.dwave()))
        history.git("add", "-A")
    assert found(scan(history)) == ["out/deep/leak.py"]


def test_a_content_that_git_lacks_is_listed(history: History) -> None:
    history.write("leak.py", with_dwave(TOKENS.dwave()))
    history.git("add", "-A")
    blob = history.git("rev-parse", ":leak.py")
    os.unlink(history.path / ".git/objects" / blob[:2] / blob[2:])
    result = scan(history)
    assert (list(unread(result)), result.exit_code) == (["leak.py"], ExitCode.INCOMPLETE)


def test_an_index_of_its_own_is_the_one_that_counts(history: History) -> None:
    """`git commit leak.py` stages into another index, while hooks run."""
    nbguard("install", "--hooks", cwd=history.path)
    history.write("leak.py", with_dwave(TOKENS.dwave()))
    history.write("beside", "x\n")
    history.git("add", "-A")
    history.git("commit", "-qm", "one file", "beside")
    history.git("commit", "-qm", "the other", "leak.py", fails=True)
