"""Logs in to Vault in the browser, by OpenID Connect, as `vault login -method=oidc` does.

Vault names the provider's page; the provider sends the browser back to this machine, to the port that Vault's own tool
uses (https://developer.hashicorp.com/vault/docs/auth/jwt/oidc-providers#redirect-uris).
"""

from __future__ import annotations

import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from nbguard.documents.plain import plain
from nbguard.vault.vault_errors import LoginError

if TYPE_CHECKING:
    from collections.abc import Callable

    import hvac

PORT = 8250
_PATH = "/oidc/callback"
# Seconds that somebody has for signing in.
_PATIENCE = 180.0
# Characters of a provider's reason that are shown.
_LONGEST = 60
_PAGE = "<!doctype html><title>nbguard</title><p>{}. This page can be closed."
_DONE = _PAGE.format("You are logged in to Vault").encode()
_DENIED = _PAGE.format("You are not logged in: the provider refused").encode()


def log_in_by_browser(client: hvac.Client, path: str, role: str, show: Callable[[str], object]) -> object:
    """Vault's answer to the login. ``show`` opens or prints the page where the person signs in. Raises LoginError."""
    redirect = f"http://localhost:{PORT}{_PATH}"
    nonce = secrets.token_urlsafe(24)
    body = {"role": role, "redirect_uri": redirect, "client_nonce": nonce}
    answer = client.adapter.post(f"/v1/auth/{path}/oidc/auth_url", json=body)
    address = (answer.get("data") or {}).get("auth_url", "") if isinstance(answer, dict) else ""
    if not address:
        missing = f"has no role {role} for this" if role else "has no default role"
        raise LoginError(f"Vault's login method {path} {missing}; name one with --role")
    state = _first(parse_qs(urlsplit(address).query), "state")
    if not state:
        raise LoginError("Vault's address for signing in has no state, so nothing would tell its answer from another's")
    try:
        server = _Callback(("127.0.0.1", PORT), _Handler)
    except OSError:
        raise LoginError(f"port {PORT} of this machine is taken; the browser has to come back to it") from None
    with server:
        show(address)
        given = server.wait(state)
    query = {"state": state, "code": given, "client_nonce": nonce}
    return client.adapter.get(f"/v1/auth/{path}/oidc/callback", params=query)


class _Callback(ThreadingHTTPServer):
    """Waits for the browser; whoever doesn't know the state is refused.

    Each connection has a thread: one that says nothing, or little at a time, keeps neither the browser out nor us here.
    """

    timeout = 0.2
    block_on_close = False
    state = ""
    code = ""
    refusal = ""

    def wait(self, state: str) -> str:
        """The code that the provider gave the browser. Raises LoginError where it gave none, or nobody came."""
        self.state = state
        until = time.monotonic() + _PATIENCE
        while not self.code:
            if time.monotonic() > until:
                raise LoginError("nobody signed in within three minutes")
            self.handle_request()
            if self.refusal:
                raise LoginError(f"the provider refused the login: {self.refusal}")
        return self.code

    def handle_error(self, *_: object) -> None:
        """Says nothing of a request that broke off: what is told of it may hold the code."""


class _Handler(BaseHTTPRequestHandler):
    server: _Callback
    timeout = 10.0

    def do_GET(self) -> None:
        """Takes the code from the address that the provider sent the browser to."""
        parts = urlsplit(self.path)
        given = parse_qs(parts.query)
        said, state = (text.encode("utf-8", "surrogateescape") for text in (_first(given, "state"), self.server.state))
        known = parts.path == _PATH and bool(state) and secrets.compare_digest(said, state)
        self.send_response(200 if known else 400)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        code = _first(given, "code")
        self.wfile.write((_DONE if code else _DENIED) if known else b"")
        if known and not code:
            # https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1; what else it says is for the browser.
            self.server.refusal = plain(_first(given, "error"))[:_LONGEST] or "it sent no code"
        elif known:
            self.server.code = code

    def log_message(self, *_: object) -> None:
        """Says nothing: the address holds the code."""


def _first(query: dict[str, list[str]], name: str) -> str:
    return query.get(name, [""])[0]
