"""The local Vault: set up once, sealed when it stops, used where no address is set, and copied to a team's later."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from nbguard.cli.main import main
from nbguard.vault import local, lookup
from nbguard.vault.client import Vault
from nbguard.vault.errors import VaultError
from nbguard.vault.local_keys import Keys, load_keys, save_keys
from nbguard.vault.local_start import exists, local_folder
from nbguard.vault.push import push
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao
from tests.vault.planted import write_notebook
from tests.vault.test_move import move

VALUE = FakeTokens(41).ionq()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home with no Vault anywhere, and no keyring."""
    import keyring
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    for name in list(os.environ):
        if name.startswith(("VAULT_", "NBGUARD_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield tmp_path
    local.stop(os.environ)


@pytest.mark.slow
def test_a_credential_is_moved_and_found_again_without_any_vault(
    machine: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    team = dict(os.environ)
    for name in vault_environment.environment:
        if name.startswith("VAULT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(machine))
    assert main(["vault", "local", "status"]) == 0
    assert "There is no local Vault" in capsys.readouterr().out
    assert main(["vault", "local", "start"]) == 0
    shown = capsys.readouterr().out
    assert "https://127.0.0.1:" in shown
    assert "for you only" in shown
    folder = Path(local_folder(os.environ))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600

    found = write_notebook(machine / "a.ipynb", f'p("{VALUE}")', values={VALUE: "ionq"})
    move([found], machine, "secret", Vault())
    assert VALUE not in (machine / "a.ipynb").read_text()
    assert lookup.secret("quantum/ionq/analysis#api_key") == VALUE

    assert main(["vault", "local", "stop"]) == 0
    assert "is stopped" in capsys.readouterr().out
    assert not local.status(os.environ).running
    held = [path for path in folder.rglob("*") if path.is_file() and VALUE.encode() in path.read_bytes()]
    assert held == [], "what is on disk is sealed"

    lookup.forget()
    two = [subprocess.Popen([sys.executable, "-m", "nbguard", "vault", "local", "start"]) for _ in range(2)]
    assert [process.wait() for process in two] == [0, 0]
    assert main(["vault", "local", "stop"]) == 0, "the one that runs is the one that is known"
    assert not local.status(os.environ).running

    code = "from nbguard import secret; print(secret('quantum/ionq/analysis#api_key') == input())"
    run = subprocess.run([sys.executable, "-c", code], input=VALUE, capture_output=True, text=True)
    assert run.stdout == "True\n", "another process starts it again by itself"
    assert local.status(os.environ).running

    mount = vault_environment.mount()
    vault_environment.store("quantum/ionq/other", mount, api_key="theirs")
    mine = Vault()
    mine.write("secret", "quantum/ionq/other", {"api_key": "mine", "second": "2"}, 0)
    done = push(mine, Vault(team), "secret", mount)
    assert done.copied == (f"{mount}:quantum/ionq/analysis#api_key", f"{mount}:quantum/ionq/other#second")
    assert done.different == (f"{mount}:quantum/ionq/other#api_key",)
    assert vault_environment.stored("quantum/ionq/analysis", mount) == {"api_key": VALUE}
    assert vault_environment.stored("quantum/ionq/other", mount) == {"api_key": "theirs", "second": "2"}
    again = push(mine, Vault(team), "secret", mount)
    assert (again.copied, len(again.known)) == ((), 2)


def test_keys_go_into_the_keyring_where_there_is_one(machine: Path) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    class Memory(KeyringBackend):
        priority = 1  # type: ignore[assignment]
        held: ClassVar[dict[tuple[str, str], str]] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.held[service, username] = password

    keyring.set_keyring(Memory())
    keys = Keys("unseal", "role", "secret")
    assert save_keys(str(machine), keys) == "keyring"
    assert load_keys(str(machine)) == (keys, "keyring")
    assert list(machine.iterdir()) == []
    assert "unseal" not in repr(keys)


def test_lost_keys_are_named(machine: Path) -> None:
    with pytest.raises(VaultError, match="can't be opened"):
        load_keys(str(machine))


def test_nothing_is_started_unasked(machine: Path) -> None:
    assert not exists(os.environ)
    with pytest.raises(VaultError, match="VAULT_ADDR isn't set"):
        Vault()
    assert not (machine / "data").exists()
