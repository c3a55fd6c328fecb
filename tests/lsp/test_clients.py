"""Clients that can less than most, or don't do what they are asked."""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.lsp.client import USUAL, Client, connected, edited
from tests.openbao_server import OpenBao, free_port
from tests.vault.faulty_proxy import FaultyProxy

TOKEN = FakeTokens(186).ionq()
TEXT = f'from qiskit_ionq import IonQProvider\np = IonQProvider("{TOKEN}")\n'
pytestmark = pytest.mark.asyncio


async def test_edits_and_hovers_are_such_as_the_client_takes(tmp_path: Path, vault_environment: OpenBao) -> None:
    """An older client knows no versions in edits and no Markdown; what it doesn't say it can, it can't."""
    uri = f"file://{tmp_path}/a.ipynb"
    older = {"workspace": {"applyEdit": True}, "textDocument": {
        "hover": {"contentFormat": ["plaintext"]}, "codeAction": USUAL["textDocument"]["codeAction"]}}  # fmt: skip
    async with connected(str(tmp_path), capabilities=older) as client:
        (cell,) = client.open_notebook(uri, TEXT)
        (finding,) = await client.findings(cell)
        actions = await client.actions(cell, finding)
        removal = actions["Remove the value (ionq-api-key)"]["edit"]
        assert list(removal) == ["changes"]
        assert edited({cell: TEXT}, removal)[cell] == TEXT.replace(TOKEN, "")
        where = {"textDocument": {"uri": cell}, "position": finding["range"]["start"]}
        hover = (await client.request("textDocument/hover", where))["contents"]
        assert hover["kind"] == "plaintext"
        assert not set(hover["value"]) & set("*`\\[")
        assert "To rotate it (where: https://" in hover["value"]
        answer = await client.request("workspace/executeCommand", actions["Move to Vault (ionq-api-key)"]["command"])
        assert list(client.applied[0]) == ["changes"]
        assert f'secret("{answer["reference"]}")' in edited({cell: TEXT}, client.applied[0])[cell]


async def test_a_client_that_makes_no_edits_is_offered_none_and_nothing_is_stored(
    tmp_path: Path, vault_environment: OpenBao
) -> None:
    uri = f"file://{tmp_path}/a.py"
    async with connected(str(tmp_path)) as client:
        (finding,) = await client.open(uri, TEXT)
        command = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]
    vault_environment.root().secrets.kv.v2.create_or_update_secret(path="team/none", secret={"kept": "x"})
    chosen = {**command, "arguments": [command["arguments"][0] | {"path": "team/none"}]}
    async with connected(str(tmp_path), capabilities={}) as client:
        await client.open(uri, TEXT)
        params = {"textDocument": {"uri": uri}, "range": finding["range"], "context": {"diagnostics": []}}
        assert await client.request("textDocument/codeAction", params) == []
        assert "makes no edits" in await client.refused("workspace/executeCommand", chosen)
        assert client.applied == []
    assert vault_environment.stored("team/none") == {"kept": "x"}
    # One that knows no quick fixes but commands is given those.
    async with connected(str(tmp_path), capabilities={"workspace": {"applyEdit": True}}) as client:
        await client.open(uri, TEXT)
        offered = await client.request("textDocument/codeAction", params)
        assert [one["command"] for one in offered][:2] == ["nbguard.move", "nbguard.useExisting"]


@pytest.mark.parametrize("answer", [False, None], ids=["applied: false", "an error"])
async def test_where_the_client_refuses_an_edit_it_is_told_where_the_value_is(
    tmp_path: Path, vault_environment: OpenBao, answer: bool | None
) -> None:
    uri = f"file://{tmp_path}/a.py"
    async with connected(str(tmp_path)) as client:
        (finding,) = await client.open(uri, TEXT)
        (named,) = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]["arguments"]
        command = {"command": "nbguard.move", "arguments": [named | {"path": f"refused/{answer}".lower()}]}
        client.takes_edits = answer
        said = await client.refused("workspace/executeCommand", command)
        assert "your editor didn't change the text; try again" in said
        assert f"the value is in Vault and stays there: refused/{str(answer).lower()}#api_key, version 1" in said
        assert_no_secret(said)
        assert vault_environment.stored(f"refused/{answer}".lower()) == {"api_key": TOKEN}
        # The finding is still there, and to try again is no second version.
        client.takes_edits = True
        assert (await client.request("workspace/executeCommand", command))["version"] == 1
        assert TOKEN not in edited({uri: TEXT}, client.applied[-1])[uri]
        client.takes_edits = answer
        allow = {"command": "nbguard.allow", "arguments": [named | {"reason": "made up"}]}
        assert "your editor didn't change the text" in await client.refused("workspace/executeCommand", allow)


