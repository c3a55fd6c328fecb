"""`nbguard vault login --method oidc` where something is in the way: another's port, no browser, a foreign provider."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from nbguard.cli.main import main
from nbguard.vault import browser_login
from nbguard.vault.client import Vault
from tests.openbao_server import OpenBao
from tests.vault.oidc_provider import CLIENT, Provider
from tests.vault.test_logins import enable


@pytest.fixture
def provider(vault_environment: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider that Vault trusts, a free port that the browser comes back to, and a home without a login."""
    provider = Provider()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(browser_login, "PORT", port)
    monkeypatch.setattr(browser_login, "_PATIENCE", 30.0)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("VAULT_TOKEN")
    root = vault_environment.root()
    enable(vault_environment, "oidc", "foreign")
    root.write_data(
        "auth/foreign/config",
        data={
            "oidc_discovery_url": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": "shared",
            "default_role": "people",
        },
    )  # fmt: skip
    callback = f"http://localhost:{port}/oidc/callback"
    root.write_data(
        "auth/foreign/role/people",
        data={"user_claim": "sub", "allowed_redirect_uris": [callback], "token_policies": ["default"]},
    )
    yield provider
    root.sys.disable_auth_method("foreign")
    provider.close()


def log_in(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> int:
    """The status of a login in which somebody signs in."""
    signing: list[threading.Thread] = []

    def show(address: str) -> bool:
        signing.append(threading.Thread(target=provider.sign_in, args=(address,)))
        signing[0].start()
        return True

    monkeypatch.setattr("webbrowser.open", show)
    status = main(["vault", "login", "--method", "oidc", "--path", "foreign"])
    for thread in signing:
        thread.join(10)
    return status


def test_a_company_s_provider_logs_in(provider, monkeypatch, tmp_path, capsys):
    assert log_in(provider, monkeypatch) == 0
    token = (tmp_path / ".vault-token").read_text()
    assert token not in "".join(capsys.readouterr())
    assert Vault(dict(os.environ) | {"VAULT_TOKEN": token}).check_login()[1] > 0


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "http://127.0.0.1:1"}, {"aud": "another"}, {"nonce": "another"}, {"exp": 1_000_000_000}, {"sub": None}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_answer_that_is_for_another_is_no_login(provider, monkeypatch, tmp_path, capsys, wrong):
    provider.wrong = wrong
    assert log_in(provider, monkeypatch) == 3
    told = "".join(capsys.readouterr())
    assert "nbguard: " in told
    assert "Traceback" not in told
    assert not (tmp_path / ".vault-token").exists()


def test_a_signature_by_a_key_that_isn_t_the_provider_s_is_no_login(provider, monkeypatch, tmp_path):
    provider.signing = rsa.generate_private_key(65537, 2048)
    assert log_in(provider, monkeypatch) == 3
    assert not (tmp_path / ".vault-token").exists()


@pytest.mark.parametrize("answer", [b"<html>down for maintenance</html>", b'{"error": "invalid_grant"}'])
def test_a_provider_that_answers_something_else_is_no_login(provider, monkeypatch, tmp_path, capsys, answer):
    provider.refuses = answer
    assert log_in(provider, monkeypatch) == 3
    assert "maintenance" not in "".join(capsys.readouterr())
    assert not (tmp_path / ".vault-token").exists()


def test_a_port_that_is_taken_is_said_and_no_page_is_shown(provider, monkeypatch, tmp_path, capsys):
    shown: list[str] = []
    monkeypatch.setattr("webbrowser.open", shown.append)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", browser_login.PORT))
        taken.listen()
        assert main(["vault", "login", "--method", "oidc", "--path", "foreign"]) == 3
    assert f"port {browser_login.PORT} of this machine is taken" in capsys.readouterr().err
    assert shown == []
    assert not (tmp_path / ".vault-token").exists()


@pytest.mark.parametrize("opened", [True, False], ids=["says that it opened", "is none"])
def test_where_no_browser_comes_up_the_page_is_told(provider, monkeypatch, tmp_path, opened):
    """Such as over ssh: what opens pages may say that it did. Somebody copies the address to another machine."""
    monkeypatch.setattr("webbrowser.open", lambda _: opened)
    told: list[str] = []

    class Reader:
        def write(self, text: str) -> None:
            told.append(text)
            for word in text.split():
                if word.startswith(provider.issuer):
                    threading.Thread(target=provider.sign_in, args=(word,)).start()

        def flush(self) -> None:
            pass

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr("sys.stderr", Reader())
    assert main(["vault", "login", "--method", "oidc", "--path", "foreign"]) == 0
    assert "Sign in in the browser. If none opens: " in "".join(told)
    assert (tmp_path / ".vault-token").exists()
