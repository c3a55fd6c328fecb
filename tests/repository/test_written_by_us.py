"""Git is told of notebooks that we wrote, and a hook takes nothing out of a working copy that is staged stripped."""

import pytest

from tests.notebook_builder import as_bytes, code, notebook, result, stream
from tests.repository.real_git import Repository


def looks_modified(repository: Repository) -> list[str]:
    """What git calls modified without looking into it, as checkout and pull do."""
    return repository.git("diff-files", "--name-only").splitlines()


@pytest.fixture
def filtered(repository: Repository) -> Repository:
    """Two branches with a notebook each, the filter set up, outputs kept."""
    repository.nbguard("install", "--keep-outputs")
    repository.write("a b.ipynb", source="0")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    repository.git("checkout", "-q", "-b", "other")
    repository.write("a b.ipynb", source="1", output="another output")
    repository.git("commit", "-qam", "second")
    repository.git("checkout", "-q", "main")
    return repository


@pytest.mark.parametrize("folder", [".", "below"])
def test_restore_and_strip_leave_git_nothing_to_wonder_at(filtered: Repository, folder: str) -> None:
    (filtered.path / "below").mkdir()
    name = "a b.ipynb" if folder == "." else "../a b.ipynb"
    at = Repository(filtered.path / folder)
    for _ in range(2):
        at.nbguard("strip", name, status=1)
        assert looks_modified(filtered) == []
        assert "restored" in at.nbguard("restore", name)
        assert looks_modified(filtered) == []
    filtered.git("checkout", "-q", "other")


def test_restore_after_a_merge(filtered: Repository) -> None:
    filtered.git("merge", "-q", "other")
    filtered.nbguard("strip", "a b.ipynb", status=1)
    assert "restored" in filtered.nbguard("restore")
    assert looks_modified(filtered) == []
    assert b"another output" in filtered.read("a b.ipynb")


def test_a_change_of_yours_stays_one(filtered: Repository) -> None:
    filtered.write("a b.ipynb", source="mine")
    filtered.nbguard("strip", "a b.ipynb", status=1)
    assert looks_modified(filtered) == ["a b.ipynb"]
    assert "mine" not in filtered.git("show", ":a b.ipynb")
    assert "modified" in filtered.git("status")


def test_redacting_an_output_is_no_change_for_git(filtered: Repository) -> None:
    people = "name,email\n" + "".join(f"Ann Lee{n},ann.lee{n}@mail.test-company.com\n" for n in range(9))
    raw = as_bytes(notebook(code("df", stream(people), result(text__plain=people), count=3)))
    (filtered.path / "p.ipynb").write_bytes(raw)
    filtered.git("add", "p.ipynb")
    filtered.git("commit", "-qm", "people")
    filtered.nbguard("data", "redact", "p.ipynb", status=1)
    assert filtered.read("p.ipynb") != raw
    assert "p.ipynb" not in looks_modified(filtered)


def test_without_the_filter_nothing_is_done(repository: Repository) -> None:
    repository.write("a.ipynb")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    repository.nbguard("strip", "a.ipynb", status=1)
    assert looks_modified(repository) == ["a.ipynb"]


@pytest.mark.parametrize("command", [("scan", "--strip", "--"), ("strip", "--hook", "--"), ("strip", "--hook")])
def test_a_hook_leaves_a_working_copy_alone_that_is_staged_stripped(repository: Repository, command) -> None:
    repository.nbguard("install")
    raw = repository.write("a.ipynb")
    repository.git("add", ".")
    names = ["a.ipynb"] if command[-1] == "--" else []
    repository.nbguard(*command, *names, status=0)
    assert repository.read("a.ipynb") == raw
    repository.git("commit", "-qm", "first")
    assert repository.read("a.ipynb") == raw


@pytest.mark.parametrize("command", [("scan", "--strip", "--"), ("strip", "--hook", "--")])
@pytest.mark.parametrize("staged", ["with outputs", "not at all", "in no repository"])
def test_a_hook_strips_what_a_commit_would_hold(repository: Repository, command, staged: str, tmp_path) -> None:
    if staged == "in no repository":
        (tmp_path / "plain").mkdir()
        repository = Repository(tmp_path / "plain")
    repository.write("a.ipynb")
    if staged == "with outputs":
        repository.git("add", ".")
    repository.nbguard(*command, "a.ipynb", status=1)
    assert b"an output" not in repository.read("a.ipynb")


def test_strip_by_hand_strips_whatever_is_staged(repository: Repository) -> None:
    repository.nbguard("install")
    repository.write("a.ipynb")
    repository.git("add", ".")
    repository.nbguard("strip", "a.ipynb", status=1)
    assert b"an output" not in repository.read("a.ipynb")
