"""doctor says which doors are set up and how they go together, and when two are in each other's way."""

import os
import subprocess
import sys

import pytest

from tests.repository.real_git import Repository


def doors(said: str) -> list[str]:
    return [line for line in said.splitlines() if "  doors: " in line]


def test_each_door_is_named_in_the_order_a_change_meets_them(repository: Repository) -> None:
    repository.nbguard("install", "--pre-push")
    (repository.path / ".github" / "workflows").mkdir(parents=True)
    (repository.path / ".github" / "workflows" / "lint.yml").write_text("run: nbguard ci\n")
    (repository.path / ".gitlab-ci.yml").write_text("script: make\n")
    repository.git("add", ".")
    (line,) = doors(repository.nbguard("doctor"))
    order = [line.index(word) for word in ("the filter strips", "hook strips in the index", "pre-push", "lint.yml")]
    assert order == sorted(order)
    assert "gitlab" not in line


@pytest.mark.parametrize(
    "configuration",
    [
        "repos: [{repo: x, hooks: [{id: nbguard}]}]\n",
        'repos:\n- repo: x\n  hooks:\n  - id: "nbguard"\n    args: [--]\n',
    ],
)
def test_filter_and_framework_say_what_the_hook_leaves_alone(repository: Repository, configuration: str) -> None:
    (repository.path / ".pre-commit-config.yaml").write_text(configuration)
    repository.nbguard("install", "--filter")
    (line,) = doors(repository.nbguard("doctor", status=1))
    assert "staged stripped stay" in line
    assert line.startswith("fine")


def test_two_hooks_that_do_the_same_are_a_conflict(repository: Repository) -> None:
    (repository.path / ".pre-commit-config.yaml").write_text("repos: [{repo: x, hooks: [{id: nbguard-secrets}]}]\n")
    repository.nbguard("install", "--hooks")
    said = repository.nbguard("doctor", status=1)
    assert "mend  doors: our own hook and pre-commit's (nbguard-secrets)" in said
    assert "nbguard uninstall --hooks" in said


def test_a_hook_that_pre_commit_took_over_is_a_second_door(repository: Repository) -> None:
    """`pre-commit install` renames the hook that is there, and runs it before its own."""
    repository.nbguard("install", "--hooks")
    (repository.path / ".pre-commit-config.yaml").write_text("repos: [{repo: x, hooks: [{id: nbguard}]}]\n")
    program = os.path.join(os.path.dirname(sys.executable), "pre-commit")
    subprocess.run([program, "install"], cwd=repository.path, check=True, capture_output=True)
    kept = repository.path / ".git" / "hooks" / "pre-commit.legacy"
    assert kept.exists()
    for command in ("doctor", "status"):
        said = repository.nbguard(command, status=1 if command == "doctor" else 0)
        assert "our own hook and pre-commit's (nbguard) both look at a commit" in said
        assert "nbguard uninstall --hooks" in said
    repository.nbguard("install", "--hooks")
    assert b"nbguard" not in (repository.path / ".git" / "hooks" / "pre-commit").read_bytes()
    repository.nbguard("uninstall", "--hooks")
    assert not kept.exists()
    assert "both look at a commit" not in repository.nbguard("status", status=1)


def test_another_stripper_beside_the_filter_is_a_conflict(repository: Repository) -> None:
    (repository.path / ".pre-commit-config.yaml").write_text("repos: [{repo: x, hooks: [{id: nbstripout}]}]\n")
    repository.nbguard("install", "--filter")
    assert "pre-commit runs nbstripout beside nbguard" in repository.nbguard("doctor", status=1)


def test_without_any_door_there_is_none_to_describe(repository: Repository) -> None:
    assert doors(repository.nbguard("doctor", status=1)) == []
