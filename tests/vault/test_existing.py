"""`nbguard vault move --existing`: the lookup of a secret that is in Vault already: compared, and never written."""

import subprocess
from pathlib import Path

import pytest

from nbguard.vault.client import Vault
from nbguard.vault.existing_secrets import OtherValueError
from nbguard.vault.plan import VaultSettings
from nbguard.vault.references import Reference
from nbguard.vault.transaction import carry_out, make_plan
from tests.command_line import Run
from tests.command_line import nbguard as run_nbguard
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao
from tests.terminal import on_a_terminal
from tests.vault.planted import write_notebook

TOKENS = FakeTokens(58)
VALUE, OTHER, DWAVE = TOKENS.ionq(), TOKENS.ionq(), TOKENS.dwave()
SOURCE = f'from qiskit_ionq import IonQProvider\nkey = "{VALUE}"\nIonQProvider(key)\n'
NAME = "team/ionq#prod"


@pytest.fixture
def mount(vault_environment: OpenBao) -> str:
    return vault_environment.mount()


@pytest.fixture
def folder(tmp_path: Path, mount: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "nbguard.toml").write_text(f'[vault]\nmount = "{mount}"\n')
    (tmp_path / "a.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def nbguard(*arguments: str, cwd: Path, status: int) -> Run:
    done = run_nbguard(*arguments, cwd=cwd)
    assert done.status == status, done.err
    return done


def put(mount: str, value: str) -> None:
    Vault().write(mount, "team/ionq", {"prod": value, "more": "x"}, 0)


def test_the_lookup_of_an_existing_secret(folder: Path, mount: str, vault_environment: OpenBao) -> None:
    put(mount, VALUE)
    said = nbguard("vault", "move", "--yes", "--existing", NAME, "a.py", cwd=folder, status=1)
    assert f'key = secret("{mount}:{NAME}")' in (folder / "a.py").read_text()
    assert f"is in Vault: {mount}:{NAME}" in said.out
    assert Vault().peek(mount, "team/ionq").version == 1  # type: ignore[union-attr]
    assert list(Vault().paths(mount, "")) == ["team/ionq"], "nothing is stored elsewhere"
    nbguard("vault", "undo", "a.py", cwd=folder, status=1)
    assert (folder / "a.py").read_text() == SOURCE


def test_another_value_is_told_and_nothing_is_changed(folder: Path, mount: str, vault_environment: OpenBao) -> None:
    put(mount, OTHER)
    said = nbguard("vault", "move", "--yes", "--existing", NAME, "a.py", cwd=folder, status=2)
    assert f"{mount}:{NAME} holds another value than the file; nothing was changed" in said.err
    assert "--other-value" in said.err
    assert (folder / "a.py").read_text() == SOURCE
    nbguard("vault", "move", "--dry-run", "--existing", NAME, "a.py", cwd=folder, status=2)
    shown = nbguard("vault", "move", "--dry-run", "--existing", NAME, "--other-value", "a.py", cwd=folder, status=1)
    assert "another value is in Vault; this one isn't stored" in shown.out
    nbguard("vault", "move", "--yes", "--existing", NAME, "--other-value", "a.py", cwd=folder, status=1)
    assert f'key = secret("{mount}:{NAME}")' in (folder / "a.py").read_text()
    assert vault_environment.stored("team/ionq", mount) == {"prod": OTHER, "more": "x"}
    # The value that went can't come back: Vault holds another.
    assert "another value than the one that was moved" in nbguard("vault", "undo", "a.py", cwd=folder, status=3).err


@pytest.mark.parametrize(("answers", "moved"), [("y\ny\n", True), ("n\n", False)])
def test_a_person_is_asked_whether_the_other_value_will_do(
    folder: Path, mount: str, vault_environment: OpenBao, answers: str, moved: bool
) -> None:
    put(mount, OTHER)
    said = on_a_terminal(
        "vault", "move", "--existing", NAME, "a.py", answers=answers, cwd=folder, status=1 if moved else 2
    )
    assert "holds another value than the file" in said
    assert (VALUE not in (folder / "a.py").read_text()) == moved
    assert vault_environment.stored("team/ionq", mount) == {"prod": OTHER, "more": "x"}


def test_a_secret_that_is_not_there_is_no_existing_one(folder: Path, mount: str) -> None:
    said = nbguard("vault", "move", "--yes", "--existing", NAME, "a.py", cwd=folder, status=2)
    assert "isn't in Vault" in said.err
    assert (folder / "a.py").read_text() == SOURCE


def test_without_vault_a_dry_run_says_that_it_was_not_compared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_ADDR")
    shown = nbguard("vault", "move", "--dry-run", "--existing", NAME, "a.py", cwd=folder, status=1)
    assert "(to be looked up)" in shown.out


def test_a_name_of_ones_own_holds_for_a_value_that_is_stored_under_another(folder: Path, mount: str) -> None:
    put(mount, VALUE)
    nbguard("vault", "move", "--yes", "--as", "team/ionq#mine", "a.py", cwd=folder, status=1)
    assert f'key = secret("{mount}:team/ionq#mine")' in (folder / "a.py").read_text()


def test_a_secret_that_changes_before_the_file_is_written_stops_the_move(
    tmp_path: Path, mount: str, vault_environment: OpenBao
) -> None:
    put(mount, VALUE)
    item = write_notebook(tmp_path / "a.ipynb", f'p("{VALUE}")\nq("{DWAVE}")', values={VALUE: "ionq", DWAVE: "dwave"})
    before = (tmp_path / "a.ipynb").read_bytes()
    settings = VaultSettings(mount=mount, existing=(("ionq-api-key", Reference(mount, "team/ionq", "prod")),))
    vault = Vault()
    plan = make_plan([item], settings, vault)
    vault.write(mount, "team/ionq", {"prod": OTHER}, 1)
    with pytest.raises(OtherValueError):
        carry_out(plan, settings, vault, str(tmp_path), lambda rule, value: f"{rule}-{len(value)}")
    assert (tmp_path / "a.ipynb").read_bytes() == before
    assert list(vault.paths(mount, "")) == ["team/ionq"]
    # Beside a value that is stored, once it is the same again.
    vault.write(mount, "team/ionq", {"prod": VALUE}, 2)
    moved = carry_out(plan, settings, vault, str(tmp_path), lambda rule, value: f"{rule}-{len(value)}")
    assert moved.changed == (item.file,)
    assert vault_environment.stored("team/ionq", mount) == {"prod": VALUE}
    assert vault_environment.stored("quantum/dwave/notebooks", mount) == {"dwave_api_token": DWAVE}
