"""A few kB of trees that name each other stand for more files than any disk holds: bounded, said, nothing hidden."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.repository import changes, git
from nbguard.repository.changes import PathChange, list_changes
from nbguard.repository.git_errors import GitGaveUpError
from nbguard.repository.history import select_everything
from tests.fake_tokens import FakeTokens
from tests.repository.real_git import Repository


def bomb(repository: Repository, levels: int, width: int) -> dict[str, str]:
    """Commits before, with and after a bomb; the one after it holds a credential."""

    def make(*arguments: str, given: str = "") -> str:
        return repository.git(*arguments, input=given.encode()).strip()

    blob = make("hash-object", "-w", "--stdin", given="x = 1\n")
    tree = make("mktree", given="".join(f"100644 blob {blob}\tf{n}.py\n" for n in range(width)))
    for _ in range(levels - 1):
        tree = make("mktree", given="".join(f"040000 tree {tree}\td{n}\n" for n in range(width)))
    early = make("mktree", given=f"100644 blob {blob}\tearly.py\n")
    token = make("hash-object", "-w", "--stdin", given=f'IonQProvider("{FakeTokens(9).ionq()}")\n')
    late = make("mktree", given=f"100644 blob {token}\tlate.py\n")
    before = make("commit-tree", early, "-m", "before")
    empty = make("commit-tree", early, "-p", before, "-m", "changes nothing")
    with_it = make("commit-tree", tree, "-p", empty, "-m", "bomb")
    after = make("commit-tree", late, "-p", with_it, "-m", "after")
    repository.git("update-ref", "refs/heads/main", after)
    return {"tree": tree, "before": before, "bomb": with_it, "after": after}


def all_changes(repository: Repository) -> tuple[list[PathChange], GitGaveUpError | None]:
    """What can be listed, and what is raised at the end."""
    folder, listed = str(repository.path), []
    try:
        for change in list_changes(folder, select_everything(folder)):
            listed.append(change)  # noqa: PERF402 - what comes before the error counts
    except GitGaveUpError as error:
        return listed, error
    return listed, None


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a bomb of a second reaches."""
    monkeypatch.setattr(git, "MEMORY", 24 << 20)
    monkeypatch.setattr(changes, "_LARGEST_TREE", 1 << 20)


@pytest.mark.usefixtures("small_bounds")
def test_what_comes_before_and_after_a_bomb_is_listed(repository: Repository) -> None:
    made = bomb(repository, 6, 10)
    listed, error = all_changes(repository)
    assert error is not None
    assert error.exit_code == 3
    assert f"commit {made['bomb'][:12]} was left out" in str(error)
    assert made["after"][:12] not in str(error)
    at = {(change.commit, change.path) for change in listed}
    assert {(made["before"], "early.py"), (made["after"], "late.py")} <= at


@pytest.mark.usefixtures("small_bounds")
@pytest.mark.parametrize("ref", ["refs/tags/a-tree", "refs/heads/main"])
def test_a_ref_that_names_a_bomb_itself_ends(repository: Repository, ref: str) -> None:
    made = bomb(repository, 6, 10)
    repository.git("update-ref", "refs/tags/a-tree", made["tree"])
    assert all_changes(repository)[1] is not None
    with pytest.raises(GitGaveUpError):
        changes.list_tree(str(repository.path), made["tree"] if ref.endswith("tree") else made["bomb"])


def test_one_content_at_very_many_paths_is_looked_at_at_some(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a bomb below the bounds gives as many findings as it has paths."""
    monkeypatch.setattr(changes, "_MOST_PATHS", 50)
    made = bomb(repository, 3, 10)
    listed, error = all_changes(repository)
    assert "more than 50 paths" in str(error)
    assert sum(change.commit == made["bomb"] for change in listed) == 50


def test_many_empty_files_are_none(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_MOST_PATHS", 5)
    for number in range(9):
        (repository.path / f"{number}.py").write_text("")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    listed, error = all_changes(repository)
    assert len(listed) == 9
    assert error is None


@pytest.mark.slow
@pytest.mark.parametrize("door", ["history", "ci", "sweep", "pre-receive"])
def test_ten_levels_of_ten_end_within_two_gigabytes_with_status_3(
    repository: Repository, door: str, tmp_path: Path
) -> None:
    made = bomb(repository, 10, 10)
    arguments, stdin = {
        "history": (["scan", "--history"], ""),
        "ci": (["ci", "--base", made["before"]], ""),
        "sweep": (["sweep", str(repository.path), "--format", "json", "--output", str(tmp_path / "r.sqlite")], ""),
        "pre-receive": (["pre-receive"], f"{'0' * 40} {made['after']} refs/heads/new\n"),
    }[door]
    if door == "pre-receive":
        repository.git("update-ref", "-d", "refs/heads/main")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = subprocess.run(
        [sys.executable, "-m", "nbguard", *arguments], cwd=repository.path, input=stdin, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done
    assert made["bomb"][:12] in done.stdout + done.stderr
    assert "late.py" in done.stdout + done.stderr, "what came after it was scanned"
    assert max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, before) < 2_000_000
