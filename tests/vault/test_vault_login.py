"""`nbguard vault login` on a real server: by token, by password, and in the browser with the server as provider."""

import contextlib
import os
import socket
import stat
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from nbguard.cli.main import main
from nbguard.vault import browser_login
from nbguard.vault.client import Vault
from nbguard.vault.vault_errors import LoginError
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


def be_provider(vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes the server its own provider; what signs in at a page as a browser would, and comes back with the code."""
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

    return sign_in


def test_in_the_browser(home, vault_environment, monkeypatch, capsys):
    sign_in = be_provider(vault_environment, monkeypatch)
    monkeypatch.setattr(
        "webbrowser.open", lambda address: threading.Thread(target=sign_in, args=(address,)).start() or True
    )
    assert main(["vault", "login", "--method", "oidc"]) == 0
    assert is_kept(home) not in "".join(capsys.readouterr())
    monkeypatch.setenv("VAULT_TOKEN", is_kept(home))
    assert Vault().check_login()[1] > 0


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"error": "access_denied", "error_description": "not you"}, "the provider refused the login: access_denied"),
        ({"error": "\x1b[31m" + "x" * 500}, "the provider refused the login: "),
        ({}, "the provider refused the login: it sent no code"),
    ],
)
def test_a_provider_that_says_no_ends_the_login_at_once(home, vault_environment, monkeypatch, capsys, answer, said):
    be_provider(vault_environment, monkeypatch)
    pages = []

    def refuse(address: str) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        pages.append(requests.get(asked["redirect_uri"], params=answer | {"state": asked["state"]}, timeout=10).text)

    monkeypatch.setattr(browser_login, "_PATIENCE", 20.0)
    refusing = []

    def show(address: str) -> bool:
        refusing.append(threading.Thread(target=refuse, args=(address,)))
        refusing[0].start()
        return True

    monkeypatch.setattr("webbrowser.open", show)
    assert main(["vault", "login", "--method", "oidc"]) == 3
    refusing[0].join(10)
    told = "".join(capsys.readouterr())
    assert said in told
    assert "\x1b" not in told
    assert len(told.splitlines()[-1]) < 300
    assert "You are logged in" not in pages[0]
    assert not (home / ".vault-token").exists()


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


def test_a_token_is_not_left_beside_its_file(home, vault_environment, monkeypatch):
    (home / ".vault-token").mkdir()  # cannot be replaced by a file
    give(monkeypatch, vault_environment.root().token)
    assert main(["vault", "login"]) == 2
    assert [entry.name for entry in home.iterdir() if "vault-token" in entry.name] == [".vault-token"]


def test_a_token_as_an_argument_is_refused_and_not_repeated(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:1")
    give(monkeypatch, "another")
    assert main(["vault", "login", "hvs.ABCDEFG"]) == 2
    said = "".join(capsys.readouterr())
    assert "history" in said
    assert "revoked" in said
    assert "ABCDEFG" not in said
    assert main(["vault", "login", "--method", "oidc", "hvs.ABCDEFG"]) == 2
    assert "ABCDEFG" not in "".join(capsys.readouterr())


@pytest.fixture
def callback(monkeypatch):
    """The port that the browser comes back to; nobody signs in for longer than a second."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(browser_login, "PORT", port)
    monkeypatch.setattr(browser_login, "_PATIENCE", 1.0)
    return port


class Provider:
    """As much of hvac's client as the login uses: Vault names ``address``, and takes any code."""

    def __init__(self, address):
        self.adapter = self
        self.address = address
        self.asked = None

    def post(self, path, json):
        return {"data": {"auth_url": self.address}}

    def get(self, path, params):
        self.asked = params
        return {"auth": {}}


def test_a_connection_that_says_nothing_does_not_outlast_the_patience(callback):
    silent, too_long = [], []

    def connect(_):
        silent.append(socket.create_connection(("127.0.0.1", callback)))
        # What ends the connection where the server itself doesn't: the test fails then, and doesn't hang.
        end.start()

    def cut_off():
        too_long.append(True)
        silent[0].close()

    end = threading.Timer(30, cut_off)

    with pytest.raises(LoginError, match="nobody signed in"):
        browser_login.log_in_by_browser(Provider("https://idp.example.com/?state=abc"), "oidc", "", connect)
    end.cancel()
    silent[0].close()
    assert too_long == []


def test_a_connection_that_says_little_at_a_time_does_not_keep_the_browser_out(callback, monkeypatch):
    monkeypatch.setattr(browser_login, "_PATIENCE", 30.0)
    begun, ended = threading.Event(), threading.Event()
    provider = Provider("https://idp.example.com/?state=abc")

    def drip():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", callback)) as client:
            while not ended.wait(0.1):
                client.sendall(b"G")
                begun.set()

    def sign_in():
        begun.wait()
        query = "state=abc&code=the-code"
        requests.get(f"http://127.0.0.1:{callback}/oidc/callback?{query}", timeout=5)

    threads = [threading.Thread(target=work) for work in (drip, sign_in)]
    end = threading.Timer(60, ended.set)
    end.start()
    try:
        browser_login.log_in_by_browser(provider, "oidc", "", lambda _: [thread.start() for thread in threads])
    finally:
        begun.set()
        ended.set()
        end.cancel()
    assert provider.asked["code"] == "the-code"


@pytest.mark.parametrize("address", ["https://idp.example.com/authorize", "https://idp.example.com/?state="])
def test_a_page_without_a_state_is_refused_before_it_is_shown(callback, address):
    shown = []
    with pytest.raises(LoginError, match="no state"):
        browser_login.log_in_by_browser(Provider(address), "oidc", "", shown.append)
    assert shown == []


@pytest.mark.parametrize("given", ["%C3%A9", "%ED%B3%BF", "%FF", "another"])
def test_a_state_of_any_characters_is_compared_and_nothing_is_told(callback, capfd, given):
    provider = Provider("https://idp.example.com/?state=abc")
    statuses = []

    def sign_in():
        for state in (given, "abc"):
            query = f"state={state}&code=the-code"
            statuses.append(requests.get(f"http://127.0.0.1:{callback}/oidc/callback?{query}", timeout=5).status_code)

    signing = threading.Thread(target=sign_in)
    browser_login.log_in_by_browser(provider, "oidc", "", lambda _: signing.start())
    signing.join()
    assert statuses == [400, 200]
    assert provider.asked["code"] == "the-code"
    assert capfd.readouterr().err == ""


def test_a_request_that_breaks_off_is_not_told(callback, capfd):
    def reset(_):
        with socket.create_connection(("127.0.0.1", callback)) as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(b"GET /oidc/callback?code=the-code HTTP/1.0\r\n")

    with pytest.raises(LoginError):
        browser_login.log_in_by_browser(Provider("https://idp.example.com/?state=abc"), "oidc", "", reset)
    assert capfd.readouterr().err == ""
