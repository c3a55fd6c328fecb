"""HTTP to Vault's own address only: what is sent there, the token above all, never follows a redirect elsewhere."""

from __future__ import annotations

import warnings
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import InsecureRequestWarning

from nbguard.vault.vault_errors import RefusedError

_PORTS = {"http": 80, "https": 443}


class VaultSession(requests.Session):
    """A session that follows redirects within the origin (scheme, host and port) it was sent to.

    To any other origin it sends nothing, neither header nor body: it raises RefusedError.
    """

    def __init__(self, verify: bool | str, cert: tuple[str, str] | None) -> None:
        super().__init__()
        self.verify = verify
        self.cert = cert

    def send(self, request: requests.PreparedRequest, **settings: Any) -> requests.Response:
        """Sends one request. Who set VAULT_SKIP_VERIFY isn't told of it at each one, with a path of ours."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InsecureRequestWarning)
            return super().send(request, **settings)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer points to, None where nowhere. Raises RefusedError for another origin."""
        target: str | None = super().get_redirect_target(resp)
        if target is not None and _origin(urljoin(resp.url, target)) != _origin(resp.url):
            scheme, host, port = _origin(urljoin(resp.url, target))
            raise RefusedError(
                f"Vault answers with a redirect to another server, {scheme}://{host}:{port}, and the token isn't sent"
                " there; if that is Vault, set VAULT_ADDR to it"
            )
        return target


def _origin(url: str) -> tuple[str, str, Any]:
    parts = urlsplit(url)
    return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme.lower())
