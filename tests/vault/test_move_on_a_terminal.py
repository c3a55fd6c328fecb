"""`nbguard vault move` where a person types: without a login it asks for a token, without a Vault it offers one."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from nbguard.cli.vault import connecting, login, put
from nbguard.errors import UsageError
from nbguard.vault import local_server
from nbguard.vault.client import Vault
from nbguard.vault.local_folder import exists
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao
from tests.terminal import on_a_terminal

VALUE = FakeTokens(1650).ionq()
SOURCE = f'provider = IonQProvider("{VALUE}")\n'
_OFFER = "Set a Vault up on this machine, for you alone? [y/N]"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a credential, and a home without a login."""
    (tmp_path / "home").mkdir()
    folder = tmp_path / "r"
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    (folder / "a.py").write_text(SOURCE)
    return folder


@pytest.fixture
def team(folder: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> OpenBao:
    """A team's Vault, with a mount of this test's, and nobody who is logged in."""
    (folder / "nbguard.toml").write_text(f'[vault]\nmount = "{vault_environment.mount()}"\n')
    monkeypatch.setenv("HOME", str(folder.parent / "home"))
    monkeypatch.delenv("VAULT_TOKEN")
    return vault_environment


def stored(team: OpenBao, folder: Path) -> list[str]:
    mount = (folder / "nbguard.toml").read_text().split('"')[1]
    vault = Vault({"VAULT_ADDR": team.address, "VAULT_TOKEN": team.token})
    return [value for path in vault.paths(mount, "quantum") for value in vault.peek(mount, path).data.values()]


def test_who_has_no_login_is_asked_for_a_token_once(folder: Path, team: OpenBao) -> None:
    said = on_a_terminal("vault", "move", "a.py", answers=f"{team.token}\ny\n", cwd=folder, status=1)
    assert f"Token for {team.address}: " in said
    assert "a.py: rewritten" in said
    assert team.token not in said.replace(team.address, ""), "what is typed isn't shown"
    kept = Path(os.environ["HOME"], ".vault-token")
    assert (kept.read_text(), stat.S_IMODE(kept.stat().st_mode)) == (team.token, 0o600)
    assert stored(team, folder) == [VALUE]
    (folder / "b.py").write_text(SOURCE)
    again = on_a_terminal("vault", "move", "b.py", answers="y\n", cwd=folder, status=1)
    assert "Token for" not in again
    assert "b.py: rewritten" in again


@pytest.mark.parametrize(
    ("typed", "status", "told"), [("hvs.nobody", 3, "Vault doesn't accept the token"), ("", 2, "nothing was given")]
)
def test_a_token_that_is_no_login_changes_and_keeps_nothing(
    folder: Path, team: OpenBao, typed: str, status: int, told: str
) -> None:
    said = on_a_terminal("vault", "move", "a.py", answers=f"{typed}\ny\n", cwd=folder, status=status)
    assert told in " ".join(said.split())
    assert not typed or typed not in said
    assert (folder / "a.py").read_text() == SOURCE
    assert not Path(os.environ["HOME"], ".vault-token").exists()
    assert stored(team, folder) == []


def test_a_no_after_the_token_changes_no_file(folder: Path, team: OpenBao) -> None:
    said = on_a_terminal("vault", "move", "a.py", answers=f"{team.token}\n\n", cwd=folder, status=1)
    assert "Nothing was changed." in said
    assert (folder / "a.py").read_text() == SOURCE
    assert stored(team, folder) == []


def test_nobody_is_asked_in_a_pipe(folder: Path, team: OpenBao) -> None:
    run = nbguard("vault", "move", "--yes", "a.py", cwd=folder, stdin=f"{team.token}\n".encode())
    assert (run.status, run.out) == (3, "")
    assert "run `nbguard vault login`" in run.err
    assert stored(team, folder) == []


@pytest.fixture
def alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Nothing says where a Vault is."""
    for name in [name for name in os.environ if name.startswith(("VAULT_", "BAO_", "NBGUARD_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder.parent / "home"))
    yield folder
    local_server.stop(os.environ)


@pytest.mark.parametrize("answer", ["n", "", "Yes, please"])
def test_who_wants_no_vault_here_gets_none(alone: Path, answer: str) -> None:
    said = on_a_terminal("vault", "move", "a.py", answers=f"{answer}\ny\n", cwd=alone, status=3)
    assert _OFFER in said
    assert "nbguard: VAULT_ADDR" in said
    assert (alone / "a.py").read_text() == SOURCE
    assert not exists(os.environ)


def test_without_a_terminal_no_vault_is_offered(alone: Path) -> None:
    run = nbguard("vault", "move", "--yes", "a.py", cwd=alone, stdin=b"y\n")
    assert run.status == 3
    assert "VAULT_ADDR" in run.err
    assert not exists(os.environ)


def test_a_dry_run_offers_none(alone: Path) -> None:
    said = on_a_terminal("vault", "move", "--dry-run", "a.py", answers="y\n", cwd=alone, status=1)
    assert _OFFER not in said
    assert not exists(os.environ)


@pytest.mark.slow
def test_a_vault_is_set_up_here_and_the_move_goes_on_in_it(alone: Path) -> None:
    said = on_a_terminal("vault", "move", "a.py", answers="y\ny\n", cwd=alone, status=1)
    assert said.index(_OFFER) < said.index("The local Vault runs at https://127.0.0.1:") < said.index("rewritten")
    assert VALUE not in (alone / "a.py").read_text()
    vault = Vault()
    kept = [value for path in vault.paths("secret", "quantum") for value in vault.peek("secret", path).data.values()]
    assert kept == [VALUE]
    (alone / "b.py").write_text(SOURCE)
    again = on_a_terminal("vault", "move", "b.py", answers="y\n", cwd=alone, status=1)
    assert _OFFER not in again


@pytest.mark.parametrize("ask", [lambda: login.ask_unseen("Token: "), lambda: put._ask("a#b"), connecting._wants_local])
def test_who_ends_the_input_instead_of_answering_is_told_one_line(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", end)
    monkeypatch.setattr("builtins.input", end)
    monkeypatch.setattr(local_server, "find_openbao", lambda: "bao")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    with pytest.raises(UsageError, match=r"[a-z]"):
        ask()
