"""What is wrong with a set-up is named, with the step that mends it; a sound one passes."""

import os
import sys
from pathlib import Path

import pytest

from tests.fake_tokens import FakeTokens
from tests.repository.real_git import Repository


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith(("VAULT_", "NBGUARD_"))]:
        monkeypatch.delenv(name)
    return Repository.create(tmp_path / "it's mine")


def _set_up(repository: Repository) -> None:
    repository.nbguard("install")
    (repository.path / ".nbguard-salt").write_text("5" * 32)
    repository.git("add", ".nbguard-salt")


def test_a_sound_set_up_is_fine_line_by_line_and_silent_on_demand(repository: Repository) -> None:
    _set_up(repository)
    said = repository.nbguard("doctor")
    assert all(line.startswith("fine  ") for line in said.splitlines())
    for what in ("git filter: active", "pre-commit hook: ours", "configuration: defaults", "salt: from file"):
        assert what in said
    assert repository.nbguard("doctor", "--quiet") == ""


def test_nothing_set_up_is_said_with_the_salt_that_everybody_knows(repository: Repository) -> None:
    said = repository.nbguard("doctor", status=1)
    assert "neither filter nor hook is set up" in said
    assert "run `nbguard install`" in said
    assert "fingerprints use the salt that everybody knows" in said


def test_a_salt_that_is_not_committed_is_said(repository: Repository) -> None:
    repository.nbguard("install")
    (repository.path / ".nbguard-salt").write_text("5" * 32)
    assert "git add .nbguard-salt" in repository.nbguard("doctor", status=1)


def test_attributes_that_are_missing_or_overruled_are_said(repository: Repository) -> None:
    _set_up(repository)
    attributes = repository.path / ".git" / "info" / "attributes"
    kept = attributes.read_bytes()
    attributes.unlink()
    assert "notebooks have the attribute filter=unspecified" in repository.nbguard("doctor", status=1)
    attributes.write_bytes(kept + b"*.ipynb filter=nbstripout\n")
    repository.git("config", "filter.nbstripout.clean", "nbstripout")
    said = repository.nbguard("doctor", status=1)
    assert "filter=nbstripout" in said
    assert "nbstripout --uninstall" in said


def test_an_attribute_without_a_filter_is_said(repository: Repository) -> None:
    (repository.path / ".gitattributes").write_text("*.ipynb filter=nbguard\n")
    assert "no filter of this name is set up" in repository.nbguard("doctor", status=1)


def test_attributes_count_in_a_linked_worktree(repository: Repository) -> None:
    _set_up(repository)
    repository.git("commit", "-qm", "first")
    repository.git("worktree", "add", "-q", "../linked", "HEAD")
    linked = Repository(repository.path.parent / "linked")
    assert "git filter: active" in linked.nbguard("doctor")
    (repository.path / ".git" / "info" / "attributes").unlink()
    assert "in this linked worktree, run `nbguard install --filter`" in linked.nbguard("doctor", status=1)


def test_programs_that_are_gone_are_said_for_filter_and_hook(repository: Repository) -> None:
    _set_up(repository)
    repository.git("config", "filter.nbguard.process", "'/gone/bin/python' -I -S '/gone/filter_start.py' process")
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.write_text(hook.read_text().replace(sys.executable, "/gone too/python"))
    said = repository.nbguard("doctor", status=1)
    assert "program is gone: /gone/bin/python" in said
    assert "program is gone: /gone too/python" in said


def test_a_filter_that_may_fail_in_silence_is_said(repository: Repository) -> None:
    _set_up(repository)
    repository.git("config", "filter.nbguard.required", "false")
    assert "required is not true" in repository.nbguard("doctor", status=1)


def test_hooks_that_git_does_not_run_are_said(repository: Repository) -> None:
    _set_up(repository)
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.chmod(0o644)
    assert "isn't executable" in repository.nbguard("doctor", status=1)
    hook.chmod(0o755)
    (repository.path / "elsewhere").mkdir()
    repository.git("config", "core.hooksPath", "elsewhere")
    assert "core.hooksPath is elsewhere" in repository.nbguard("doctor", status=1)


def test_a_pre_commit_configuration_without_its_hook_is_said(repository: Repository) -> None:
    _set_up(repository)
    repository.nbguard("uninstall", "--hooks")
    (repository.path / ".pre-commit-config.yaml").write_text("repos: []\n")
    assert "run `pre-commit install`" in repository.nbguard("doctor", status=1)
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexec pre-commit hook-impl\n")
    assert "the pre-commit framework's" in repository.nbguard("doctor")


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ("nonsense = 1\n", "nonsense"),
        ("a = [\n", "nbguard.toml"),
        ('disable = ["ionq-api-kee"]\n', "ionq-api-key"),
        ("[strip]\nmax_size = true\n", "max_size"),
        ('[strip]\nstrip_regex = "("\n', "no RE2 pattern"),
        ('[strip]\nkeep_output = true\nmax_size = "5K"\n', "choose one"),
    ],
)
def test_a_wrong_configuration_is_said(repository: Repository, configuration: str, said: str) -> None:
    _set_up(repository)
    (repository.path / "nbguard.toml").write_text(configuration)
    assert said in repository.nbguard("doctor", status=1)


def test_old_copies_that_git_tracks_are_said(repository: Repository) -> None:
    _set_up(repository)
    repository.write("sub/.ipynb_checkpoints/a-checkpoint.ipynb")
    (repository.path / ".jupyter_ystore.db").write_bytes(b"x")
    said = repository.nbguard("doctor", status=1)
    assert "put .jupyter_ystore.db into .gitignore" in said
    assert "git tracks" not in said
    repository.git("add", ".")
    said = repository.nbguard("doctor", status=1)
    assert "git tracks sub/.ipynb_checkpoints/a-checkpoint.ipynb" in said
    assert "git tracks .jupyter_ystore.db" in said


def test_a_vault_that_does_not_answer_is_said_soon_and_without_the_token(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(repository)
    token = FakeTokens(3).ionq()
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:9")
    monkeypatch.setenv("VAULT_TOKEN", token)
    said = repository.nbguard("doctor", status=1)
    assert "Vault: no answer at http://127.0.0.1:9" in said
    assert token not in said
