"""A policy that somebody meant and that isn't there is an error, never the default."""

import os
import subprocess

import pytest

from nbguard.errors import UnreadableError
from nbguard.policy.kept_out import is_kept_out
from nbguard.policy.policy_settings import read_policy_file
from tests.cli.repository import make_repository, nbguard
from tests.repository.real_git import Repository

NAMES = ("nbguard.toml", ".nbguard-salt", "deep/base.jsonl", "pyproject.toml", "z" * 5000)


@pytest.fixture(params=[("2", "sha1"), ("3", "sha1"), ("4", "sha1"), ("4", "sha256"), ("2", "sha256")], ids="-".join)
def repository(request, tmp_path):
    version, format_name = request.param
    repository = Repository(tmp_path / "r")
    repository.path.mkdir()
    repository.git("init", "-q", f"--object-format={format_name}")
    repository.git("config", "index.version", version)
    for name in (*NAMES[:-1], ".nbguard-sal", "nbguard.tomll", "deep/nbguard.toml", *(f"nb{n}.py" for n in range(300))):
        (repository.path / name).parent.mkdir(exist_ok=True)
        (repository.path / name).write_text("x = 1\n")
    repository.git("add", "-A")
    if version == "3":
        (repository.path / "new").write_text("")
        repository.git("add", "-N", "new")  # a flag that only this version has
    return repository


@pytest.mark.parametrize("flag", ["--skip-worktree", "--assume-unchanged"])
@pytest.mark.parametrize("name", NAMES[:-1])
def test_what_git_was_told_to_pass_over_is_known(repository, flag, name):
    root = str(repository.path)
    assert not any(is_kept_out(root, other) for other in NAMES)
    repository.git("update-index", flag, name)
    assert read_policy_file(root, name, 100) == b"x = 1\n"
    (repository.path / name).unlink()
    assert [other for other in NAMES if is_kept_out(root, other)] == [name]
    with pytest.raises(UnreadableError, match="told not to check it out"):
        read_policy_file(root, name, 100)
    repository.git("checkout", "--ignore-skip-worktree-bits", "--", name)  # as the message says
    assert read_policy_file(root, name, 100) == b"x = 1\n"


def test_a_file_that_was_deleted_is_one_that_is_not_there(repository):
    for name in NAMES[:-1]:
        (repository.path / name).unlink()
        assert read_policy_file(str(repository.path), name, 100) is None


def test_in_a_linked_work_tree_its_own_index_counts(repository, tmp_path):
    repository.git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "all")
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"))
    linked = Repository(tmp_path / "linked")
    linked.git("update-index", "--skip-worktree", "nbguard.toml")
    assert is_kept_out(str(linked.path), "nbguard.toml")
    assert not is_kept_out(str(repository.path), "nbguard.toml")


@pytest.mark.parametrize("kind", ["nothing", "pipe", "folder", "noise", "cut", "no pointer"])
def test_an_index_that_cannot_be_read_says_nothing(tmp_path, kind):
    (tmp_path / ".git").mkdir()
    index = tmp_path / ".git" / "index"
    if kind == "pipe":
        os.mkfifo(index)
    elif kind == "folder":
        index.mkdir()
    elif kind == "noise":
        index.write_bytes(b"DIRC\0\0\0\4\xff\xff\xff\xff" + bytes(range(256)) * 100)
    elif kind == "cut":
        index.write_bytes(b"DIRC\0\0\0\4\0\0\0\5\0")
    elif kind == "no pointer":
        (tmp_path / ".git").rmdir()
        (tmp_path / ".git").write_text("gitdir: /nowhere\0/at/all\n")
    assert not is_kept_out(str(tmp_path), "nbguard.toml")


SPARSE = {
    "configuration": "nbguard.toml", "salt": ".nbguard-salt", "baseline": ".nbguard-baseline.jsonl",
    "bundle": ".nbguard-policy.toml",
}  # fmt: skip


@pytest.fixture
def with_policy(tmp_path):
    folder = make_repository(tmp_path)
    (folder / "nbguard.toml").write_text('profile = "standard"\n')
    nbguard(folder, "baseline", "create", "--reason", "old")
    return folder


@pytest.mark.parametrize("name", SPARSE.values())
@pytest.mark.parametrize("command", [("scan",), ("baseline", "update"), ("baseline", "audit"), ("waivers",)])
def test_a_policy_that_is_not_checked_out_is_an_error(with_policy, name, command):
    if name == SPARSE["bundle"]:
        (with_policy / name).write_text("")
    subprocess.run(["git", "add", "-A"], cwd=with_policy, check=True)
    subprocess.run(["git", "update-index", "--skip-worktree", name], cwd=with_policy, check=True)
    (with_policy / name).unlink()
    before = sorted(os.listdir(with_policy))
    assert f"{name}: git tracks it, and was told not to check it out" in nbguard(with_policy, *command, status=2)
    assert sorted(os.listdir(with_policy)) == before


@pytest.mark.parametrize("name", [*SPARSE.values(), "pyproject.toml"])
def test_a_link_to_nothing_is_no_policy_that_is_not_there(with_policy, name):
    if name == "pyproject.toml":
        (with_policy / "nbguard.toml").unlink()
    (with_policy / name).unlink(missing_ok=True)
    (with_policy / name).symlink_to("gone/away.toml")
    before = sorted(os.listdir(with_policy))
    for command in (("scan",), ("baseline", "update"), ("waivers",)):
        assert f"{name}: a symbolic link that leads to nothing" in nbguard(with_policy, *command, status=2)
    assert sorted(os.listdir(with_policy)) == before
    assert not (with_policy / "gone").exists()


DEEP = {
    "nbguard.toml": b"profile = 'standard'\nx = " + b"[" * 100_000,
    "pyproject.toml": b"[tool.nbguard]\nx = " + b"[" * 100_000,
    ".nbguard-policy.toml": b"profile = 'standard'\nx = " + b"[" * 100_000 + b"\n[bundle]\n",
    ".nbguard-baseline.jsonl": b"\n" + b'{"path":' * 100_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_nested_too_deeply_is_an_error_of_its_file_and_line(with_policy, name):
    if name == "pyproject.toml":
        (with_policy / "nbguard.toml").unlink()
    (with_policy / name).write_bytes(DEEP[name])
    said = nbguard(with_policy, "scan", status=2)
    assert said.startswith(f"nbguard: {name}: ")
    assert "line 2" in said
    assert "defect" not in said


def test_names_that_share_little_with_a_long_one_before_are_known(tmp_path):
    """Version 4 of the index writes how much of the name before is dropped, in more than one byte where it is much."""
    repository = Repository(tmp_path / "r")
    repository.path.mkdir()
    repository.git("init", "-q")
    repository.git("config", "index.version", "4")
    names = ["a" * 100 + "/" + "b" * 200, "n" * 250, "nbguard.toml"]
    for name in names:
        (repository.path / name).parent.mkdir(exist_ok=True)
        (repository.path / name).write_text("x = 1\n")
    repository.git("add", "-A")
    repository.git("update-index", "--skip-worktree", "nbguard.toml")
    assert [name for name in names if is_kept_out(str(repository.path), name)] == ["nbguard.toml"]
