"""The local Vault: set up once, sealed when it stops, used where no address is set, and copied to a team's later."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hvac.adapters import JSONAdapter
from hvac.api.auth_methods import Token
from hvac.api.system_backend import SystemBackend

from nbguard.cli.main import main
from nbguard.vault import local_server, local_setup, lookup
from nbguard.vault.client import Vault
from nbguard.vault.copy_over import push
from nbguard.vault.local_folder import exists, local_folder
from nbguard.vault.local_keys import LocalKeys, load_keys, save_keys
from nbguard.vault.vault_errors import VaultError
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao
from tests.vault.planted import write_notebook
from tests.vault.test_transaction import move

VALUE = FakeTokens(41).ionq()
_patient = local_server._client


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
    local_server.stop(os.environ)


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
    assert not local_server.status(os.environ).running
    held = [path for path in folder.rglob("*") if path.is_file() and VALUE.encode() in path.read_bytes()]
    assert held == [], "what is on disk is sealed"

    lookup.forget()
    two = [subprocess.Popen([sys.executable, "-m", "nbguard", "vault", "local", "start"]) for _ in range(2)]
    assert [process.wait() for process in two] == [0, 0]
    assert main(["vault", "local", "stop"]) == 0, "the one that runs is the one that is known"
    assert not local_server.status(os.environ).running

    code = "from nbguard import secret; print(secret('quantum/ionq/analysis#api_key') == input())"
    run = subprocess.run([sys.executable, "-c", code], input=VALUE, capture_output=True, text=True)
    assert run.stdout == "True\n", "another process starts it again by itself"
    assert local_server.status(os.environ).running

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
    keys = LocalKeys("unseal", "role", "secret")
    assert save_keys(str(machine), keys) == "keyring"
    assert load_keys(str(machine)) == (keys, "keyring")
    assert list(machine.iterdir()) == []
    assert "unseal" not in repr(keys)


def test_keys_that_were_in_a_file_leave_it_for_the_keyring(machine: Path) -> None:
    """The keyring is locked at the first step of the first start, and open at the last."""
    import keyring
    from keyring.backend import KeyringBackend

    held: dict[tuple[str, str], str] = {}

    class Memory(KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            held[service, username] = password

    assert save_keys(str(machine), LocalKeys("unseal", "", "", "root")) == str(machine / "keys.json")
    keyring.set_keyring(Memory())
    keys = LocalKeys("unseal", "role", "secret")
    assert save_keys(str(machine), keys) == "keyring"
    assert load_keys(str(machine)) == (keys, "keyring")
    assert list(machine.iterdir()) == []


def test_lost_keys_are_named_with_what_to_delete(machine: Path) -> None:
    with pytest.raises(VaultError, match=f"is it locked.*delete the folder {machine}"):
        load_keys(str(machine))
    (machine / "keys.json").write_text('{"unseal": "half of it')
    with pytest.raises(VaultError, match="can't be opened") as caught:
        load_keys(str(machine))
    assert "half of it" not in str(caught.value)


def _break_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """The person presses Ctrl-C as soon as the real server has done this step of the first start."""
    real = getattr(owner, name)

    def broken(*arguments: Any, **keywords: Any) -> Any:
        answer = real(*arguments, **keywords)
        if owner is not JSONAdapter or (name == "put" and arguments[1] == "/v1/sys/init"):
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(owner, name, broken)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("owner", "name"),
    [(JSONAdapter, "put"), (local_setup, "save_keys"), (SystemBackend, "submit_unseal_key"),
     (SystemBackend, "enable_secrets_engine"), (SystemBackend, "enable_auth_method"), (Token, "revoke_self")],
)  # fmt: skip
def test_a_first_start_that_broke_off_is_finished_by_the_next(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], owner: Any, name: str
) -> None:
    with monkeypatch.context() as broken:
        _break_after(broken, owner, name)
        with pytest.raises(KeyboardInterrupt):
            local_server.start(os.environ)
    assert main(["vault", "local", "status"]) == 0
    assert "`nbguard vault local start` finishes it" in capsys.readouterr().out
    vault = Vault()
    vault.write("secret", "quantum/ionq", {"api_key": VALUE}, 0)
    local_server.stop(os.environ)
    assert Vault().read("secret", "quantum/ionq").data == {"api_key": VALUE}, "once finished, nothing is begun anew"
    assert load_keys(local_folder(os.environ))[0].root == "", "nobody is root any more"
    assert main(["vault", "local", "status"]) == 0
    assert "finishes it" not in capsys.readouterr().out


@pytest.mark.slow
def test_an_answer_that_comes_too_late_is_no_defect(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(local_server, "_client", lambda folder, address, wait=0.002: _patient(folder, address, wait))
        assert main(["vault", "local", "start"]) == 3
    told = capsys.readouterr().err
    assert told == (
        "nbguard: the local Vault didn't answer in time, as on a slow disk; run `nbguard vault local start` again\n"
    )
    assert main(["vault", "local", "start"]) == 0
    Vault().write("secret", "quantum/ionq", {"api_key": VALUE}, 0)


@pytest.mark.slow
def test_a_vault_that_was_in_use_is_never_emptied(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Vault(local_server.local_environment(os.environ)).write("secret", "quantum/ionq", {"api_key": VALUE}, 0)
    local_server.stop(os.environ)
    folder = Path(local_folder(os.environ))
    (folder / "keys.json").rename(folder / "kept")
    for missing in ("keys.json", "state.json"):
        local_server.stop(os.environ)
        (folder / missing).unlink(missing_ok=True)
        assert main(["vault", "local", "start"]) == 3
        assert f"delete the folder {folder}" in capsys.readouterr().err
    assert main(["vault", "local", "status"]) == 3
    assert f"delete the folder {folder}" in capsys.readouterr().err
    (folder / "kept").rename(folder / "keys.json")
    assert Vault().read("secret", "quantum/ionq").data == {"api_key": VALUE}


def test_a_folder_that_cannot_be_made_is_named(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (machine / "data").write_text("a file")
    assert main(["vault", "local", "start"]) == 3
    assert capsys.readouterr().err.endswith("can't be used: not a directory\n")


def test_nothing_is_started_unasked(machine: Path) -> None:
    assert not exists(os.environ)
    with pytest.raises(VaultError, match="VAULT_ADDR isn't set"):
        Vault()
    assert not (machine / "data").exists()
