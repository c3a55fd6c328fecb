"""Reads and writes Vault: KV version 1 and 2, and any other engine's readable paths.

Everything about the connection comes from the environment: ``VAULT_ADDR``, ``VAULT_NAMESPACE``, ``VAULT_CACERT``
(or ``VAULT_CAPATH``, ``VAULT_SKIP_VERIFY``), ``VAULT_CLIENT_CERT``, ``VAULT_CLIENT_TIMEOUT``, and the login of
:mod:`nbguard.vault.auth`. hvac is imported when the first request is made.
"""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any

from nbguard.vault.auth import choose_login, describes_login
from nbguard.vault.local_start import or_local
from nbguard.vault.references import hint_of_api_path
from nbguard.vault.refused_requests import (
    TRANSIENT,
    VaultAddress,
    describe_answer,
    explain_mount,
    is_deleted_version,
    tell_forbidden,
    translate,
    without_login,
)
from nbguard.vault.stored_secret import StoredSecret
from nbguard.vault.vault_errors import (
    BusyError,
    ForbiddenError,
    LoginError,
    NoAddressError,
    NoNamespaceError,
    NoSuchPathError,
    RefusedError,
    SealedError,
    UnreachableError,
    VaultError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import hvac

ATTEMPTS = 5
_FIRST_PAUSE = 0.15  # seconds; doubled after each attempt
_PART_OF_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|[smh])")
_TIME = re.compile(f"(?:{_PART_OF_TIME.pattern})+")
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


