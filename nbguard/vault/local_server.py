"""A Vault of one's own, for those who have none: OpenBao from its wheel, on loopback with TLS, sealed at rest.

Its data, configuration and certificate are in one folder of the user's; the unseal key is in the keyring of the
operating system (see local_keys). It is started when it is needed and no ``VAULT_ADDR`` is set.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from nbguard.vault.local_folder import local_folder
from nbguard.vault.local_keys import LostKeysError, load_keys, write_private
from nbguard.vault.local_setup import PATIENCE, empty, finish, initialise, wait_until_active
from nbguard.vault.vault_errors import VaultError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import hvac

_PROBE = 10  # seconds to wait for the answer whether a server runs
# Seconds to wait for any other answer. Each step of the first start is flushed to disk, which can be slow.
_LONG = 120


class Status(NamedTuple):
    """What is there: the folder, the server's address (empty: not set up), whether it runs, where its keys are
    (empty: nowhere), and whether it was set up to the end.
    """

    folder: str
    address: str
    running: bool
    keys: str
    finished: bool


def local_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What a client needs to reach the local Vault, which is started if it doesn't run. Raises VaultError."""
    folder = local_folder(environment)
    address = start(environment)
    keys, _ = load_keys(folder)
    return {
        "VAULT_ADDR": address,
        "VAULT_CACERT": os.path.join(folder, "tls.pem"),
        "VAULT_AUTH_METHOD": "approle",
        "VAULT_ROLE_ID": keys.role_id,
        "VAULT_SECRET_ID": keys.secret_id,
    }


def start(environment: Mapping[str, str]) -> str:
    """Starts the local Vault, sets it up the first time, unseals it, and returns its address. Raises VaultError.

    A first start that broke off is finished; where not even the keys were kept, it is begun anew.
    """
    import requests
    from hvac import exceptions

    folder = local_folder(environment)
    again = "run `nbguard vault local start` again"
    try:
        os.makedirs(os.path.join(folder, "data"), mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)
        with _alone(folder):
            return _start(folder)
    except requests.Timeout:
        raise VaultError(f"the local Vault didn't answer in time, as on a slow disk; {again}") from None
    except (requests.RequestException, exceptions.VaultError):
        log = os.path.join(folder, "server.log")
        raise VaultError(f"the local Vault couldn't be started; {again}, or see {log}") from None
    except OSError as error:
        reason = (error.strerror or "not usable").lower()
        raise VaultError(f"the local Vault's folder {folder} can't be used: {reason}") from None


def _start(folder: str) -> str:
    state = _read_state(folder) or _set_up(folder)
    if state.get("unfinished") and not _has_keys(folder):
        # Without keys nobody was ever let in, so there is nothing to lose.
        _end(state, folder)
        empty(folder)
    address = str(state["address"])
    client = _client(folder, address)
    if not _answers(folder, address):
        if not _runs(state, folder):
            state["pid"] = _launch(folder)
            _write_state(folder, state)
        _wait(folder, address)
    if not client.adapter.get("/v1/sys/init")["initialized"]:
        initialise(folder, client)
    keys, _ = load_keys(folder)
    if client.adapter.get("/v1/sys/seal-status")["sealed"]:
        client.sys.submit_unseal_key(keys.unseal)
    wait_until_active(client)
    if keys.root:
        finish(folder, client, keys)
    if state.pop("unfinished", False):
        _write_state(folder, state)
    return address


def stop(environment: Mapping[str, str]) -> bool:
    """Stops the local Vault, which seals it. Returns whether it ran."""
    folder = local_folder(environment)
    state = _read_state(folder)
    if state is None or not _end(state, folder):
        return False
    _write_state(folder, {**state, "pid": 0})
    return True


def status(environment: Mapping[str, str]) -> Status:
    """What is there. Starts nothing."""
    folder = local_folder(environment)
    state = _read_state(folder)
    if state is None:
        return Status(folder, "", False, "", False)
    try:
        keys = load_keys(folder)[1]
    except LostKeysError:
        keys = ""
    address = str(state["address"])
    return Status(folder, address, _answers(folder, address), keys, not state.get("unfinished"))


