"""What is staged is scanned as git has it, and the plain hook refuses a commit that holds a credential."""

from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.repository.real_git import Repository


def _with_token(repository: Repository, name: str, seed: int = 1) -> str:
    token = FakeTokens(seed).ionq()
    source = f'from qiskit_ionq import IonQProvider\nprovider = IonQProvider("{token}")'
    (repository.path / name).write_bytes(as_bytes(notebook(code(source))))
    return token


def test_the_index_is_scanned_and_not_the_work_tree(repository: Repository) -> None:
    token = _with_token(repository, "a.ipynb")
    repository.git("add", ".")
    repository.write("a.ipynb")  # the work tree is clean by now
    said = repository.nbguard("scan", "--staged", status=1)
    assert "a.ipynb" in said
    assert "ionq" in said
    assert token not in said
    repository.git("add", ".")
    _with_token(repository, "a.ipynb")
    repository.nbguard("scan", "--staged")


def test_what_is_committed_already_or_only_intended_or_excluded_is_not_staged(repository: Repository) -> None:
    _with_token(repository, "old.ipynb")
    repository.git("add", ".")
    repository.git("commit", "-qm", "first")
    _with_token(repository, "intended.ipynb", 2)
    repository.git("add", "-N", "intended.ipynb")
    _with_token(repository, "left_alone.ipynb", 3)
    (repository.path / "nbguard.toml").write_text('exclude = ["left_*"]\n')
    repository.git("add", "left_alone.ipynb", "nbguard.toml")
    repository.nbguard("scan", "--staged")


def test_a_value_found_in_one_staged_file_is_found_in_the_others(repository: Repository) -> None:
    token = _with_token(repository, "a.ipynb")
    (repository.path / "notes.txt").write_text(f"the same {token}\n")
    repository.git("add", ".")
    assert "notes.txt" in repository.nbguard("scan", "--staged", status=1)


def test_paths_and_history_do_not_go_with_staged(repository: Repository) -> None:
    assert "--staged takes no paths" in repository.nbguard("scan", "--staged", "a.ipynb", status=2)
    assert "don't go together" in repository.nbguard("scan", "--staged", "--history", status=2)


def test_the_hook_refuses_a_token_and_lets_a_clean_commit_pass(repository: Repository) -> None:
    repository.nbguard("install", "--hooks")
    token = _with_token(repository, "a.ipynb")
    repository.git("add", ".")
    said = repository.git("commit", "-m", "first", fails=True)
    assert "ionq" in said
    assert token not in said
    repository.write("a.ipynb")
    repository.git("add", ".")
    repository.git("commit", "-m", "first")
    assert b"an output" not in repository.staged("a.ipynb")
