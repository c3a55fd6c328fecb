"""``login`` and ``local-vault``: the token is kept as Vault's own tools keep it, used at once, and told nowhere."""

import asyncio
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nbguard.vault import local_server
from nbguard.vault.client import Vault
from tests.fake_tokens import FakeTokens
from tests.jupyter.notebooks import code, notebook
from tests.openbao_server import OpenBao, free_port
from tests.vault.test_logins import enable
from tests.vault.test_vault_login import be_provider

Ask = Callable[..., Any]
POLICY = 'path "secret/*" { capabilities = ["create", "read", "update", "list"] }'


@pytest.fixture
def home(vault_environment: OpenBao, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody is logged in."""
    home = tmp_path / "person"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("VAULT_TOKEN")
    return home


async def test_a_token_is_kept_and_used_from_then_on(
    ask: Ask, home: Path, vault_environment: OpenBao, caplog: pytest.LogCaptureFixture
) -> None:
    """What was answered before the login holds no more, and the next login replaces the first."""
    vault_environment.store("quantum/login", key="x" * 20)
    lookup = notebook(code('secret("quantum/login#key")'))
    assert (await ask("POST", "references", lookup)).json["references"][0]["state"] == "denied"
    assert (await ask("GET", "status")).json["vault"]["authenticated"] is False
    token = vault_environment.token_for(POLICY)
    answer = await ask("POST", "login", {"method": "token", "secret": token + "\n"})
    assert answer.status == 200, answer.body
    assert answer.json["address"] == vault_environment.address
    assert answer.json["seconds"] > 0
    assert answer.json["sign_in"] is None
    kept = home / ".vault-token"
    assert kept.read_text() == token
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    assert token.encode() not in answer.body
    assert token not in caplog.text
    assert (await ask("POST", "references", lookup)).json["references"][0]["state"] == "ok"
    assert (await ask("GET", "status")).json["vault"]["authenticated"] is True
    vault_environment.root().auth.token.revoke(token)
    assert "log in again" in (await ask("GET", "secrets", params={"again": "1"})).json["reason"]
    assert (await ask("POST", "login", {"method": "token", "secret": vault_environment.token})).status == 200
    assert len((await ask("GET", "secrets")).json["secrets"]) == 1


async def test_name_and_password(ask: Ask, home: Path, vault_environment: OpenBao) -> None:
    enable(vault_environment, "userpass", "people")
    root = vault_environment.root()
    root.auth.userpass.create_or_update_user("ada", password="pw of ada", policies="default", mount_point="people")
    body = {"method": "userpass", "name": "ada", "secret": "pw of ada", "path": "people"}
    answer = await ask("POST", "login", body | {"secret": "wrong password"})
    assert (answer.status, answer.json["reason"]) == (502, "vault-refused")
    assert "wrong password" not in answer.json["message"]
    assert not (home / ".vault-token").exists()
    assert (await ask("POST", "login", body)).status == 200
    assert Vault().check_login()[1] > 0
    for missing in ({"name": ""}, {"secret": ""}):
        assert (await ask("POST", "login", body | missing)).status == 422


async def test_in_the_browser(
    ask: Ask, home: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is the page to sign in at; once somebody did, the server knows."""
    sign_in = be_provider(vault_environment, monkeypatch)
    answer = await ask("POST", "login", {"method": "oidc"})
    assert (answer.status, answer.json["address"]) == (200, None)
    page = threading.Thread(target=sign_in, args=(answer.json["sign_in"],))
    page.start()
    for _ in range(300):
        if (await ask("GET", "secrets", params={"again": "1"})).json["vault"]["authenticated"]:
            break
        await asyncio.sleep(0.1)
    page.join()
    assert (home / ".vault-token").exists()
    assert (await ask("POST", "login", {"method": "oidc", "role": "nobody"})).status in (502, 422)


async def test_where_another_login_comes_first_nothing_is_taken(
    ask: Ask, home: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"method": "token", "secret": vault_environment.token}
    for name, value in (("VAULT_TOKEN", "t"), ("VAULT_TOKEN_FILE", "/x"), ("VAULT_AUTH_METHOD", "approle")):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            answer = await ask("POST", "login", body)
            assert answer.status == 409
            assert answer.json["message"].startswith(f"{name} is set where Jupyter or the editor was started")
    monkeypatch.delenv("VAULT_ADDR")
    assert "VAULT_ADDR isn't set" in (await ask("POST", "login", body)).json["message"]
    assert not (home / ".vault-token").exists()


async def test_vault_down_and_a_token_that_is_none(
    ask: Ask, home: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = FakeTokens(65).ionq()
    answer = await ask("POST", "login", {"method": "token", "secret": token})
    assert answer.status == 502
    assert token.encode() not in answer.body
    monkeypatch.setenv("VAULT_ADDR", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setattr("nbguard.vault.client._FIRST_PAUSE", 0)
    answer = await ask("POST", "login", {"method": "token", "secret": token})
    assert (answer.status, answer.json["reason"]) == (503, "vault-unreachable")
    assert not (home / ".vault-token").exists()


async def test_a_local_vault_is_started_where_no_other_is_meant(
    ask: Ask, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right after, names are listed, values stored and lookups resolve, without a login."""
    import keyring
    from keyring.backends.fail import Keyring

    assert (await ask("POST", "local-vault")).status == 409
    keyring.set_keyring(Keyring())
    monkeypatch.delenv("VAULT_ADDR")
    monkeypatch.setenv("NBGUARD_LOCAL_VAULT", str(tmp_path / "local"))
    assert (await ask("GET", "secrets")).json["vault"]["configured"] is False
    try:
        answer = await ask("POST", "local-vault", request_timeout=120)
        assert answer.status == 200, answer.body
        assert answer.json["address"].startswith("https://127.0.0.1:")
        assert (await ask("GET", "secrets")).json["vault"]["authenticated"] is True
        assert (await ask("POST", "secrets", {"reference": "quantum/mine#key", "value": "x" * 20})).status == 200
        (found,) = (await ask("POST", "references", notebook(code('secret("quantum/mine#key")')))).json["references"]
        assert found["state"] == "ok"
    finally:
        local_server.stop(os.environ)
