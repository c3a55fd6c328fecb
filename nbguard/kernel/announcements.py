"""Listens for values that programs of this kernel fetch by themselves, as `$(nbguard vault get …)` does in `%%bash`."""

from __future__ import annotations

import json
import os
import socket
import threading
from typing import TYPE_CHECKING

from nbguard.vault.announcing import LARGEST, SOCKET_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds that a program has to say what it came to say.
_PATIENCE = 2.0


def listen(remember: Callable[[str, str], None]) -> None:
    """From now on, programs that this kernel starts find a socket in their environment; where there are sockets.

    The socket is in a folder of its own that nobody else can enter, and goes with the kernel.
    """
    if not hasattr(socket, "AF_UNIX") or not hasattr(os, "getuid"):
        return
    import atexit
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="nbguard-")
    kernel = os.getpid()
    # A process that was forked from the kernel ends before it.
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == kernel else None)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path = os.path.join(folder, "kernel")
        server.bind(path)
        server.listen()
    except OSError:
        server.close()
        return
    os.environ[SOCKET_VARIABLE] = path
    threading.Thread(target=_serve, args=(server, remember), name="nbguard-announcements", daemon=True).start()


def _serve(server: socket.socket, remember: Callable[[str, str], None]) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        with client:
            try:
                client.settimeout(_PATIENCE)
                said = _read(client)
                remember(*said)
                client.sendall(b"\n")
            except (OSError, ValueError, TypeError, RecursionError):
                continue


def _read(client: socket.socket) -> tuple[str, str]:
    raw = b""
    while piece := client.recv(65_536):
        raw += piece
        if len(raw) > LARGEST:
            raise ValueError("too long")
    value, reference = json.loads(raw)
    if not isinstance(value, str) or not isinstance(reference, str):
        raise TypeError("two texts are wanted")
    return value, reference
