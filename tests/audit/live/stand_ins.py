"""Servers on loopback that pose as a provider: honest ones, and those that don't look at the token they get."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import TYPE_CHECKING

from nbguard.audit.live.guarded_request import Network

if TYPE_CHECKING:
    import random
    import ssl
    from collections.abc import Callable

    from nbguard.audit.live.guarded_request import Endpoint, HttpAnswer


class StandIn:
    """Answers each connection with what ``answer`` makes of the request: bytes that are sent as they are.

    None cuts the connection; an iterable of pieces with pauses between them is sent slowly.
    """

    def __init__(
        self, answer: Callable[[bytes], bytes | None], drip: float = 0.0, context: ssl.SSLContext | None = None
    ) -> None:
        self._answer = answer
        self._drip = drip
        self.requests: list[bytes] = []
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        if context is not None:
            self._socket = context.wrap_socket(self._socket, server_side=True)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            try:
                with connection:
                    connection.settimeout(5)
                    self._one(connection)
            except OSError:
                continue

    def _one(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request and (more := connection.recv(65536)):
            request += more
        head, _, body = request.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:")), 0)
        while len(body) < length and (more := connection.recv(65536)):
            body += more
        self.requests.append(head + b"\r\n\r\n" + body)
        said = self._answer(self.requests[-1])
        if said is None:
            return
        if not self._drip:
            connection.sendall(said)
            return
        for at in range(len(said)):
            connection.sendall(said[at : at + 1])
            if self._ended.wait(self._drip):
                return


def http(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} Any", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join((*lines, "", "")).encode() + body


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


class ToStandIn(Network):
    """The way out, with loopback at its end instead of a provider."""

    def __init__(self, port: int, deadline: float = 5.0) -> None:
        super().__init__(lambda *_: ["127.0.0.1"], lambda _: True, None, deadline)
        self.port = port
        self.hosts: list[str] = []

    def send(self, target: Endpoint, *rest: object, **named: object) -> HttpAnswer:
        self.hosts.append(target.host)
        return super().send(target._replace(port=self.port, plain=True), *rest, **named)  # type: ignore[arg-type]


PORTAL = b"<html><body>Please sign in to the guest network</body></html>"
STATUSES = (200, 201, 204, 301, 302, 307, 400, 401, 403, 404, 418, 429, 500, 502, 503)


def hostile(chance: random.Random, documented: bytes) -> tuple[Callable[[bytes], bytes | None], float]:
    """A server that never looks at the token, by chance: what it answers, and its pause after each byte in seconds."""
    bodies = (documented, PORTAL, b"", b"{}", b"[]", b"null", b'{"error": "no"}', documented[: len(documented) // 2])

    def some() -> bytes | None:
        status, body = chance.choice(STATUSES), chance.choice(bodies)
        if status >= 300 and status < 400:
            return http(status, body, "Location: https://127.0.0.1/elsewhere")
        return http(status, body)

    accepts, refuses = http(200, documented), http(chance.choice((401, 403)), b'{"error": "unauthorized"}')
    fixed = some()
    count = iter(range(1_000_000))
    firsts = chance.randrange(1, 4)
    kinds: dict[str, Callable[[bytes], bytes | None]] = {
        "always the same": lambda _: fixed,
        "always accepts": lambda _: accepts,
        "always refuses": lambda _: refuses,
        "by turns, refuses first": lambda _: accepts if next(count) % 2 else refuses,
        "by turns, accepts first": lambda _: refuses if next(count) % 2 else accepts,
        "refuses some, then accepts": lambda _: refuses if next(count) < firsts else accepts,
        "accepts some, then refuses": lambda _: accepts if next(count) < firsts else refuses,
        "anything": lambda _: some(),
        "cuts": lambda _: None,
        "half an answer": lambda _: http(200, documented, length=len(documented) + 20),
        "half the head": lambda _: accepts[: chance.randrange(1, 30)],
        "captive portal": lambda _: http(200, PORTAL, "Content-Type: text/html"),
        "redirect": lambda _: http(302, documented, "Location: https://example.com/"),
        "refuses, then half": lambda _: http(200, documented[:-2]) if next(count) else refuses,
        "no HTTP": lambda _: chance.randbytes(60),
        "endless": lambda _: http(200, b"[" * 600_000, length=10**9),
    }
    kind = chance.choice(list(kinds))
    return kinds[kind], 0.05 if chance.random() < 0.02 else 0.0
