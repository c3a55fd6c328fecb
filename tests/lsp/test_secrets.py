"""The view of Vault: logging in, the names of what is there, storing more, and a lookup at the cursor."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.fake_tokens import FakeTokens
from tests.lsp.client import Client, connected, edited
from tests.openbao_server import OpenBao
from tests.vault.test_logins import enable

TOKEN = FakeTokens(seed=187).ionq()
POLICY = 'path "secret/*" { capabilities = ["create", "read", "update", "list"] }'
pytestmark = pytest.mark.asyncio


async def test_secrets_are_listed_and_added_and_nothing_is_overwritten(
    tmp_path: Path, vault_environment: OpenBao
) -> None:
    vault_environment.store("elsewhere/known", key="x" * 20)
    async with connected(str(tmp_path)) as client:
        added = {"reference": "quantum/lsp-added#key", "value": TOKEN}
        assert await client.request("nbguard/addSecret", added) == {"reference": "quantum/lsp-added#key"}
        listed = await client.request("nbguard/secrets", {"uri": f"file://{tmp_path}/a.ipynb"})
        assert listed == [
            {"reference": "quantum/lsp-added#key", "version": 1, "age": "today"},
            {"reference": "elsewhere/known#key", "version": 1, "age": "today"},
        ]
        assert "another value" in await client.refused("nbguard/addSecret", added | {"value": "other"})
        assert vault_environment.stored("quantum/lsp-added") == {"key": TOKEN}
        assert (await client.request("nbguard/status"))["vault"]["authenticated"] is True
        assert TOKEN not in json.dumps(client.seen)


async def test_a_login_is_kept_where_kernels_find_it(
    tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By token and by password, at an address that is given; what fails replaces nothing."""
    address, token = vault_environment.address, vault_environment.token_for(POLICY)
    enable(vault_environment, "userpass")
    vault_environment.root().write("auth/userpass/users/jo", password=TOKEN, token_policies="default")
    for name in ("VAULT_TOKEN", "VAULT_ADDR"):
        monkeypatch.delenv(name)
    kept = tmp_path / ".vault-token"
    async with connected(str(tmp_path), env={"HOME": str(tmp_path)}) as client:
        assert (await client.request("nbguard/status"))["vault"]["configured"] is False
        by_token = {"method": "token", "secret": token}
        assert "VAULT_ADDR isn't set" in await client.refused("nbguard/login", by_token)
        state = await client.request("nbguard/login", by_token | {"address": address})
        assert (state["authenticated"], state["address"]) == (True, "127.0.0.1")
        assert kept.read_text() == token
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        by_password = {"method": "userpass", "name": "jo", "secret": "wrong"}
        assert "wrong" not in await client.refused("nbguard/login", by_password)
        assert kept.read_text() == token
        assert (await client.request("nbguard/login", by_password | {"secret": TOKEN}))["authenticated"] is True
        assert kept.read_text() != token
        # What is no login is refused, and not repeated.
        assert TOKEN not in await client.refused("nbguard/login", {"method": TOKEN, TOKEN: TOKEN})
        assert "VAULT_ADDR is set" in await client.refused("nbguard/localVault", {})
        said = json.dumps(client.seen)
        assert not [value for value in (token, TOKEN, kept.read_text()) if value in said]


async def test_a_login_that_would_not_count_is_refused(tmp_path: Path, vault_environment: OpenBao) -> None:
    async with connected(str(tmp_path), env={"HOME": str(tmp_path)}) as client:
        login = {"method": "token", "secret": vault_environment.token_for(POLICY)}
        assert "VAULT_TOKEN is set" in await client.refused("nbguard/login", login)
        assert not (tmp_path / ".vault-token").exists()
    async with connected(str(tmp_path), {"trusted": False}) as client:
        for request in ("nbguard/login", "nbguard/localVault", "nbguard/secrets", "nbguard/addSecret"):
            assert "trust this workspace" in await client.refused(request, {})


IMPORT = "from nbguard import secret\n\n"
LOOKUP = 'secret("quantum/ionq#api_key")'


