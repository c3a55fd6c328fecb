"""What happens in an editor is told as events, in the file that the policy or the operator names."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.lsp.client import Client, connected
from tests.openbao_server import OpenBao

pytestmark = pytest.mark.asyncio
TOKEN = FakeTokens(190).ionq()
CALL = f'from qiskit_ionq import IonQProvider\np = IonQProvider("{TOKEN}")'
BLOCK = '[jupyter]\nsave = "block"\nevents = "events.jsonl"\n'


def repository(folder: Path, policy: str) -> str:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "nbguard.toml").write_text(policy)
    return f"file://{folder}/a.ipynb"


def told(file: Path) -> list[tuple[str, dict[str, Any]]]:
    """The events in a file: what kind, and what is said."""
    text = file.read_text() if file.exists() else ""
    assert TOKEN not in text
    assert_no_secret(text)
    events = [json.loads(line) for line in text.splitlines()]
    return [(event["event"].split("/")[-2], event) for event in events]


async def asked(client: Client, uri: str) -> Any:
    return await client.request("nbguard/beforeSave", {"uri": uri})


async def test_the_guard_is_told_when_it_goes_on_or_off_and_what_it_did(tmp_path: Path) -> None:
    uri, file = repository(tmp_path, BLOCK), tmp_path / "events.jsonl"
    async with connected(str(tmp_path)) as client:
        (cell,) = client.open_notebook(uri, CALL)
        await client.findings(cell)
        assert (await asked(client, uri))["refuse"] is True
        await asked(client, uri)  # the same again says nothing
        (tmp_path / "nbguard.toml").write_text(BLOCK.replace("block", "off"))
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        assert (await asked(client, uri))["mode"] == "off"
    said = told(file)
    assert [kind for kind, _ in said] == ["guard", "finding", "save", "guard", "save"]
    on, finding, blocked, off, over = (event for _, event in said)
    assert (on["state"], on["mode"], on["before"], on["path"]) == ("on", "block", None, "a.ipynb")
    assert (finding["rule"], finding["path"]) == ("ionq-api-key", "a.ipynb")
    assert (blocked["action"], blocked["findings"], blocked["rules"]) == ("blocked", 1, ["ionq-api-key"])
    assert (off["state"], off["mode"], off["before"]) == ("off", "off", "block")
    assert over["action"] == "over"


async def test_moves_and_allows_are_told(tmp_path: Path, vault_environment: OpenBao) -> None:
    uri, file = repository(tmp_path, BLOCK), tmp_path / "events.jsonl"
    async with connected(str(tmp_path)) as client:
        (cell,) = client.open_notebook(uri, CALL)
        (finding,) = await client.findings(cell)
        actions = await client.actions(cell, finding)
        (named,) = actions["Allow ionq-api-key…"]["command"]["arguments"]
        allow = {"command": "nbguard.allow", "arguments": [named | {"reason": "made up"}]}
        await client.request("workspace/executeCommand", allow)
        moved = await client.request("workspace/executeCommand", actions["Move to Vault (ionq-api-key)"]["command"])
    said = dict(told(file))
    assert (said["allowed"]["reason"], said["allowed"]["rule"]) == ("made up", "ionq-api-key")
    assert (said["moved"]["reference"], said["moved"]["path"]) == (moved["reference"], "a.ipynb")


async def test_a_folder_that_is_not_trusted_names_no_file_and_the_operator_may(tmp_path: Path) -> None:
    uri = repository(tmp_path, BLOCK)
    operators = tmp_path / "of-the-operator.jsonl"
    async with connected(str(tmp_path), {"trusted": False}, env={"NBGUARD_JUPYTER_EVENTS": str(operators)}) as client:
        (cell,) = client.open_notebook(uri, CALL)
        await client.findings(cell)
        assert (await asked(client, uri))["refuse"] is True
    assert not (tmp_path / "events.jsonl").exists()
    assert [kind for kind, _ in told(operators)] == ["guard", "finding", "save"]


async def test_outputs_that_a_save_strips_are_told_and_a_save_without_any_is_not(tmp_path: Path) -> None:
    uri, file = repository(tmp_path, BLOCK.replace("block", "strip")), tmp_path / "events.jsonl"
    async with connected(str(tmp_path), {"knowsOutputs": True}) as client:
        (cell,) = client.open_notebook(uri, "print(1)")
        assert (await asked(client, uri))["strip"] is True
        assert [kind for kind, _ in told(file)] == ["guard"]
        output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
        client.notify("nbguard/outputs", {"uri": uri, "cells": {cell: [output]}})
        await asked(client, uri)
    assert [event.get("action") for _, event in told(file)] == [None, "stripped"]
