"""Protects the name of a repository: it is part of every path in Vault, so it must be the same wherever one works."""

import subprocess
from pathlib import Path

import pytest

from nbguard.repository.origins import name_of_repository


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def annealing(tmp_path: Path) -> Path:
    folder = tmp_path / "annealing"
    folder.mkdir()
    git(folder, "init", "-q")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "Begun")
    return folder


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example.org/lab/qubo-studies.git", "git@git.example.org:lab/qubo-studies.git",
        "git@git.example.org:qubo-studies", "../qubo-studies/", "C:\\repositories\\qubo-studies.git",
    ],
)  # fmt: skip
def test_every_clone_has_the_name_of_its_remote(annealing, url):
    git(annealing, "config", "remote.origin.url", url)
    assert name_of_repository(str(annealing)) == "qubo-studies"


def test_the_remote_may_be_named_in_a_file_that_the_settings_include(annealing):
    (annealing / ".git" / "more").write_text('[remote "origin"] url = https://git.example.org/included.git ; mine\n')
    git(annealing, "config", "include.path", "more")
    assert name_of_repository(str(annealing)) == "included"


def test_a_linked_work_tree_has_the_name_of_the_repository(annealing, tmp_path):
    other = tmp_path / "hotfix"
    git(annealing, "worktree", "add", "-q", str(other))
    assert name_of_repository(str(other)) == name_of_repository(str(annealing)) == "annealing"
    git(annealing, "config", "remote.origin.url", "https://git.example.org/lab/qubo-studies.git")
    assert name_of_repository(str(other)) == "qubo-studies"


def test_a_folder_without_git_has_its_own_name(tmp_path):
    assert name_of_repository(str(tmp_path)) == tmp_path.name
