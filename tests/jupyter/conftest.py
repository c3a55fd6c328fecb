"""A real server with the extension in it, a token, and a repository to serve."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from tests.openbao_server import openbao, vault_environment  # noqa: F401

pytest_plugins = ["pytest_jupyter.jupyter_server"]


class Answer:
    """What the server said."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status, self.body = status, body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def jp_server_config(jp_root_dir: Path) -> dict[str, Any]:
    (jp_root_dir / ".git").mkdir()
    return {"ServerApp": {"jpserver_extensions": {"nbguard": True}, "allow_unauthenticated_access": False}}


@pytest.fixture(autouse=True)
def _no_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("VAULT_", "NBGUARD_", "BAO_")):
            monkeypatch.delenv(name)


@pytest.fixture
def ask(jp_fetch: Callable[..., Any]) -> Callable[..., Any]:
    """Asks a route; a body that isn't bytes is sent as JSON. Refusals are answers like any other."""

    async def _ask(method: str, route: str, body: Any = None, **given: Any) -> Answer:
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        try:
            response = await jp_fetch("nbguard", "api", *route.split("/"), method=method, body=body, **given)
        except HTTPClientError as error:
            return Answer(error.code, error.response.body if error.response else b"")
        return Answer(response.code, response.body)

    return _ask
