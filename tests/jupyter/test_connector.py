"""The store of `jupyter-secrets-manager`: off unless the policy asks for it, and below one folder of Vault only."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

ON = "[jupyter]\nsecrets_connector = true\n[vault]\nprefix = 'team'\n"


async def test_it_is_off_unless_asked_for(ask: Callable[..., Any], vault_environment: OpenBao) -> None:
    for method, body in (("GET", None), ("PUT", {"value": "x"}), ("DELETE", None)):
        answer = await ask(method, "connector/a/b", body)
        assert answer.status == 404
        assert "secrets_connector" in answer.json["message"]


async def test_a_secret_is_kept_read_and_taken_out(
    ask: Callable[..., Any], vault_environment: OpenBao, jp_root_dir: Path
) -> None:
    (jp_root_dir / "nbguard.toml").write_text(ON)
    assert (await ask("GET", "status")).json["connector"] is True
    value = FakeTokens(30).ionq()
    assert (await ask("GET", "connector/ns-1/id")).status == 404
    assert (await ask("PUT", "connector/ns-1/id", {"id": "id", "namespace": "ns-1", "value": value})).status == 200
    assert (await ask("PUT", "connector/ns-1/other", {"value": "y"})).status == 200
    assert vault_environment.stored("team/jupyter/ns-1") == {"id": value, "other": "y"}
    assert (await ask("GET", "connector/ns-1/id")).json == {"id": "id", "namespace": "ns-1", "value": value}
    assert (await ask("DELETE", "connector/ns-1/id")).status == 200
    assert vault_environment.stored("team/jupyter/ns-1") == {"other": "y"}
    assert (await ask("DELETE", "connector/ns-1/id")).status == 404


@pytest.mark.parametrize(
    "name", ["..", ".", "a/../../b", "@jupyter/ai:plugin", "a b", "ünï", "~2e", "x#y", "data/../x", "a\\b", "\x00"]
)
async def test_no_name_leads_anywhere_else(
    ask: Callable[..., Any], vault_environment: OpenBao, jp_root_dir: Path, name: str
) -> None:
    (jp_root_dir / "nbguard.toml").write_text(ON.replace("team", "team2"))
    before = set(list_paths(vault_environment))
    # As the front end sends it: a slash in a name is escaped.
    route = f"connector/{quote(name, safe='').replace('.', '%2E')}/{quote(name, safe='').replace('.', '%2E')}"
    answer = await ask("PUT", route, {"value": "v" * 20})
    assert answer.status == 200, answer.body
    assert (await ask("GET", route)).json == {"id": name, "namespace": name, "value": "v" * 20}
    new = set(list_paths(vault_environment)) - before
    assert all(path.startswith("team2/jupyter/") and path.count("/") == 2 for path in new)


async def test_a_body_that_is_none_is_refused(
    ask: Callable[..., Any], vault_environment: OpenBao, jp_root_dir: Path
) -> None:
    (jp_root_dir / "nbguard.toml").write_text(ON)
    for body in (b"", b"{}", b'{"value": 1}', b'{"value": "x", "more": 1}'):
        answer = await ask("PUT", "connector/a/b", body)
        assert answer.status == 400, (body, answer.body)
        assert json.loads(answer.body)["message"]


def list_paths(server: OpenBao) -> list[str]:
    from nbguard.vault.client import Vault

    return Vault(server.environment).paths("secret", "team2")