def find_openbao() -> str | None:
    """The ``bao`` program: beside this interpreter, where the wheel puts it, else on the PATH."""
    beside = os.path.dirname(os.path.abspath(sys.executable))
    return shutil.which("bao", path=beside) or shutil.which("bao")


def _needed_openbao() -> str:
    found = find_openbao()
    if found is None:
        from nbguard.version import how_to_add

        raise VaultError(f"a local Vault needs OpenBao: {how_to_add('vault-local')}")
    return found


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Keeps two processes from starting the server at the same time, where the system has file locks."""
    if sys.platform == "win32":  # pragma: no cover
        yield
        return
    import fcntl

    with open(os.path.join(folder, "lock"), "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _set_up(folder: str) -> dict[str, object]:
    from nbguard.vault.local_certificate import make_certificate

    _needed_openbao()
    key, certificate = make_certificate(folder)
    port, cluster = free_port(), free_port()
    quoted = {name: json.dumps(value) for name, value in (("key", key), ("cert", certificate))}
    with open(os.path.join(folder, "config.hcl"), "w", encoding="utf-8") as file:
        file.write(
            f'storage "raft" {{\n  path = {json.dumps(os.path.join(folder, "data"))}\n  node_id = "local"\n}}\n'
            f'listener "tcp" {{\n  address = "127.0.0.1:{port}"\n  cluster_address = "127.0.0.1:{cluster}"\n'
            f"  tls_cert_file = {quoted['cert']}\n  tls_key_file = {quoted['key']}\n}}\n"
            f'api_addr = "https://127.0.0.1:{port}"\ncluster_addr = "https://127.0.0.1:{cluster}"\n'
            "disable_mlock = true\nui = false\n"
        )
    state: dict[str, object] = {"address": f"https://127.0.0.1:{port}", "pid": 0}
    if not os.listdir(os.path.join(folder, "data")):
        state["unfinished"] = True
    _write_state(folder, state)
    return state


def _launch(folder: str) -> int:
    import subprocess

    environment = {"HOME": folder, "PATH": os.environ.get("PATH", "")}
    with open(os.path.join(folder, "server.log"), "ab") as log:
        process = subprocess.Popen(
            [_needed_openbao(), "server", f"-config={os.path.join(folder, 'config.hcl')}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True,
        )  # fmt: skip
    # The server outlives this process; nobody waits for it here.
    process.returncode = 0
    return process.pid


def _client(folder: str, address: str, patience: int = _LONG) -> hvac.Client:
    import hvac

    return hvac.Client(url=address, token="", verify=os.path.join(folder, "tls.pem"), timeout=patience)


def _answers(folder: str, address: str) -> bool:
    import requests

    try:
        _client(folder, address, _PROBE).adapter.get("/v1/sys/init")
    except (requests.RequestException, OSError):
        return False
    return True


def _wait(folder: str, address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(folder, address):
        if time.monotonic() > deadline:
            raise VaultError(f"the local Vault didn't start; {os.path.join(folder, 'server.log')} says why")
        time.sleep(0.05)


def _end(state: Mapping[str, object], folder: str) -> bool:
    """Ends the server and waits until it is gone. Returns whether it ran."""
    if not _runs(state, folder):
        return False
    os.kill(int(str(state["pid"])), signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while _runs(state, folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def _runs(state: Mapping[str, object], folder: str) -> bool:
    pid = int(str(state.get("pid") or 0))
    return pid != 0 and _is_ours(pid, folder)


def _has_keys(folder: str) -> bool:
    try:
        load_keys(folder)
    except LostKeysError:
        return False
    return True


def _is_ours(pid: int, folder: str) -> bool:
    """Whether a process is the server of this folder; where that can't be told, whether it is there."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return os.fsencode(folder) in file.read()
    except OSError:
        if os.path.isdir("/proc/self"):
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _read_state(folder: str) -> dict[str, object] | None:
    try:
        with open(os.path.join(folder, "state.json"), encoding="utf-8") as file:
            return dict(json.load(file))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _write_state(folder: str, state: Mapping[str, object]) -> None:
    write_private(os.path.join(folder, "state.json"), json.dumps(dict(state)))


def free_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