async def begin_to_move(client: Client, uri: str, path: str) -> tuple[int, asyncio.Future[Any]]:
    """A move's number and its answer to come; it waits for Vault."""
    (finding,) = await client.open(uri, TEXT)
    (named,) = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]["arguments"]
    asked = client.ask("workspace/executeCommand", {"command": "nbguard.move", "arguments": [named | {"path": path}]})
    number = client.last_number
    # What is asked for on the same thread is answered when the move is beyond it.
    preview = {"command": "nbguard.move", "arguments": [named | {"preview": True}]}
    await client.request("workspace/executeCommand", preview)
    return number, asked


@pytest.mark.parametrize("takes_edits", [True, False])
async def test_a_move_that_has_begun_goes_on_though_its_request_is_cancelled(
    tmp_path: Path, vault_environment: OpenBao, slow: threading.Event, takes_edits: bool
) -> None:
    """The value may be in Vault already: a lookup takes its place, or somebody is told where it is."""
    uri, path = f"file://{tmp_path}/a.py", f"cancelled/{takes_edits}".lower()
    async with connected(str(tmp_path)) as client:
        client.takes_edits = takes_edits
        number, asked = await begin_to_move(client, uri, path)
        client.notify("$/cancelRequest", {"id": number})
        assert (await asyncio.wait_for(asked, 30))["error"]["code"] == -32800
        slow.set()
        kept = "moved to Vault" if takes_edits else "the value is in Vault and stays there"
        await client.until(lambda: any(f"{kept}: {path}#api_key, version 1" in said for said in shown(client)))
        assert f'secret("{path}#api_key")' in edited({uri: TEXT}, client.applied[0])[uri]
        assert vault_environment.stored(path) == {"api_key": TOKEN}


async def test_a_text_that_changes_while_its_value_is_stored_is_left_as_it_is(
    tmp_path: Path, vault_environment: OpenBao, slow: threading.Event
) -> None:
    uri = f"file://{tmp_path}/a.py"
    async with connected(str(tmp_path)) as client:
        _, asked = await begin_to_move(client, uri, "changed/meanwhile")
        changed = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "#\n" + TEXT}]}
        client.notify("textDocument/didChange", changed)
        slow.set()
        said = (await asyncio.wait_for(asked, 30))["error"]["message"]
        assert "the text has changed meanwhile and is left as it is" in said
        assert "the value is in Vault and stays there: changed/meanwhile#api_key, version 1" in said
        assert client.applied == []


def shown(client: Client) -> list[str]:
    """What the user was told."""
    return [m["params"]["message"] for m in client.seen if m.get("method") == "window/showMessage"]


@pytest.mark.parametrize(
    ("fault", "why"),
    [("sealed", "is sealed: it must be unsealed first"), ("cut before", "no answer from Vault at"),
     ("500", "is overloaded or in trouble"), ("no JSON", "broke off"), ("no server", "no answer from Vault at")],
)  # fmt: skip
async def test_without_vault_a_hover_and_a_move_say_so_and_the_text_stays(
    tmp_path: Path, vault_environment: OpenBao, monkeypatch: pytest.MonkeyPatch, fault: str, why: str
) -> None:
    proxy = FaultyProxy(vault_environment.port)
    proxy.draw = lambda: fault  # type: ignore[method-assign]
    address = f"http://127.0.0.1:{free_port()}" if fault == "no server" else proxy.address
    monkeypatch.setenv("VAULT_ADDR", address)
    uri, text = f"file://{tmp_path}/a.py", TEXT + 'k = secret("quantum/ionq#api_key")\n'
    async with connected(str(tmp_path)) as client:
        (finding,) = await client.open(uri, text)
        command = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]
        said = await client.refused("workspace/executeCommand", command)
        where = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 15}}
        hover = (await client.request("textDocument/hover", where))["contents"]["value"]
        everything = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        hints = await client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": everything})
        assert why in said
        assert why in hover
        assert [hint["label"] for hint in hints] == ["✗ Vault doesn't answer"]
        assert client.applied == []
        assert TOKEN not in json.dumps(client.seen)
    proxy.close()
