"""Stands between a client and a real server, and breaks requests by a plan."""

import http.client
import random
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAULTS = (
    "cut before", "cut during", "cut after", "half answer", "error after", "429", "500", "502", "sealed",
    "slow", "no JSON",
)  # fmt: skip


class FaultyProxy:
    """Forwards to ``port``; each request meets a fault with ``probability``. ``down_after`` requests it goes silent."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.calm()
        proxy = self

        class Handler(_Handler):
            owner = proxy

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass  # cut connections are the point

        self._server = Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def calm(self) -> None:
        """Everything is passed on."""
        self.plan(0, 0.0, None)

    def plan(self, seed: int, probability: float, down_after: int | None) -> None:
        """What happens from now on; the same seed gives the same faults."""
        self._random, self._probability, self._left = random.Random(seed), probability, down_after
        self.seen: list[str] = []

    def draw(self) -> str:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self.seen.append("down")
                return "cut before"
        fault = self._random.choice(FAULTS) if self._random.random() < self._probability else ""
        self.seen.append(fault or "fine")
        return fault

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: FaultyProxy

    def _handle(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.owner.draw()
        if fault == "cut before":
            self._cut()
        elif fault == "cut during":
            self._send_half_a_request(body)
        elif fault == "no JSON":
            self._answer(200, b"<html>a proxy's page</html>")
        elif fault == "sealed":
            self._answer(503, b'{"errors":["Vault is sealed"]}')
        elif fault.isdigit():
            self._answer(int(fault), b'{"errors":["in trouble"]}')
        else:
            self._forward_and_answer(fault, body)

    do_GET = do_POST = do_PUT = do_DELETE = do_LIST = _handle

    def _forward_and_answer(self, fault: str, body: bytes) -> None:
        if fault == "slow":
            time.sleep(0.03)
        status, answer = self._forward(body)
        if fault == "cut after":
            self._cut()
        elif fault == "error after":
            self._answer(500, b'{"errors":["in trouble"]}')
        elif fault == "half answer":
            self._answer(status, answer[: len(answer) // 2], len(answer))
            self._cut()
        else:
            self._answer(status, answer)

    def _forward(self, body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.owner.target, timeout=10)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection", "accept-encoding")}
        try:
            connection.request(self.command, self.path, body or None, kept)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except OSError:
            return 502, b'{"errors":["no server"]}'
        finally:
            connection.close()

    def _send_half_a_request(self, body: bytes) -> None:
        head = f"{self.command} {self.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        head += "".join(f"{k}: {v}\r\n" for k, v in self.headers.items() if k.lower().startswith("x-vault"))
        with socket.create_connection(("127.0.0.1", self.owner.target), timeout=5) as link:
            link.sendall((head + "\r\n").encode()[: None if body else -10] + body[: len(body) // 2])
        self._cut()

    def _answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def _cut(self) -> None:
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        pass
