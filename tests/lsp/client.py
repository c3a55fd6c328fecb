"""An editor's side of the protocol, as bytes: it shows what really comes over the wire."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

from tests.command_line import assert_no_secret

PATIENCE = 30.0
# What editors of today can do.
USUAL = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
    },
}


async def connect_to(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to a server that is just starting. Raises OSError where none comes up."""
    for _ in range(600):
        with contextlib.suppress(OSError):
            return await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.1)
    raise ConnectionRefusedError(f"nothing listens on port {port}")


class Client:
    """Talks to one server. ``told`` are the findings it was last told of each text."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._number = 0
        self.said_shutdown = False
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self.told: dict[str, list[dict[str, Any]]] = {}
        self.seen: list[dict[str, Any]] = []
        self.applied: list[dict[str, Any]] = []
        self.choice: str | None = None
        self.takes_edits: bool | None = True
        self.answers_edits = True
        self.edit_answer: Any = {}
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def last_number(self) -> int:
        """The number of the request that was asked last."""
        return self._number

    async def request(self, method: str, params: Any = None) -> Any:
        message = await asyncio.wait_for(self.ask(method, params), PATIENCE)
        assert "error" not in message, message
        return message["result"]

    async def refused(self, method: str, params: Any = None) -> str:
        message = await asyncio.wait_for(self.ask(method, params), PATIENCE)
        text: str = message["error"]["message"]
        return text

    def ask(self, method: str, params: Any = None) -> asyncio.Future[Any]:
        self._number += 1
        self.said_shutdown |= method == "shutdown"
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        self._send({"id": self._number, "method": method, "params": params})
        return answer

    def notify(self, method: str, params: Any = None) -> None:
        self._send({"method": method, "params": params})

    def send_raw(self, raw: bytes) -> None:
        self.process.stdin.write(raw)

    async def open(self, uri: str, text: str, language: str = "python") -> list[dict[str, Any]]:
        """Opens a text and waits for its findings."""
        self.told.pop(uri, None)
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return await self.findings(uri)

    def open_notebook(self, uri: str, *cells: str | dict[str, Any], metadata: Any = None) -> list[str]:
        """Opens a notebook; the URIs of its cells."""
        named = [f"vscode-notebook-cell:{uri}#{number}" for number in range(len(cells))]
        full = [cell if isinstance(cell, dict) else {"text": cell} for cell in cells]
        self.notify(
            "notebookDocument/didOpen",
            {
                "notebookDocument": {
                    "uri": uri, "notebookType": "jupyter-notebook", "version": 1, "metadata": metadata or {},
                    "cells": [
                        {"kind": cell.get("kind", 2), "document": name, "metadata": cell.get("metadata", {})}
                        for name, cell in zip(named, full, strict=True)
                    ],
                },
                "cellTextDocuments": [
                    {"uri": name, "languageId": cell.get("language", "python"), "version": 1, "text": cell["text"]}
                    for name, cell in zip(named, full, strict=True)
                ],
            },
        )  # fmt: skip
        return named

    async def findings(self, uri: str, at_least: int = 1) -> list[dict[str, Any]]:
        """The findings of a text, once there are so many."""
        await self.until(lambda: len(self.told.get(uri, [])) >= at_least)
        return self.told[uri]

    async def until(self, holds: Any) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(holds), PATIENCE)

    async def actions(self, uri: str, finding: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The quick fixes for a finding, by title."""
        params = {"textDocument": {"uri": uri}, "range": finding["range"], "context": {"diagnostics": []}}
        return {action["title"]: action for action in await self.request("textDocument/codeAction", params)}

    async def close(self) -> int:
        if not self.said_shutdown:
            await self.request("shutdown")
        self.notify("exit")
        status = await asyncio.wait_for(self.process.wait(), PATIENCE)
        self._reader.cancel()
        assert_no_secret((await self.process.stderr.read()).decode())
        return status

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.send_raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _read(self) -> None:
        while True:
            length = 0
            while (line := (await self.process.stdout.readline()).strip()) or not length:
                if not line:
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(await self.process.stdout.readexactly(length))
            self.seen.append(message)
            self._take(message)
            async with self._news:
                self._news.notify_all()

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            answer = self._answers.pop(message["id"])
            if not answer.done():
                answer.set_result(message)
        elif method == "textDocument/publishDiagnostics":
            self.told[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif method == "workspace/applyEdit":
            self.applied.append(message["params"]["edit"])
            if not self.answers_edits:
                return
            failed = {"error": {"code": -32603, "message": "no"}}
            taken = {"result": self.edit_answer if self.edit_answer != {} else {"applied": self.takes_edits}}
            self._send({"id": message["id"]} | (failed if self.takes_edits is None else taken))
        elif method == "window/showMessageRequest":
            self._send({"id": message["id"], "result": {"title": self.choice} if self.choice else None})
        elif "id" in message:
            self._send({"id": message["id"], "result": None})


@contextlib.asynccontextmanager
async def connected(
    root: str,
    options: Any = None,
    capabilities: Any = None,
    env: dict[str, str] | None = None,
    program: tuple[str, ...] = ("-m", "nbguard", "lsp"),
) -> AsyncIterator[Client]:
    """A client of a server that has just been started."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *program, stdin=-1, stdout=-1, stderr=-1, limit=1 << 26,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **(env or {})},
    )  # fmt: skip
    client = Client(process)
    try:
        await client.request(
            "initialize",
            {
                "processId": None, "rootUri": f"file://{root}",
                "capabilities": USUAL if capabilities is None else capabilities,
                "initializationOptions": options,
            },
        )  # fmt: skip
        client.notify("initialized", {})
        yield client
        if process.returncode is None and not process.stdin.is_closing():
            assert await client.close() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def text_in(text: str, where: dict[str, Any]) -> str:
    """The text in a range: lines from 0, characters in UTF-16 units."""
    start, end = (offset(text, where[side]) for side in ("start", "end"))
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def offset(text: str, position: dict[str, int]) -> int:
    """The UTF-16 units before a position."""
    lines = text.replace("\r\n", "\r\x00").replace("\r", "\n").split("\n")
    return sum(len(line.encode("utf-16-le")) // 2 + 1 for line in lines[: position["line"]]) + position["character"]


def edited(texts: dict[str, str], edit: dict[str, Any]) -> dict[str, str]:
    """The texts with an edit of the workspace made."""
    made = dict(texts)
    changed = edit.get("changes") or {
        document["textDocument"]["uri"]: document["edits"] for document in edit["documentChanges"]
    }
    for uri, edits in changed.items():
        units = made[uri].encode("utf-16-le")
        places = [(offset(made[uri], e["range"]["start"]), offset(made[uri], e["range"]["end"]), e["newText"])
                  for e in edits]  # fmt: skip
        for start, end, text in sorted(places, reverse=True):
            units = units[: 2 * start] + text.encode("utf-16-le") + units[2 * end :]
        made[uri] = units.decode("utf-16-le")
    return made
