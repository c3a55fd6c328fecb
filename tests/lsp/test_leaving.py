"""How a server ends while it is at work: at once where that is a scan, and never in the middle of a move."""

import asyncio
import signal
import sys
import threading
from pathlib import Path

import pytest

from tests.fake_tokens import FakeTokens
from tests.lsp.client import connected
from tests.lsp.test_clients import TEXT, TOKEN, begin_to_move, shown
from tests.openbao_server import OpenBao

pytestmark = pytest.mark.asyncio
# The command itself, but for a scan that never ends and says when it begins.
ENDLESS = """
import sys, time
from nbguard.cli.main import run
from nbguard.lsp.checks import Checks
def scan(*_):
    print("scanning", file=sys.stderr, flush=True)
    while True:
        time.sleep(0.1)
Checks._scan = scan
sys.argv = ["nbguard", "lsp"]
run()
"""
CHOSEN = FakeTokens(188).dwave()


@pytest.mark.parametrize("goodbye", ["shutdown", "exit", "no more", "SIGTERM"])
async def test_it_does_not_wait_for_a_scan(tmp_path: Path, goodbye: str) -> None:
    if goodbye == "SIGTERM" and sys.platform == "win32":
        return
    async with connected(str(tmp_path), program=("-c", ENDLESS)) as client:
        item = {"uri": f"file://{tmp_path}/a.py", "languageId": "python", "version": 1, "text": TEXT}
        client.notify("textDocument/didOpen", {"textDocument": item})
        waiting = client.ask("textDocument/hover", {"textDocument": item, "position": {"line": 0, "character": 0}})
        assert await client.process.stderr.readline() == b"scanning\n"
        if goodbye == "shutdown":
            assert await client.request("shutdown") is None
        if goodbye == "SIGTERM":
            client.process.send_signal(signal.SIGTERM)
        elif goodbye == "no more":
            client.process.stdin.close()
        else:
            client.notify("exit")
        status = await asyncio.wait_for(client.process.wait(), 30)
        assert status == {"shutdown": 0, "SIGTERM": 128 + signal.SIGTERM}.get(goodbye, 1)
        assert await client.process.stderr.read() == b""
        waiting.cancel()


@pytest.mark.parametrize("goodbye", ["shutdown", "exit", "SIGTERM"])
async def test_a_move_that_has_begun_is_finished_and_told(
    tmp_path: Path,
    vault_environment: OpenBao,
    slow: threading.Event,
    goodbye: str,
) -> None:
    path = f"leaving/{goodbye}".lower()
    async with connected(str(tmp_path)) as client:
        _, moving = await begin_to_move(client, f"file://{tmp_path}/a.py", path)
        if goodbye == "shutdown":
            leaving = client.ask("shutdown")
            assert "Invalid Request" in await client.refused("nbguard/status")
            assert not leaving.done()
            slow.set()
            assert (await asyncio.wait_for(leaving, 30))["result"] is None
        elif goodbye == "exit":
            client.notify("exit")
        else:
            client.process.send_signal(signal.SIGTERM)
        slow.set()
        said = f"the text is left as it is; the value is in Vault and stays there: {path}#api_key, version 1"
        await client.until(lambda: any(said in one for one in shown(client)))
        assert said in (await asyncio.wait_for(moving, 30))["error"]["message"]
        if goodbye != "shutdown":
            await asyncio.wait_for(client.process.wait(), 30)
    assert client.applied == []
    assert vault_environment.stored(path) == {"api_key": TOKEN}


async def test_a_client_that_leaves_instead_of_making_an_edit_is_told_too(
    tmp_path: Path, vault_environment: OpenBao
) -> None:
    async with connected(str(tmp_path)) as client:
        uri = f"file://{tmp_path}/a.py"
        (finding,) = await client.open(uri, TEXT)
        command = (await client.actions(uri, finding))["Move to Vault (ionq-api-key)"]["command"]
        chosen = {**command, "arguments": [command["arguments"][0] | {"path": "leaving/unedited"}]}
        client.answers_edits = False
        client.ask("workspace/executeCommand", chosen)
        await client.until(lambda: client.applied)
        await client.request("shutdown")
        assert any("the value is in Vault and stays there: leaving/unedited" in one for one in shown(client))
    assert vault_environment.stored("leaving/unedited") == {"api_key": TOKEN}


async def test_a_secret_that_is_being_stored_is_stored_before_the_goodbye(
    tmp_path: Path,
    vault_environment: OpenBao,
    slow: threading.Event,
) -> None:
    async with connected(str(tmp_path)) as client:
        adding = client.ask("nbguard/addSecret", {"reference": "leaving/added#key", "value": CHOSEN})
        leaving = client.ask("shutdown")
        assert "Invalid Request" in await client.refused("nbguard/status")
        slow.set()
        assert (await asyncio.wait_for(adding, 30))["result"] == {"reference": "leaving/added#key"}
        assert (await asyncio.wait_for(leaving, 30))["result"] is None
    assert vault_environment.stored("leaving/added") == {"key": CHOSEN}