class Vault:
    """A connection to Vault, made when first used. ``environment`` stands in for ``os.environ``.

    A request that may succeed later is made ``attempts`` times before it fails. ``show`` opens the page of a login in
    the browser; without it, the browser of this machine does.
    """

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        attempts: int = ATTEMPTS,
        show: Callable[[str], object] | None = None,
    ) -> None:
        self._attempts, self._show = attempts, show
        self._environment = or_local(os.environ if environment is None else environment)
        self._client: hvac.Client | None = None
        self._method = ""
        self._engines: dict[str, int] = {}
        self._url = self._environment.get("VAULT_ADDR", "").rstrip("/")
        if not self._url:
            raise NoAddressError(
                "VAULT_ADDR isn't set: set it to Vault's address, such as https://vault.example.com, or run "
                "`nbguard vault local start` for a Vault of your own"
            )
        if not self._url.startswith(("http://", "https://")):
            raise NoAddressError("VAULT_ADDR must begin with https:// or http://")
        # As it is shown: a name and a password in it are for the server, or a proxy before it, only.
        self.address = without_login(self._url)
        self._place = VaultAddress(self.address, self._environment.get("VAULT_NAMESPACE", ""))

    def __repr__(self) -> str:
        """Shows the address only."""
        return f"Vault({self.address})"

    @property
    def needs_login(self) -> bool:
        """Whether the environment describes no login at all."""
        return not describes_login(self._environment)

    def check_login(self) -> tuple[str, int]:
        """Logs in and asks Vault about the token: the login's method and the seconds left (0: it doesn't end)."""
        answer = self._call("get", "auth/token/lookup-self")
        return self._method, int(answer["data"].get("ttl") or 0)

    def own_token(self) -> str:
        """The token of this login, for the file that Vault's own tools read it from."""
        return str(self._connect()[0].token)

    def engine(self, mount: str, path: str) -> int:
        """The version of the KV engine at ``mount``: 1 or 2; 0 for any other engine.

        ``path`` is one the caller may use: Vault tells about a mount only those who may use something under it.
        """
        if mount not in self._engines:
            try:
                answer = self._ask(
                    lambda client: client.adapter.get(f"/v1/sys/internal/ui/mounts/{mount}/{path}"),
                    f"{mount}/data/{path}",
                )
            except ForbiddenError as error:
                raise explain_mount(self._connect()[0], mount, error) from None
            kind = answer["data"]
            version = (kind.get("options") or {}).get("version", "1")
            self._engines[mount] = int(version) if kind.get("type") in ("kv", "generic") else 0
        return self._engines[mount]

    def read(self, mount: str, path: str, version: int | None = None) -> StoredSecret:
        """What is stored at a path. Raises NoSuchPathError, or another VaultError."""
        entry = self.peek(mount, path, version)
        if entry is None or not entry.data:
            which = f" in version {version}" if version else ""
            raise NoSuchPathError(f"nothing is stored at {mount}/{path}{which}{hint_of_api_path(path)}")
        return entry

    def peek(self, mount: str, path: str, version: int | None = None) -> StoredSecret | None:
        """As :meth:`read`, but None where nothing is stored. A deleted version has a number and no data."""
        engine = self.engine(mount, path)
        if engine == 2:
            which = {"version": version} if version else None
            answer = self._call("get", f"{mount}/data/{path}", missing_is_none=True, params=which)
            if answer is None:
                return None
            data = answer["data"]
            metadata = data["metadata"]
            return StoredSecret(
                data["data"] or {}, int(metadata["version"]), created=metadata.get("created_time") or ""
            )
        answer = self._call("get", f"{mount}/{path}", missing_is_none=True)
        if answer is None:
            return None
        # Version 1 names a lease too, but it is only the advice when to read again.
        lease = 0 if engine == 1 else int(answer.get("lease_duration") or 0)
        return StoredSecret(answer["data"] or {}, 0, answer.get("lease_id") or "", lease, bool(answer.get("renewable")))

    def write(self, mount: str, path: str, data: Mapping[str, Any], expected: int) -> None:
        """Stores ``data`` at a path of a KV engine, in place of what is there.

        ``expected`` is the version that was read (0: nothing there). Raises ConflictError where KV version 2 holds
        another one by now; version 1 can't tell.
        """
        if self.engine(mount, path) == 2:
            body = {"options": {"cas": expected}, "data": dict(data)}
            self._call("post", f"{mount}/data/{path}", capabilities="create, update", json=body)
        elif self.engine(mount, path) == 1:
            self._call("post", f"{mount}/{path}", capabilities="create, update", empty=True, json=dict(data))
        else:
            raise RefusedError(f"the engine at {mount} doesn't store values; use a KV engine")

    def annotate(self, mount: str, path: str, notes: Mapping[str, str]) -> bool:
        """Adds custom metadata to a path of KV version 2. Returns False where that doesn't work."""
        if self.engine(mount, path) != 2:
            return False
        try:
            merged = dict(self.metadata(mount, path).get("custom_metadata") or {}) | dict(notes)
            self._call("post", f"{mount}/metadata/{path}", empty=True, json={"custom_metadata": merged})
        except VaultError:
            # The notes are a help; what they are about is stored.
            return False
        return True

    def metadata(self, mount: str, path: str) -> Mapping[str, Any]:
        """What KV version 2 tells of a path and its versions, without a value; empty where nothing is stored."""
        answer = self._call("get", f"{mount}/metadata/{path}", missing_is_none=True)
        return dict(answer["data"]) if answer else {}

    def paths(self, mount: str, prefix: str) -> list[str]:
        """Every path under ``prefix`` of a KV mount, sorted. An empty prefix means the whole mount."""
        found: list[str] = []
        open_folders = [prefix.strip("/")]
        while open_folders:
            folder = open_folders.pop()
            for name in self.names(mount, folder):
                path = "/".join(filter(None, (folder, name.rstrip("/"))))
                (open_folders if name.endswith("/") else found).append(path)
        return sorted(found)

    def names(self, mount: str, folder: str) -> list[str]:
        """What stands right below a folder of a KV mount; the names of folders end with a slash."""
        base = f"{mount}/metadata" if self.engine(mount, folder) == 2 else mount
        answer = self._call("list", "/".join(filter(None, (base, folder))), missing_is_none=True, capabilities="list")
        return list(answer["data"]["keys"]) if answer else []

    def renew(self, lease_id: str) -> int:
        """Renews a lease; returns its new length in seconds."""
        answer = self._call("put", "sys/leases/renew", capabilities="update", json={"lease_id": lease_id})
        return int(answer.get("lease_duration") or 0)

    def _call(
        self,
        method: str,
        path: str,
        missing_is_none: bool = False,
        capabilities: str = "read",
        empty: bool = False,
        **arguments: Any,
    ) -> Any:
        """Makes the request of this method for a path; ``arguments`` are its body or parameters."""

        def request(client: hvac.Client) -> Any:
            return getattr(client.adapter, method)(f"/v1/{path}", **arguments)

        return self._ask(request, path, missing_is_none, capabilities, empty)

    def _ask(
        self,
        request: Callable[[hvac.Client], Any],
        path: str,
        missing_is_none: bool = False,
        capabilities: str = "read",
        empty: bool = False,
    ) -> Any:
        """Makes a request, again after a pause where that may help, and translates what goes wrong."""
        attempt, pause = 1, _FIRST_PAUSE
        fault: VaultError
        while True:
            try:
                client, fresh = self._connect()
                answer = request(client)
                if isinstance(answer, dict):
                    return answer
                if empty and getattr(answer, "status_code", 0) == 204:
                    return {}
                fault = describe_answer(answer, self.address)
            except VaultError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a library raises may quote the request
                found = translate(error, self._place, path, capabilities, missing_is_none)
                if found is None:
                    return getattr(error, "json", None) if is_deleted_version(error) else None
                fault = found
            if isinstance(fault, ForbiddenError) and not fresh:
                # A login's token may have ended meanwhile: the next answer is to a new login.
                self._client = None
                continue
            if isinstance(fault, ForbiddenError):
                fault = tell_forbidden(client, fault, self._place)
            if not isinstance(fault, (UnreachableError, SealedError, BusyError)) or attempt == self._attempts:
                raise fault from None
            time.sleep(pause)
            attempt, pause = attempt + 1, pause * 2

    def _connect(self) -> tuple[hvac.Client, bool]:
        """The client, and whether it logged in just now (or holds a token that a login can't replace)."""
        if self._client is not None:
            return self._client, self._method == "token"
        import hvac

        from nbguard.vault.session import VaultSession

        environment = self._environment
        skip = environment.get("VAULT_SKIP_VERIFY", "").lower() in ("1", "t", "true")
        trust = environment.get("VAULT_CACERT") or environment.get("VAULT_CAPATH")
        certificate = environment.get("VAULT_CLIENT_CERT", ""), environment.get("VAULT_CLIENT_KEY", "")
        verify, cert = False if skip else (trust or True), certificate if all(certificate) else None
        client = hvac.Client(
            url=self._url,
            token="",
            namespace=environment.get("VAULT_NAMESPACE") or None,
            verify=verify,
            cert=cert,
            session=VaultSession(verify, cert),
            timeout=_seconds(environment.get("VAULT_CLIENT_TIMEOUT", "")),
        )
        login = choose_login(environment, self._show)
        try:
            login.perform(client)
        except VaultError:
            raise
        except Exception as error:
            if not isinstance(error, hvac.exceptions.VaultError) or type(error).__name__ in TRANSIENT:
                raise
            if isinstance(translate(error, self._place, "", ""), NoNamespaceError):
                raise
            raise LoginError(f"Vault refused the {login.method} login{self._place.in_namespace}") from None
        self._client, self._method = client, login.method
        return client, True


def _seconds(text: str) -> int:
    """Reads a time as Vault's own tools do (``60``, ``500ms``, ``1m30s``), at least one second; 10 for others."""
    if text[-1:].isdigit():
        text += "s"
    if _TIME.fullmatch(text) is None:
        return 10
    return max(1, round(sum(float(number) * _UNITS[unit] for number, unit in _PART_OF_TIME.findall(text))))
