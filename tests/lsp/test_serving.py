"""The ends of a conversation, and what comes over the wire that is no message."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_tokens import FakeTokens
from tests.lsp.client import USUAL, Client, connect_to, connected
from tests.openbao_server import free_port

TOKEN = FakeTokens(185).ionq()
OPENED = {"rootUri": None, "processId": None, "capabilities": USUAL}
pytestmark = pytest.mark.asyncio


@contextlib.asynccontextmanager
async def started(*options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server that nobody has spoken to yet; it is ended where the test hasn't."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nbguard", "lsp", *options, stdin=-1, stdout=-1, stderr=-1, limit=1 << 26,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def status_of(process: asyncio.subprocess.Process) -> int:
    """How it ended; whatever it was told, it wrote nothing to its standard error."""
    status = await asyncio.wait_for(process.wait(), 30)
    assert await process.stderr.read() == b""
    return status


@pytest.mark.parametrize(
    ("said", "status"),
    [(("initialize", "shutdown", "exit"), 0), (("initialize", "exit"), 1), (("exit",), 1), (("initialize",), 1),
     (("initialize", "shutdown"), 0), ((), 1)],
)  # fmt: skip
async def test_its_status_says_whether_the_client_said_goodbye(said: tuple[str, ...], status: int) -> None:
    async with started() as process:
        client = Client(process)
        for method in said:
            if method == "exit":
                client.notify("exit")
            else:
                await client.request(method, OPENED if method == "initialize" else None)
        if "exit" not in said:
            process.stdin.close()
        assert await status_of(process) == status


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
async def test_it_ends_when_it_is_asked_to_though_its_client_says_nothing() -> None:
    async with started() as process:
        await Client(process).request("initialize", OPENED)
        process.send_signal(signal.SIGTERM)
        assert await status_of(process) == 128 + signal.SIGTERM


async def test_a_client_that_reads_no_more_ends_it_without_a_word(tmp_path: Path) -> None:
    incoming, outgoing = os.pipe()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nbguard", "lsp", stdin=-1, stdout=outgoing, stderr=-1,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    os.close(outgoing)
    item = {"uri": f"file://{tmp_path}/a.py", "languageId": "python", "version": 1, "text": f'IONQ_API_KEY = "{TOKEN}"'}
    process.stdin.write(framed({"id": 1, "method": "initialize", "params": OPENED}))
    await asyncio.get_running_loop().run_in_executor(None, os.read, incoming, 10)
    os.close(incoming)
    process.stdin.write(framed({"method": "textDocument/didOpen", "params": {"textDocument": item}}))
    process.stdin.write(framed({"id": 2, "method": "textDocument/hover", "params": {
        "textDocument": {"uri": item["uri"]}, "position": {"line": 0, "character": 20}}}))  # fmt: skip
    process.stdin.close()
    assert await status_of(process) == 1


MESSAGE = b'{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"off","note":"%s"}}' % TOKEN.encode()


NO_MESSAGES = (
    b"garbage, no line end",
    b"garbage\r\n\r\n\x00\xff\xfe\r\n",
    b"Content-Length: many\r\n\r\n" + MESSAGE,
    b"Content-Length: -5\r\n\r\n" + MESSAGE,
    b"Content-Length: 0\r\n\r\n",
    b"Content-Length: 10\r\n\r\n" + MESSAGE,
    b"Content-Length:\r\n\r\n" + MESSAGE,
    b"Content-Length: 99999999999999\r\n\r\n" + MESSAGE,
    b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + MESSAGE,
    b"\r\n" * 50,
    b"x" * 300_000,
    b"Content-Length: 3\r\n\r\n\xff\xfe\xfd",
    b"Content-Length: 200000\r\n\r\n" + b"[" * 200_000,
    b"content-length:%d\nContent-Type: application/json\n\n" % len(MESSAGE) + MESSAGE,
    *(
        b"Content-Length: %d\r\n\r\n" % len(body) + body
        for body in (
            b"null", b"[]", b"{}", b'{"jsonrpc":"2.0"}', b'{"jsonrpc":"2.0","method":7}', b'{"jsonrpc":"2.0","id":1}',
            b'{"jsonrpc":"2.0","id":null,"method":"nbguard/status"}',
            b'{"jsonrpc":"2.0","id":{"a":1},"method":"nbguard/status"}',
            b'{"jsonrpc":"2.0","id":[1],"method":"nbguard/status"}',
            b'{"jsonrpc":"2.0","id":true,"method":"nbguard/status"}',
            b'{"jsonrpc":"2.0","method":"$/cancelRequest"}',
            b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}',
            b'{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":[]}}',
            b'{"jsonrpc":"2.0","method":"initialized"}',
        )
    ),
)  # fmt: skip


async def test_what_is_no_message_is_left_out_and_the_next_one_is_answered(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        for raw in (*NO_MESSAGES, *NO_MESSAGES[::-1]):
            client.send_raw(raw)
            assert (await client.request("nbguard/status"))["trusted"] is True
        said = [m["params"]["message"] for m in client.seen if m.get("method") == "window/logMessage"]
        assert all(message.startswith("nbguard: a message ") for message in said)
        assert TOKEN not in json.dumps(client.seen)


REFUSED = (
    ("no/such", None, -32601), ("no/such", {"a": 1}, -32601), ("$/no", None, -32601),
    ("textDocument/willSaveWaitUntil", {"textDocument": {"uri": "file:///a"}, "reason": 1}, -32601),
    ("textDocument/hover", {"textDocument": {"uri": "file:///a"}, "position": {"line": -1, "character": 0}}, -32602),
    ("workspace/executeCommand", {"command": "nope"}, -32602),
    ("workspace/executeCommand", {"command": "nbguard.move"}, -32803),
    ("nbguard/addSecret", {"reference": [], "value": 3}, -32803), ("nbguard/secrets", 7, -32803),
)  # fmt: skip


async def test_a_request_that_is_refused_is_answered_why_and_is_no_defect(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        for method, params, code in REFUSED:
            assert (await asyncio.wait_for(client.ask(method, params), 30))["error"]["code"] == code, method
        assert not [m for m in client.seen if m.get("method") == "window/logMessage"]


async def test_an_answer_that_is_none_ends_the_request_that_it_is_for(tmp_path: Path) -> None:
    uri = f"file://{tmp_path}/a.py"
    async with connected(str(tmp_path)) as client:
        (finding,) = await client.open(uri, f'IONQ_API_KEY = "{TOKEN}"')
        (named,) = next(iter((await client.actions(uri, finding)).values()))["command"]["arguments"]
        allow = {"command": "nbguard.allow", "arguments": [named | {"reason": "made up"}]}
        for answer in ("yes", None, {"applied": []}):
            client.edit_answer = answer
            assert "your editor didn't change the text" in await client.refused("workspace/executeCommand", allow)


async def test_a_length_that_is_too_long_costs_the_next_message_and_no_more(tmp_path: Path) -> None:
    async with connected(str(tmp_path)) as client:
        client.send_raw(b"Content-Length: %d\r\n\r\n" % (len(MESSAGE) + 30) + MESSAGE)
        lost = client.ask("nbguard/status")
        assert (await client.request("nbguard/status"))["trusted"] is True
        lost.cancel()


async def test_messages_of_another_protocol_in_an_output_are_data(tmp_path: Path) -> None:
    """A notebook about JSON-RPC holds its messages; they are looked through and not carried out."""
    uri = f"file://{tmp_path}/a.ipynb"
    inner = {"jsonrpc": "2.0", "id": 1, "method": "textDocument/didOpen", "params": {"IONQ_API_KEY": TOKEN}}
    async with connected(str(tmp_path), {"knowsOutputs": True}) as client:
        (cell,) = client.open_notebook(uri, "x = 1", metadata={"kept": inner, "other": {"method": "nbguard/login"}})
        output = {"output_type": "display_data", "data": {"application/json": inner}, "metadata": {}}
        client.notify("nbguard/outputs", {"uri": uri, "cells": {cell: [output]}})
        found = await client.findings(cell, 2)
        assert {finding["code"] for finding in found} == {"ionq-api-key"}
        assert not [m for m in client.seen if m.get("method") == "window/logMessage"]


async def test_one_client_is_served_at_a_port_and_a_second_one_is_refused() -> None:
    port = free_port()
    async with started("--tcp", str(port)) as process:
        reader, writer = await connect_to(port)
        await spoken(reader, writer, {"id": 1, "method": "initialize", "params": OPENED})
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 5)
        assert "result" in await spoken(reader, writer, {"id": 2, "method": "nbguard/status"})
        assert "result" in await spoken(reader, writer, {"id": 3, "method": "shutdown"})
        writer.write(framed({"method": "exit"}))
        assert await status_of(process) == 0


async def test_a_client_at_a_port_that_is_gone_in_the_middle_of_a_message_ends_it() -> None:
    port = free_port()
    async with started("--tcp", str(port)) as process:
        _, writer = await connect_to(port)
        writer.write(b"Content-Length: 1000\r\n\r\n{")
        writer.close()
        assert await status_of(process) == 1


def framed(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0"} | message).encode()
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


async def spoken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request."""
    writer.write(framed(message))
    while True:
        length = 0
        while line := (await asyncio.wait_for(reader.readline(), 30)).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        answer: dict[str, Any] = json.loads(await reader.readexactly(length))
        if answer.get("id") == message["id"]:
            return answer
