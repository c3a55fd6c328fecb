"""Notebooks with planted values, sent to a real server on every way; what comes of it, on disk and in events."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from nbguard.editing.events.emitting import schema_id
from tests import notebook_builder as nb
from tests.command_line import assert_no_secret
from tests.fake_tokens import FakeTokens
from tests.jupyter.conftest import Answer

IONQ = FakeTokens(seed=90210).ionq()
IMPORT = "from qiskit_ionq import IonQProvider\n"
OUTPUT = "measured 0.731 0.269\n"


def with_token(token: str = IONQ) -> dict[str, Any]:
    return nb.notebook(nb.code(IMPORT), nb.code(f'provider = IonQProvider("{token}")\nprint(1)'))


def with_output(text: str = OUTPUT) -> dict[str, Any]:
    return nb.notebook(nb.code("1 + 1", nb.stream(text)))


def with_both() -> dict[str, Any]:
    notebook = with_token()
    notebook["cells"][0]["outputs"] = [nb.stream(OUTPUT)]
    return notebook


def clean() -> dict[str, Any]:
    return nb.notebook(nb.code("1 + 1", count=None))


class Server:
    """A real server's contents, as the front end changes them. Everything it says is searched for planted values."""

    def __init__(self, fetch: Callable[..., Any], root: Path, app: Any) -> None:
        self._fetch = fetch
        self.root = root
        self.app = app
        self.events: list[dict[str, Any]] = []
        for name in ("save", "finding"):
            app.event_logger.add_listener(schema_id=schema_id(name), listener=self._listen)

    async def _listen(self, logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        self.events.append({"schema": schema_id, **data})

    def policy(self, text: str) -> None:
        (self.root / "nbguard.toml").write_text(text)

    @property
    def saves(self) -> list[dict[str, Any]]:
        return [event for event in self.events if event["schema"] == schema_id("save")]

    @property
    def actions(self) -> list[str]:
        return [event["action"] for event in self.saves]

    async def ask(self, method: str, *place: str, body: Any = None, **given: Any) -> Answer:
        data = None if body is None else json.dumps(body)
        if method in ("POST", "PUT", "PATCH") and data is None:
            data = ""
        try:
            response = await self._fetch("api", "contents", *place, method=method, body=data, **given)
        except HTTPClientError as error:
            said = error.response.body if error.response else b""
            assert_no_secret(said.decode())
            return Answer(error.code, said)
        return Answer(response.code, response.body)

    async def save(self, path: str, content: dict[str, Any]) -> Answer:
        return await self.ask("PUT", *path.split("/"), body={"type": "notebook", "format": "json", "content": content})

    async def upload(self, path: str, raw: bytes, form: str = "text", **given: Any) -> Answer:
        content = raw.decode() if form == "text" else base64.encodebytes(raw).decode()
        return await self.ask(
            "PUT", *path.split("/"), body={"type": "file", "format": form, "content": content, **given}
        )

    async def rename(self, old: str, new: str) -> Answer:
        return await self.ask("PATCH", *old.split("/"), body={"path": new})

    async def copy(self, old: str, to: str = "") -> Answer:
        return await self.ask("POST", *to.split("/"), body={"copy_from": old})

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def has(self, path: str) -> bool:
        return (self.root / path).exists()

    def put(self, path: str, content: dict[str, Any] | bytes) -> Path:
        """Puts a file there past the server, as git or a kernel would."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else nb.as_bytes(content))
        return file


@pytest.fixture
def server(
    jp_fetch: Callable[..., Any], jp_root_dir: Path, jp_serverapp: Any, caplog: pytest.LogCaptureFixture
) -> Iterator[Server]:
    yield (running := Server(jp_fetch, jp_root_dir, jp_serverapp))
    assert_no_secret(caplog.text)
    assert_no_secret(json.dumps(running.events))


def outputs_on_disk(raw: bytes) -> list[Any]:
    return [output for cell in json.loads(raw)["cells"] for output in cell.get("outputs", [])]
