"""`nbguard vault login` on a real server: by token, by password, and in the browser with the server as provider."""

import os
import socket
import stat
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from nbguard.cli.main import main
from nbguard.vault import browser_login
from nbguard.vault.client import Vault
from tests.openbao_server import OpenBao
from tests.vault.test_logins import enable


@pytest.fixture
def home(vault_environment: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("VAULT_TOKEN")
    return tmp_path


def give(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))


def is_kept(home: Path) -> str:
    path = home / ".vault-token"
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert sorted(entry.name for entry in home.iterdir() if "vault-token" in entry.name) == [".vault-token"]
    return path.read_text()


def test_a_token_is_kept_for_its_owner(home, vault_environment, monkeypatch, capsys):
    token = vault_environment.root().token
    (home / ".vault-token").write_text("old")
    give(monkeypatch, token)
    assert main(["vault", "login"]) == 0
    assert is_kept(home) == token
    assert token not in capsys.readouterr().out
    assert Vault().check_login()[0] == "token"


def test_a_token_that_vault_refuses_is_not_kept(home, monkeypatch, capsys):
    give(monkeypatch, "hvs.nobody")
    assert main(["vault", "login"]) == 3
    assert not (home / ".vault-token").exists()


def test_name_and_password(home, vault_environment, monkeypatch):
    enable(vault_environment, "userpass")
    vault_environment.root().auth.userpass.create_or_update_user("ada", password="pw of ada", policies="default")
    give(monkeypatch, "pw of ada")
    assert main(["vault", "login", "--method", "userpass", "ada"]) == 0
    monkeypatch.setenv("VAULT_TOKEN", is_kept(home))
    assert Vault().check_login()[1] > 0


def test_nothing_given_is_a_usage_error(home, monkeypatch):
    give(monkeypatch, "")
    assert main(["vault", "login"]) == 2


def test_in_the_browser(home, vault_environment, monkeypatch):
    """The server is its own provider: the test signs in there as a browser would, and comes back with the code."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(browser_login, "PORT", port)
    redirect = f"http://localhost:{port}/oidc/callback"
    root = vault_environment.root()
    enable(vault_environment, "userpass")
    root.auth.userpass.create_or_update_user("eve", password="pw", policies="default")
    person = root.auth.userpass.login("eve", "pw", use_token=False)["auth"]
    root.write_data("identity/oidc/assignment/all", data={"entity_ids": ["*"], "group_ids": ["*"]})
    root.write_data(
        "identity/oidc/client/nbguard",
        data={"redirect_uris": [redirect], "assignments": ["allow_all"], "key": "default"},
    )
    client = root.read("identity/oidc/client/nbguard")["data"]
    issuer = f"{vault_environment.address}/v1/identity/oidc/provider/default"
    root.write_data(
        "identity/oidc/provider/default", data={"allowed_client_ids": ["*"], "issuer": vault_environment.address}
    )
    enable(vault_environment, "oidc")
    root.write_data(
        "auth/oidc/config",
        data={
            "oidc_discovery_url": issuer, "oidc_client_id": client["client_id"],
            "oidc_client_secret": client["client_secret"], "default_role": "people",
        },
    )  # fmt: skip
    root.write_data(
        "auth/oidc/role/people",
        data={"user_claim": "sub", "allowed_redirect_uris": [redirect], "token_policies": ["default"]},
    )

    def sign_in(address: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = requests.get(
            f"{issuer}/authorize", params=asked, headers={"X-Vault-Token": person["client_token"]}, timeout=10
        ).json()
        requests.get(redirect, params={"state": "another", "code": "wrong"}, timeout=10)
        requests.get(redirect, params={"state": asked["state"], "code": answer["code"]}, timeout=10)

    monkeypatch.setattr(
        "webbrowser.open", lambda address: threading.Thread(target=sign_in, args=(address,)).start() or True
    )
    assert main(["vault", "login", "--method", "oidc"]) == 0
    monkeypatch.setenv("VAULT_TOKEN", is_kept(home))
    assert Vault().check_login()[1] > 0


@pytest.mark.parametrize("password", ["hunter2hunter2", "hunter2/hunter2", "hunter2@hunter2"])
def test_a_password_in_the_address_is_never_shown(tmp_path, monkeypatch, capsys, password):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VAULT_ADDR", f"http://ada:{password}@127.0.0.1:{port}")
    monkeypatch.setattr("nbguard.vault.client._FIRST_PAUSE", 0)
    assert repr(Vault()) == f"Vault(http://127.0.0.1:{port})"
    give(monkeypatch, "a-token")
    assert main(["vault", "login"]) == 3
    main(["doctor"])
    said = "".join(capsys.readouterr())
    assert f"127.0.0.1:{port}" in said
    assert "hunter2" not in said
    assert "ada" not in said


def test_a_login_shows_no_password_of_the_address(home, vault_environment, monkeypatch, capsys):
    monkeypatch.setenv("VAULT_ADDR", vault_environment.address.replace("://", "://ada:hunter2@"))
    give(monkeypatch, vault_environment.root().token)
    assert main(["vault", "login"]) == 0
    said = "".join(capsys.readouterr())
    assert vault_environment.address in said
    assert "hunter2" not in said
