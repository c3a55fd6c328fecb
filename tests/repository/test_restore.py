"""Outputs are forgotten only when no cell of the repository could want them back."""

from tests.repository.real_git import Repository


def _kept(repository: Repository) -> int:
    return sum(path.is_file() for path in (repository.path / ".git" / "nbguard" / "outputs").rglob("*"))


def test_outputs_of_commits_index_stash_and_worktrees_stay_and_others_are_forgotten(repository: Repository) -> None:
    repository.nbguard("install", "--filter", "--keep-outputs")
    repository.write("a.ipynb", source="committed, then changed")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    repository.write("a.ipynb", source="stashed")
    repository.git("stash", "-q")
    repository.git("worktree", "add", "-q", "../linked", "HEAD")
    linked = Repository(repository.path.parent / "linked")
    linked.write("b.ipynb", source="in the linked worktree only")
    linked.git("add", "b.ipynb")
    linked.git("rm", "-q", "--cached", "b.ipynb")
    repository.write("a.ipynb", source="staged")
    repository.git("add", ".")
    repository.write("gone.ipynb", source="never committed")
    repository.git("add", ".")
    repository.git("rm", "-q", "--cached", "gone.ipynb")
    (repository.path / "gone.ipynb").unlink()
    assert _kept(repository) == 5
    assert "the outputs of 1 cells; kept: those of 4" in repository.nbguard("restore", "--prune")
    assert _kept(repository) == 4


def test_nothing_is_forgotten_while_a_notebook_cannot_be_read(repository: Repository) -> None:
    repository.nbguard("install", "--filter", "--keep-outputs")
    repository.write("a.ipynb")
    repository.git("add", ".")
    repository.git("rm", "-q", "--cached", "a.ipynb")
    (repository.path / "nbguard.toml").write_text("max_file_size = 10\n")
    assert "nothing was forgotten" in repository.nbguard("restore", "--prune", status=3)
    assert _kept(repository) == 1
    assert "takes no paths" in repository.nbguard("restore", "--prune", "a.ipynb", status=2)
