"""Messages of one client, over standard input and output or a socket, until it says goodbye or is gone."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from nbguard.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbguard.lsp.language_server import EditorSession

# The one header that counts. What is none is left out up to the next line that ends so: a wrong length, or what
# somebody else writes in between, costs what it lies beside and no more.
_LENGTH = re.compile(rb"content-length:[ \t]*0*([0-9]{1,18})[ \t]*\r?\n\Z", re.IGNORECASE)
_LONGEST_LINE = 1 << 16
# Bytes of one message; a notebook comes as one, and by default no more than 64 MB of it are looked at.
_LARGEST = 1 << 28
_POLL = 1.0
_UNKNOWN = UnreadableError("something went wrong")


class Outlet:
    """Where messages for the client go. A client that is gone is told no more, and nobody is told of that."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.gone = False

    def write(self, data: bytes) -> None:
        """Sends one message."""
        if self.gone:
            return
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError):
            self.gone = True

    def close(self) -> None:
        """Leaves the stream to whoever opened it."""


def serve_streams(server: EditorSession, incoming: BinaryIO, outgoing: BinaryIO) -> int:
    """Serves the client at two streams; the status that the protocol asks for: 0 where it said `shutdown`, else 1."""
    return asyncio.run(_serve(server, incoming, Outlet(outgoing)))


def serve_port(server: EditorSession, port: int) -> int:
    """Serves the first client that comes to a port of 127.0.0.1; those that come later are refused.

    Raises OSError or OverflowError where nothing can listen there.
    """
    with socket.create_server(("127.0.0.1", port)) as listener:
        connection = _first_client(listener)
    with connection:
        return serve_streams(server, connection.makefile("rb"), connection.makefile("wb"))


def next_body(stream: BinaryIO) -> bytes | None:
    """The next message's content; None where there are no more.

    Raises UnreadableError for one that is too long. It is left out, as all is that stands between two messages.
    """
    length = None
    try:
        while line := stream.readline(_LONGEST_LINE):
            told = _LENGTH.search(line)
            if told is not None:
                length = int(told[1])
                if length > _LARGEST:
                    raise UnreadableError(f"a message of {length} bytes is left out; {_LARGEST} are read at most")
            elif length and not line.strip():
                body = stream.read(length)
                return body if len(body) == length else None
    except OSError:
        pass
    return None


def read_message(body: bytes) -> dict[str, Any]:
    """A message's content as it was written. Raises UnreadableError, which holds nothing of it."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or not _is_message(data):
        raise UnreadableError("a message that isn't JSON-RPC 2.0 is left out")
    return data


def _is_message(data: dict[str, Any]) -> bool:
    """Whether it is a request, a notification or an answer, whatever it says."""
    number, method = data.get("id"), data.get("method")
    if data.get("jsonrpc") != "2.0" or (
        "id" in data and (isinstance(number, bool) or not isinstance(number, (int, str)))
    ):
        return False
    return isinstance(method, str) if "method" in data else "id" in data and ("result" in data or "error" in data)


async def _serve(server: EditorSession, incoming: BinaryIO, outlet: Outlet) -> int:
    loop, protocol = asyncio.get_running_loop(), server.protocol
    protocol.set_writer(outlet)
    loop.set_exception_handler(lambda _, told: server.report_server_error(told.get("exception") or _UNKNOWN, None))
    bodies: asyncio.Queue[bytes | UnreadableError | int | None] = asyncio.Queue()
    _take_signals(loop, bodies.put_nowait)
    wanted = threading.Semaphore()
    # Whoever wants this process to end needn't wait for a client that says nothing.
    reading = (incoming, wanted, lambda body: loop.call_soon_threadsafe(bodies.put_nowait, body))
    threading.Thread(target=_read, args=reading, daemon=True).start()
    while isinstance(body := await bodies.get(), (bytes, UnreadableError)) and not outlet.gone:
        wanted.release()
        try:
            if isinstance(body, UnreadableError):
                raise body
            data = read_message(body)
            if data.get("method") == "exit":
                break
            protocol.handle_message(protocol.structure_message(data))
        except Exception as error:  # noqa: BLE001 - a message that goes wrong ends nothing
            server.report_server_error(error, None)
    ended = server.was_shut_down
    await server.leave()
    server.shutdown()
    return 128 + body if isinstance(body, int) else 0 if ended else 1


def _take_signals(loop: asyncio.AbstractEventLoop, take: Callable[[int], object]) -> None:
    """Has a request to end this process come as the client's end does: between two messages."""
    if sys.platform != "win32":  # where nothing but the client's end comes
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Whoever has it ignored (nohup) means it.
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, take, int(number))


def _read(
    stream: BinaryIO, wanted: threading.Semaphore, take: Callable[[bytes | UnreadableError | None], object]
) -> None:
    """Reads all messages of a client, each when it is wanted."""
    body: bytes | UnreadableError | None = b""
    with suppress(RuntimeError):  # the loop has ended
        while body is not None and wanted.acquire():
            try:
                body = next_body(stream)
            except UnreadableError as error:
                body = error
            take(body)


def _first_client(listener: socket.socket) -> socket.socket:
    # On Windows nothing interrupts a wait without an end.
    listener.settimeout(_POLL)
    while True:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        connection.settimeout(None)
        return connection
