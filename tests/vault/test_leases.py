"""Credentials that Vault makes on demand are kept for their lease, renewed while they may be, and then made anew.

The engine is OpenBao's own for RabbitMQ; the test plays RabbitMQ's one call, "make this user".
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from nbguard.vault.lookup import secret
from tests.openbao_server import OpenBao


class _Broker(BaseHTTPRequestHandler):
    def _done(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({}).encode()
        self.send_response(200 if self.command == "GET" else 204)
        self.send_header("Content-Length", str(len(body) if self.command == "GET" else 0))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_GET = do_PUT = do_DELETE = do_POST = _done

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def engine(vault_environment: OpenBao) -> Iterator[str]:
    broker = HTTPServer(("127.0.0.1", 0), _Broker)
    threading.Thread(target=broker.serve_forever, daemon=True).start()
    root = vault_environment.root()
    root.sys.enable_secrets_engine("rabbitmq", path="broker")
    connection = {"connection_uri": f"http://127.0.0.1:{broker.server_port}", "username": "a", "password": "b"}
    root.write_data("broker/config/connection", data={**connection, "verify_connection": False})
    root.write_data("broker/roles/jobs", data={"vhosts": '{"/": {"write": ".*", "read": ".*"}}'})
    yield "broker:creds/jobs"
    root.sys.disable_secrets_engine("broker")
    broker.shutdown()
    broker.server_close()


def wait_until(happened: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.1)


def set_lease(server: OpenBao, seconds: int, longest: int) -> None:
    server.root().write_data("broker/config/lease", data={"ttl": seconds, "max_ttl": longest})


def test_user_and_password_come_from_one_lease(vault_environment: OpenBao, engine: str) -> None:
    set_lease(vault_environment, 60, 120)
    user, password = secret(f"{engine}#username"), secret(f"{engine}#password")
    assert user != password
    assert secret(f"{engine}#username") == user


@pytest.mark.slow
def test_a_lease_is_renewed_while_it_may_be(vault_environment: OpenBao, engine: str) -> None:
    set_lease(vault_environment, 8, 60)
    user = secret(f"{engine}#username")
    (lease,) = vault_environment.root().sys.list_leases("broker/creds/jobs")["data"]["keys"]
    wait_until(lambda: vault_environment.root().sys.read_lease(f"broker/creds/jobs/{lease}")["data"]["last_renewal"])
    assert secret(f"{engine}#username") == user


@pytest.mark.slow
def test_after_its_longest_life_a_new_one_is_made(vault_environment: OpenBao, engine: str) -> None:
    set_lease(vault_environment, 2, 2)
    user = secret(f"{engine}#username")
    wait_until(lambda: secret(f"{engine}#username") != user)
