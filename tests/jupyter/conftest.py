"""A real server with the extension in it, a token, and a repository to serve."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

# Not a plugin: its event loops are for these tests only.
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError

from tests.jupyter.contract import assert_documented
from tests.openbao_server import openbao, vault_environment  # noqa: F401


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
def ask(
    http_server_client: Any, jp_web_app: Any, jp_base_url: str, jp_auth_header: dict[str, str]
) -> Callable[..., Any]:
    """Asks a route, escaped already; a body that isn't bytes is sent as JSON. Refusals are answers like any other.

    Headers that are given as None are left out.
    """

    async def _ask(
        method: str,
        route: str,
        body: Any = None,
        params: dict[str, str] | None = None,
        headers: Any = None,
        **given: Any,
    ) -> Answer:
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is None and method in ("POST", "PUT", "PATCH"):
            body = b""
        sent = {name: value for name, value in {**jp_auth_header, **(headers or {})}.items() if value is not None}
        # A busy machine is no failing server: tornado's client waits for 20 seconds otherwise.
        given = {"connect_timeout": 120, "request_timeout": 120} | given
        url = f"{jp_base_url}nbguard/api/{route}" + (f"?{urlencode(params)}" if params else "")
        try:
            response = await http_server_client.fetch(url, method=method, body=body, headers=sent, **given)
        except HTTPClientError as error:
            assert_documented(method, route, error.code, error.response.body if error.response else b"")
            return Answer(error.code, error.response.body if error.response else b"")
        assert_documented(method, route, response.code, response.body)
        return Answer(response.code, response.body)

    return _ask
