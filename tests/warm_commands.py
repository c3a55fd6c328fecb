"""Commands of nbguard in processes of their own that needn't start Python and load everything once more.

A server (``python -m tests.warm_commands``) loads what most commands load and forks itself for each command. The child
gets the folder, the variables and the streams that it was asked to have, goes the way of ``python -m nbguard`` from its
first line, and ends as such a process does. Each child begins with what the server had: nothing that a command did is
there for the next.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 120
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# Python and the C library read these when they start. The last is there while the lines that run are counted.
_READ_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "TZ", "COVERAGE_")
# What commands load by themselves. Not the engine for large files: whether it is worth loading is a command's choice.
_LOADED = ("hvac", "nbguard.report.finding_block", "nbguard.scan.scan_paths", "nbguard.vault.transaction")
_CELL = b'from qiskit_ionq import IonQProvider\nIonQProvider("hT5xKq82LmZp" "W0aVbN3yRd7cJf4gSe91")\n'


class WarmCommands:
    """The server that belongs to one process of the suite, and ends with it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._started_with = _read_at_start(environment)
        self._link, theirs = socket.socketpair()
        self._link.settimeout(SECONDS)
        subprocess.Popen(
            [sys.executable, "-m", "tests.warm_commands", str(theirs.fileno())],
            cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )  # fmt: skip
        theirs.close()

    def can_run(self, environment: Mapping[str, str]) -> bool:
        """Whether a process with these variables would find itself in the same Python as the server's."""
        return _read_at_start(environment) == self._started_with

    def run(
        self, arguments: Sequence[str], cwd: str, environment: Mapping[str, str], stdin: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs one command to its end."""
        asked = json.dumps([list(arguments), cwd, dict(environment)]).encode()
        with (
            tempfile.TemporaryFile() as request, tempfile.TemporaryFile() as given,
            tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err,
        ):  # fmt: skip
            for file, content in ((request, asked), (given, stdin)):
                file.write(content)
                file.seek(0)
            socket.send_fds(self._link, [b"."], [file.fileno() for file in (request, given, out, err)])
            answer = self._link.recv(16)
            assert answer, "the server of commands is gone"
            for file in (out, err):
                file.seek(0)
            return subprocess.CompletedProcess(arguments, int(answer), out.read(), err.read())


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_READ_AT_START)}


def serve(link: socket.socket) -> list[str]:
    """Forks for each command that is asked for, and returns in the child alone, with the command's arguments."""
    _load()
    # Else each child would copy the memory that it only reads.
    gc.collect()
    gc.freeze()
    while True:
        message, files, *_ = socket.recv_fds(link, 1, 4)
        if not message:
            os._exit(0)
        child = os.fork()
        if child == 0:
            link.close()
            return _become(*files)
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        link.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def _load() -> None:
    from nbguard.cli.main import COMMANDS

    for name in (*(f"nbguard.cli.{command.replace('-', '_')}" for command in COMMANDS), *_LOADED):
        import_module(name)
    from nbguard.documents.reading import open_document
    from nbguard.policy.policy_settings import Config
    from nbguard.scan.scanner import Scanner

    # And the knowledge that a search takes.
    assert Scanner(Config(os.devnull)).find_in(open_document("a.py", _CELL))


def _become(request: int, *streams: int) -> list[str]:
    signal.alarm(SECONDS)
    with open(request, encoding="utf-8") as file:
        arguments, cwd, environment = json.load(file)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.path[0] = cwd
    return list(arguments)


if __name__ == "__main__":
    sys.argv[1:] = serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("nbguard", run_name="__main__", alter_sys=True)