@pytest.mark.parametrize(
    ("cells", "after"),
    [
        # The cursor, or what is selected, is between bars.
        (["p = IonQProvider(token=||)"], [f"{IMPORT}p = IonQProvider(token={LOOKUP})"]),
        (['é = "🎉"; p = f("|old|")'], [f'{IMPORT}é = "🎉"; p = f({LOOKUP})']),
        (["from nbguard import secret", "||"], [None, f"api_key = {LOOKUP}"]),
        (["%%bash\nexport K=||"], ["%%bash\nexport K=\"$(nbguard vault get 'quantum/ionq#api_key')\""]),
        ([{"kind": 1, "language": "markdown", "text": "the key is ||"}], ["the key is nbguard:quantum/ionq#api_key"]),
    ],
    ids=["argument", "literal", "line", "bash", "markdown"],
)
async def test_a_lookup_is_put_at_the_cursor_in_the_form_of_the_place(
    tmp_path: Path, cells: list[str | dict[str, Any]], after: list[str | None]
) -> None:
    """With its import, which may go into another cell; Vault isn't asked."""
    marked = [cell["text"] if isinstance(cell, dict) else cell for cell in cells]
    plain = [{**cell, "text": cell["text"].replace("|", "")} if isinstance(cell, dict) else cell.replace("|", "")
             for cell in cells]  # fmt: skip
    async with connected(str(tmp_path)) as client:
        names = client.open_notebook(f"file://{tmp_path}/a.ipynb", *plain)
        new = await _inserted(client, dict(zip(names, marked, strict=True)))
    assert [text for text, wanted in zip(new, after, strict=True) if wanted is not None] == [
        wanted for wanted in after if wanted is not None
    ]


@pytest.mark.parametrize(
    ("name", "marked", "after"),
    [
        ("a.py", "\ufefftoken = ||\r\n", f"\ufefffrom nbguard import secret\r\n\r\ntoken = {LOOKUP}\r\n"),
        ("a.yaml", "token: |old|\n", "token: nbguard:quantum/ionq#api_key\n"),
    ],
)
async def test_files_take_lookups_too(tmp_path: Path, name: str, marked: str, after: str) -> None:
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/{name}"
        item = {"uri": uri, "languageId": name.split(".")[1], "version": 1, "text": marked.replace("|", "")}
        client.notify("textDocument/didOpen", {"textDocument": item})
        assert await _inserted(client, {uri: marked}) == [after]


async def test_where_no_lookup_can_stand_it_is_said_and_nothing_changes(
    tmp_path: Path, vault_environment: OpenBao
) -> None:
    async with connected(str(tmp_path)) as client:
        (cell,) = client.open_notebook(f"file://{tmp_path}/a.ipynb", "%%bash\nx\n")
        start = {"line": 0, "character": 2}
        named = {"uri": cell, "reference": "quantum/ionq#api_key", "range": {"start": start, "end": start}}
        assert await client.refused(*_command(named))
        assert "`range`" in await client.refused(*_command({**named, "range": None}))
        assert "isn't open" in await client.refused(*_command({**named, "uri": "file:///nowhere.py"}))
        assert "path#key" in await client.refused(*_command({**named, "reference": "no reference"}))
        # Nothing there to choose from; and somebody who chooses none.
        assert "store one first" in await client.refused(*_command({**named, "reference": None}))
        vault_environment.store("quantum/ionq", api_key="x" * 20)
        assert await client.request(*_command({**named, "reference": None})) is None
        assert client.applied == []


def _command(named: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "workspace/executeCommand", {"command": "nbguard.insert", "arguments": [named]}


async def _inserted(client: Client, marked: dict[str, str]) -> list[str]:
    """The texts after a lookup was inserted where the bars are in one of them."""
    uri, text = next((uri, text) for uri, text in marked.items() if "|" in text)
    place = {side: _position(text.replace("|", ""), index) for side, index in zip(
        ("start", "end"), (text.index("|"), text.rindex("|") - 1), strict=True)}  # fmt: skip
    named = {"uri": uri, "reference": "quantum/ionq#api_key", "range": place}
    answer = await client.request(*_command(named))
    assert answer == {"reference": "quantum/ionq#api_key", "variable": None}
    (edit,) = client.applied
    return list(edited({uri: text.replace("|", "") for uri, text in marked.items()}, edit).values())


def _position(text: str, index: int) -> dict[str, int]:
    before = text[:index].split("\n")
    return {"line": len(before) - 1, "character": len(before[-1].encode("utf-16-le")) // 2}
