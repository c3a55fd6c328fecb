"""The work trees of a repository are read as git of any version keeps them."""

import os
import subprocess
from pathlib import Path

import pytest

from nbguard.errors import UsageError
from nbguard.repository.work_trees import other_work_trees, work_trees
from tests.scan.histories import History

NAMES = ("plain", "with a space", "line\nfeed", "naïve")


@pytest.fixture
def history(tmp_path: Path) -> History:
    made = History(tmp_path / "r")
    made.commit(readme="x")
    return made


def add(history: History, top: Path) -> str:
    history.git("worktree", "add", "-q", "--detach", str(top))
    return str(top)


def test_each_work_tree_knows_all_others(history, tmp_path):
    tops = [str(history.path), *(add(history, tmp_path / name) for name in NAMES)]
    for top in tops:
        assert sorted(work_trees(top)) == sorted(tops)
        assert sorted(other_work_trees(top)) == sorted(set(tops) - {top})


def test_git_itself_needs_no_newer_version_for_it(history, tmp_path, monkeypatch):
    """Git before 2.36 ends `worktree list -z` with the status of a wrong usage, and we promise 2.31."""
    top = add(history, tmp_path / "other")
    real = subprocess.run(["which", "git"], check=True, capture_output=True, text=True).stdout.strip()
    old = tmp_path / "bin/git"
    old.parent.mkdir()
    old.write_text(f'#!/bin/sh\nfor word; do [ "$word" != -z ] || exit 129; done\nexec "{real}" "$@"\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    assert other_work_trees(str(history.path)) == [top]


def test_what_was_deleted_is_none_and_what_was_moved_is_found(history, tmp_path):
    gone, moved = tmp_path / "gone", tmp_path / "moved"
    add(history, gone)
    add(history, moved)
    os.rename(gone, tmp_path / "elsewhere")
    history.git("worktree", "move", str(moved), str(tmp_path / "there"))
    assert other_work_trees(str(history.path)) == [str(tmp_path / "there")]


def test_a_path_from_gits_own_folder_is_followed(history, tmp_path):
    """As git writes it from 2.48 on, where worktree.useRelativePaths is set."""
    top = add(history, tmp_path / "other")
    (history.path / ".git/worktrees/other/gitdir").write_text("../../../../other/.git\n")
    assert other_work_trees(str(history.path)) == [top]


def test_a_submodule_has_its_own_and_no_other(tmp_path):
    """Git's list has the folder of its repository, which is no work tree."""
    inner, outer = History(tmp_path / "inner"), History(tmp_path / "r")
    inner.commit(readme="x")
    outer.git("submodule", "--quiet", "add", str(inner.path), "sub")
    outer.commit()
    sub = str(outer.path / "sub")
    assert other_work_trees(sub) == other_work_trees(str(outer.path)) == []
    outer.git("-C", sub, "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    assert other_work_trees(sub) == [str(tmp_path / "linked")]
    assert other_work_trees(str(tmp_path / "linked")) == [sub]


@pytest.mark.parametrize("name", ["bare.git", "project/.git"])
def test_a_bare_repository_has_only_linked_ones(history, tmp_path, name):
    bare = tmp_path / name
    history.git("clone", "-q", "--bare", str(history.path), str(bare))
    tops = sorted(str(tmp_path / one) for one in ("one", "two"))
    for top in tops:
        history.git("-C", str(bare), "worktree", "add", "-q", "--detach", top)
    assert other_work_trees(tops[0]) == [tops[1]]
    if name == "bare.git":
        assert other_work_trees(str(bare)) == tops


def test_outside_of_a_repository_there_are_none(tmp_path):
    assert other_work_trees(str(tmp_path)) == []


def test_settings_that_name_any_folder_lead_nowhere(history, tmp_path):
    (tmp_path / "home").mkdir()
    history.git("config", "core.worktree", str(tmp_path / "home"))
    assert other_work_trees(str(history.path)) == []


def test_what_cant_be_read_is_no_empty_list(history, tmp_path):
    add(history, tmp_path / "other")
    pointer = history.path / ".git/worktrees/other/gitdir"
    pointer.unlink()
    os.mkfifo(pointer)
    with pytest.raises(UsageError, match="gitdir"):
        other_work_trees(str(history.path))
