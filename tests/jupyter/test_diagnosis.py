"""`nbguard doctor` names what Jupyter keeps beside the notebooks, and whether the extension works here."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import notebook_builder as nb
from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.jupyter.collaboration.stores import notebook_updates, source_of, typed, write_store
from tests.repository.real_git import Repository

TOKEN = FakeTokens(21).dwave()


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A sound set-up, in a home of its own."""
    for name in [name for name in os.environ if name.startswith(("VAULT_", "NBGUARD_", "JUPYTER"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "config"))  # before this environment's own
    for name in ("CONFIG", "RUNTIME", "DATA"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name.lower()))
    repository = Repository.create(tmp_path / "work" / "it's mine")
    repository.nbguard("install")
    (repository.path / ".nbguard-salt").write_text("5" * 32)
    repository.git("add", ".nbguard-salt")
    (repository.path / ".gitignore").write_text(".jupyter_ystore*.db\n.ipynb_checkpoints/\n")
    return repository


def _doctor(repository: Repository, *options: str, status: int = 0) -> str:
    said = repository.nbguard("doctor", *options, status=status)
    assert_no_secret(said)
    return said


def _moved(notebook: Any) -> None:
    typed(source_of(notebook), f"\nt = '{TOKEN}'")
    del source_of(notebook)[5:]


def _write(folder: Path, *, token: bool = True, name: str = ".jupyter_ystore.db") -> Path:
    return write_store(folder / name, notebook_updates(_moved if token else lambda _: None))


def test_without_a_store_there_is_no_word_of_one(repository: Repository) -> None:
    assert "collaboration" not in _doctor(repository)


def test_a_store_with_a_token_in_it_is_named_and_purged(repository: Repository) -> None:
    store = _write(repository.path)
    said = _doctor(repository, status=1)
    assert ".jupyter_ystore.db keeps every edit of 1 document, and in them 1 credential (dwave-" in said
    assert "nbguard doctor --purge-collaboration-store" in said
    said = _doctor(repository, "--purge-collaboration-store")
    assert ".jupyter_ystore.db: deleted, with every edit of 1 document" in said
    assert not store.exists()
    assert "collaboration" not in _doctor(repository)
    assert "there is no collaboration store here" in _doctor(repository, "--purge-collaboration-store")


def test_a_store_without_a_token_is_fine_where_git_ignores_it(repository: Repository) -> None:
    _write(repository.path, token=False)
    assert "keeps every edit of 1 document; there is no credential in it" in _doctor(repository)
    (repository.path / ".gitignore").unlink()
    assert "and git doesn't ignore it" in _doctor(repository, status=1)


def test_a_policy_counts_for_what_is_in_a_store(repository: Repository) -> None:
    _write(repository.path)
    (repository.path / "nbguard.toml").write_text('disable = ["dwave-*"]\n')
    assert "there is no credential in it" in _doctor(repository)


@pytest.mark.parametrize("where", ["deep/er", "..", "../.."])
def test_stores_below_and_above_are_found(repository: Repository, where: str) -> None:
    """A server keeps its store where it was started; that may be one's home."""
    folder = repository.path / where
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder)
    assert "collaboration store" in _doctor(repository, status=1)


def test_a_store_that_was_put_aside_counts(repository: Repository) -> None:
    _write(repository.path, name=".jupyter_ystore(1).db")
    assert ".jupyter_ystore(1).db keeps every edit" in _doctor(repository, status=1)


def test_a_store_that_can_not_be_read_or_deleted_is_said(repository: Repository) -> None:
    (repository.path / ".jupyter_ystore.db").write_bytes(b"no store")
    assert ".jupyter_ystore.db can't be read: file is not a database" in _doctor(repository, status=1)
    assert "not deleted: file is not a database" in _doctor(repository, "--purge-collaboration-store", status=3)


def test_without_pycrdt_it_is_said(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(repository.path)
    hidden = repository.path.parent / "hidden"
    hidden.mkdir()
    (hidden / "pycrdt.py").write_text("raise ImportError('none here')\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(hidden), *sys.path)))
    assert "what is in it can't be read without pycrdt" in _doctor(repository, status=1)


def test_checkpoints_with_a_token_are_named(repository: Repository) -> None:
    old = nb.as_bytes(nb.notebook(nb.code(f"t = '{TOKEN}'")))
    repository.write("deep/.ipynb_checkpoints/a-checkpoint.ipynb")
    repository.write("deep/a.ipynb")
    assert "checkpoints: 1 file without a credential" in _doctor(repository)
    (repository.path / "deep/.ipynb_checkpoints/a-checkpoint.ipynb").write_bytes(old)
    said = _doctor(repository, status=1)
    assert "deep/.ipynb_checkpoints/a-checkpoint.ipynb holds a credential (dwave-" in said
    assert "rm deep/.ipynb_checkpoints/a-checkpoint.ipynb" in said


def test_a_checkpoint_has_the_policy_of_its_notebook(repository: Repository) -> None:
    (repository.path / "nbguard.toml").write_text('[[zones]]\npaths = ["/lab/a.ipynb"]\ndisable = ["dwave-*"]\n')
    for folder in ("lab", "src"):
        (repository.path / folder / ".ipynb_checkpoints").mkdir(parents=True)
    old = nb.as_bytes(nb.notebook(nb.code(f"t = '{TOKEN}'")))
    (repository.path / "lab/.ipynb_checkpoints/a-checkpoint.ipynb").write_bytes(old)
    assert "1 file without a credential" in _doctor(repository)
    shutil.copytree(repository.path / "lab", repository.path / "src", dirs_exist_ok=True)
    assert "src/.ipynb_checkpoints/a-checkpoint.ipynb holds" in _doctor(repository, status=1)


def _enable(folder: Path, value: bool, name: str = "jupyter_server_config.d/nbguard.json") -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"ServerApp": {"jpserver_extensions": {"nbguard": value}}}))


def test_the_extension_and_its_front_end_are_said(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = tmp_path / "labextensions"
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    _enable(tmp_path / "config", False)
    assert "Jupyter extension: not enabled" in _doctor(repository)
    _enable(tmp_path / "config", True)
    (lab / "@nbguard" / "lab").mkdir(parents=True)
    (lab / "@nbguard" / "lab" / "package.json").write_text("{}")
    said = _doctor(repository)
    assert "Jupyter extension: enabled" in said
    assert "JupyterLab front end: installed" in said
    _enable(tmp_path / "config", False, "jupyter_server_config.json")
    assert "Jupyter extension: not enabled" in _doctor(repository)


def test_a_server_part_without_a_front_end_is_said(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An install from git has no built front end, and nothing else would tell."""
    from nbguard.jupyter import diagnosis, front_end

    _enable(tmp_path / "config", True)
    monkeypatch.setattr(front_end, "PACKAGE", "@nbguard/none/package.json")
    assert [check.what for check in diagnosis._check_extension()] == ["Jupyter extension", "JupyterLab front end"]
    assert [check.state[:13] for check in diagnosis._check_extension()] == ["enabled", "not installed"]
    assert not any(check.do for check in diagnosis._check_extension())
