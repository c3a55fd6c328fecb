"""One request to one host: TLS, an address that was checked, a deadline for all of it, a bounded answer, no redirect.

Proxies that the environment names aren't used: a value goes to the host that the catalogue names, and to nobody else.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from nbguard.audit.live.public_addresses import NoAnswerError, check_public, resolve
from nbguard.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbguard.audit.live.public_addresses import Address

DEADLINE = 10.0  # seconds, for everything from the name to the last byte
_LARGEST = 262_144


class Endpoint(NamedTuple):
    """Where a request goes. ``plain``: without TLS, which only the operator's own Vault may be."""

    host: str
    port: int = 443
    plain: bool = False


class HttpAnswer(NamedTuple):
    """What came back."""

    status: int
    body: bytes

    def __repr__(self) -> str:
        """Shows no body: a server may say the value back."""
        return f"HttpAnswer({self.status}, {len(self.body)} bytes)"


class Network:
    """The way out. What it is made of stands here so that tests, and nobody else, can put stand-ins in."""

    def __init__(
        self,
        find: Callable[[str, int, float], list[str]] = resolve,
        is_fine: Callable[[Address], bool] | None = None,
        context: ssl.SSLContext | None = None,
        deadline: float = DEADLINE,
    ) -> None:
        self._find = find
        self._is_fine = is_fine
        self._context = context
        self.deadline = deadline

    def send(
        self, target: Endpoint, method: str, path: str, headers: Mapping[str, str], body: bytes, is_own: bool = False
    ) -> HttpAnswer:
        """Sends a request and reads the answer. ``is_own``: the operator names the host, which may be private.

        Raises NoAnswerError for whatever goes wrong on the way, and for redirects.
        """
        end = time.monotonic() + self.deadline
        addresses = self._find(target.host, target.port, self.deadline)
        address = addresses[0] if is_own else check_public(target.host, addresses, self._is_fine)
        try:
            # Nobody is called for a request that can't be written.
            request = _written(target, method, path, headers, body)
            with _connect(address, target, self._context, end) as connection:
                connection.sendall(request)
                answer = _read(connection, method, end)
        except ssl.SSLError:
            raise NoAnswerError(f"{target.host}: no trusted TLS connection") from None
        except TimeoutError:
            raise NoAnswerError(f"{target.host}: no answer within {self.deadline:g} seconds") from None
        except (OSError, ValueError, http.client.HTTPException):
            # What these say may quote the request, or the server.
            raise NoAnswerError(f"{target.host}: no whole answer") from None
        if 300 <= answer.status < 400:
            raise NoAnswerError(f"{target.host} sends us elsewhere; nothing was sent there")
        return answer


def _connect(address: str, target: Endpoint, context: ssl.SSLContext | None, end: float) -> socket.socket:
    connection = socket.create_connection((address, target.port), timeout=_left(end))
    if target.plain:
        return connection
    try:
        connection.settimeout(_left(end))
        return (context or ssl.create_default_context()).wrap_socket(connection, server_hostname=target.host)
    except BaseException:
        connection.close()
        raise


def _written(target: Endpoint, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The request as bytes. Raises ValueError for a sign that would begin another header."""
    host = target.host if target.port == 443 else f"{target.host}:{target.port}"
    given = {
        "Host": host,
        "User-Agent": f"nbguard/{__version__}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    if body or method in ("POST", "PUT"):
        given["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    if any(sign < " " or sign > "~" for line in lines for sign in line):
        raise ValueError("no header")
    return "\r\n".join((*lines, "", "")).encode("ascii") + body


def _read(connection: socket.socket, method: str, end: float) -> HttpAnswer:
    response = http.client.HTTPResponse(_Reader(connection, end), method=method)  # type: ignore[arg-type]
    response.begin()
    body = response.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise ValueError("too long")
    if response.length:
        raise ValueError("broke off")
    return HttpAnswer(response.status, body)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Reader(io.RawIOBase):
    """Reads a connection until the deadline, however slowly the bytes come."""

    def __init__(self, connection: socket.socket, end: float) -> None:
        self._connection = connection
        self._end = end
        self._count = 0

    def makefile(self, *_: Any) -> io.BufferedReader:
        """What http.client reads from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._end))
        count = self._connection.recv_into(buffer)
        self._count += count
        if self._count > 2 * _LARGEST:
            raise ValueError("too long")
        return count
