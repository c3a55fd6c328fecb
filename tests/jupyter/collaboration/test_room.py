"""Saves of a real jupyter-collaboration room: they come past the guard, and the event is their only sign."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_ydoc import YNotebook
from pycrdt import YMessageType, create_sync_message, create_update_message, handle_sync_message
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from nbguard.jupyter.collaboration.document_store import read_texts
from tests import notebook_builder as nb
from tests.jupyter.guard.conftest import IMPORT, IONQ, Server, clean, outputs_on_disk, server  # noqa: F401

pytestmark = pytest.mark.slow


@pytest.fixture
def jp_server_config(jp_root_dir: Path, tmp_path: Path) -> dict[str, Any]:
    (jp_root_dir / ".git").mkdir()
    extensions = {"nbguard": True, "jupyter_server_ydoc": True, "jupyter_server_fileid": True}
    return {
        "ServerApp": {"jpserver_extensions": extensions, "allow_unauthenticated_access": False},
        "YDocExtension": {"document_save_delay": 0.1, "document_cleanup_delay": None},
        "SQLiteYStore": {"db_path": str(tmp_path / ".jupyter_ystore.db")},
        "BaseFileIdManager": {"root_dir": str(jp_root_dir), "db_path": str(tmp_path / "file_ids.db")},
        "LocalFileIdManager": {"root_dir": str(jp_root_dir), "db_path": str(tmp_path / "file_ids.db")},
    }


class Client:
    """A person in the room of ``a.ipynb``: what they do arrives at the server as updates."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self.notebook = YNotebook()
        self._ready = asyncio.Event()
        self._outgoing: set[Any] = set()
        self.notebook.ydoc.observe(self._send)
        self._reader = asyncio.create_task(self._read())

    async def join(self) -> None:
        await self._socket.write_message(create_sync_message(self.notebook.ydoc), binary=True)
        await asyncio.wait_for(self._ready.wait(), 20)

    def _send(self, event: Any) -> None:
        if self._ready.is_set():
            sent = self._socket.write_message(create_update_message(event.update), binary=True)
            task = asyncio.ensure_future(sent)
            self._outgoing.add(task)
            task.add_done_callback(self._outgoing.discard)

    async def _read(self) -> None:
        while (message := await self._socket.read_message()) is not None:
            if isinstance(message, bytes) and message[0] == YMessageType.SYNC:
                reply = handle_sync_message(message[1:], self.notebook.ydoc)
                if reply is not None:
                    await self._socket.write_message(reply, binary=True)
                if self.notebook.cell_number:
                    self._ready.set()

    def type(self, text: str) -> None:
        source = self.notebook.ycells[0]["source"]
        source.insert(len(str(source).encode()), text)

    async def leave(self) -> None:
        self._reader.cancel()
        self._socket.close()


@pytest.fixture
def join(
    server: Server,  # noqa: F811
    jp_fetch: Callable[..., Any],
    jp_base_url: str,
    jp_http_port: int,
    jp_auth_header: dict[str, str],
) -> Callable[[], Any]:
    """Enters the room of a clean notebook."""

    @asynccontextmanager
    async def _join() -> AsyncIterator[Client]:
        server.put("a.ipynb", clean())
        place = ("api", "collaboration")
        body = json.dumps({"format": "json", "type": "notebook"})
        session = json.loads((await jp_fetch(*place, "session", "a.ipynb", method="PUT", body=body)).body)
        room = f"api/collaboration/room/json:notebook:{session['fileId']}?sessionId={session['sessionId']}"
        url = f"ws://localhost:{jp_http_port}{jp_base_url}{room}"
        socket = await websocket_connect(HTTPRequest(url, headers=jp_auth_header))
        client = Client(socket)
        await client.join()
        yield client
        await client.leave()

    return _join


async def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Waits for something that comes about by itself."""
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it didn't come about in time")


async def test_a_refused_save_leaves_the_disk_clean_and_is_told_once(
    server: Server,  # noqa: F811
    join: Callable[[], Any],
    ask: Callable[..., Any],
) -> None:
    async with join() as client:
        server.policy('[jupyter]\nsave = "block"\n')
        before = server.read("a.ipynb")
        client.type("\n" + IMPORT + f'IonQProvider("{IONQ}")')
        await until(lambda: server.actions == ["blocked"])
        for _ in range(3):
            client.type("\n")
            await asyncio.sleep(0.3)
        assert server.actions == ["blocked"]
        assert server.read("a.ipynb") == before
        # Whoever comes now is told, too.
        status = await ask("GET", "status", params={"path": "a.ipynb"})
        assert status.json["refused"]["findings"] == 1
        # When the token is gone the room saves by itself.
        del client.notebook.ycells[0]["source"][5:]
        client.type("\nx = 2")
        await until(lambda: b"x = 2" in server.read("a.ipynb"))
        assert IONQ.encode() not in server.read("a.ipynb")
        await until(lambda: server.actions == ["blocked", "over"])
        status = await ask("GET", "status", params={"path": "a.ipynb"})
        assert status.json["refused"] is None


async def test_stripping_leaves_the_outputs_in_the_room(server: Server, join: Callable[[], Any]) -> None:  # noqa: F811
    async with join() as client:
        server.policy('[jupyter]\nsave = "strip"\n')
        client.notebook.ycells[0]["outputs"].extend(client.notebook._create_youtputs([nb.stream("shown")]))
        client.type("\nx = 2")
        await until(lambda: b"x = 2" in server.read("a.ipynb"))
        assert outputs_on_disk(server.read("a.ipynb")) == []
        await asyncio.sleep(1.5)  # long enough for the room to take the file's text over, if it did
        assert client.notebook.ycells[0]["outputs"].to_py()[0]["text"] == "shown"
        assert server.actions == ["stripped"]


@pytest.mark.parametrize(("mode", "told"), [("off", []), ("warn", ["warned"])])
async def test_a_save_that_is_let_through_is_on_disk(
    server: Server,  # noqa: F811
    join: Callable[[], Any],
    mode: str,
    told: list[str],
) -> None:
    async with join() as client:
        server.policy(f'[jupyter]\nsave = "{mode}"\n')
        client.type("\n" + IMPORT + f'IonQProvider("{IONQ}")')
        await until(lambda: IONQ.encode() in server.read("a.ipynb"))
        assert server.actions == told


async def test_the_store_of_a_real_room_is_read(server: Server, join: Callable[[], Any], tmp_path: Path) -> None:  # noqa: F811
    async with join() as client:
        server.policy('[jupyter]\nsave = "block"\n')
        for character in f'IonQProvider("{IONQ}")':
            client.type(character)
        await until(lambda: any(IONQ in text for text in read_texts(str(tmp_path / ".jupyter_ystore.db")).texts))
