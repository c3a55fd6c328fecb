"""A redirect never takes the token, or a value, to another server. Two real servers, one of which must stay silent."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nbguard.vault.client import Vault
from nbguard.vault.vault_errors import RefusedError, VaultError

TOKEN = "hvs-of-a-test"


class Recorder(ThreadingHTTPServer):
    """Answers every request with ``answer`` (status and headers), and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.location = ""
        self.status = 307
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Recorder

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        again = self.server.location and not self.path.startswith("/moved")
        self.send_response(self.server.status if again else 404)
        if again:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_LIST = _answer

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def servers() -> Iterator[tuple[Recorder, Recorder]]:
    vault, other = Recorder(), Recorder()
    yield vault, other
    for server in (vault, other):
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_origin_is_refused_and_nothing_is_sent_there(
    servers: tuple[Recorder, Recorder], status: int
) -> None:
    vault, other = servers
    vault.location, vault.status = f"{other.address}/v1/secret/data/x", status
    client = Vault({"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN}, attempts=1)
    with pytest.raises(RefusedError, match="another server") as caught:
        client.peek("secret", "x")
    assert TOKEN not in str(caught.value)
    assert vault.seen
    assert not other.seen


def test_a_value_that_is_written_goes_nowhere_else(servers: tuple[Recorder, Recorder]) -> None:
    vault, other = servers
    client = Vault({"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN}, attempts=1)
    client._engines["secret"] = 2
    vault.location = f"{other.address}/"
    with pytest.raises(VaultError):
        client.write("secret", "x", {"k": "a-value-to-keep"}, 0)
    assert not other.seen


def test_a_redirect_on_the_same_server_is_followed(servers: tuple[Recorder, Recorder]) -> None:
    vault, _ = servers
    vault.location = "/moved"
    client = Vault({"VAULT_ADDR": vault.address, "VAULT_TOKEN": TOKEN}, attempts=1)
    with pytest.raises(VaultError):
        client.engine("secret", "x")
    assert [path for _, path, _, _ in vault.seen if path == "/moved"]
    assert all(headers.get("X-Vault-Token") == TOKEN for _, _, headers, _ in vault.seen)
