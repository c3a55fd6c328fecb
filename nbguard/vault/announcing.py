"""Tells the kernel that started a program about a value before the program prints it, so that the kernel masks it."""

from __future__ import annotations

import json
import os
import stat
import sys

# Where the kernel listens: a socket that only its user can reach.
SOCKET_VARIABLE = "NBGUARD_KERNEL_SOCKET"
# Seconds that a kernel has to answer.
_PATIENCE = 2.0
LARGEST = 1_000_000


def announce(value: str, reference: str) -> None:
    """Tells the kernel, where there is one, and waits until it knows the value. An error is ignored."""
    path = os.environ.get(SOCKET_VARIABLE, "")
    if not path or sys.platform == "win32":
        return
    import socket

    try:
        if not _is_ours(path):
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(_PATIENCE)
            client.connect(path)
            client.sendall(json.dumps([value, reference]).encode())
            client.shutdown(socket.SHUT_WR)
            client.recv(1)
    except (OSError, ValueError):
        return


def _is_ours(path: str) -> bool:
    """Whether a socket is this user's, in a folder of this user's that nobody else can put another one into.

    The kernel may have ended since: then its name in the folder for temporary files is anybody's to take.
    """
    folder, known = os.lstat(os.path.dirname(path)), os.lstat(path)
    if sys.platform == "win32":
        return False
    user = os.getuid()
    closed = stat.S_ISDIR(folder.st_mode) and folder.st_uid == user and not folder.st_mode & 0o077
    return closed and stat.S_ISSOCK(known.st_mode) and known.st_uid == user
