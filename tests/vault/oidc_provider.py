"""A provider of OpenID Connect that isn't Vault, as companies have one: it signs with RS256, or answers wrongly.

https://openid.net/specs/openid-connect-core-1_0.html, https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT = "nbguard-at-vault"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """Serves on a free port. ``wrong`` are claims that it makes otherwise than asked; with ``another_key`` it signs
    with a key that it doesn't publish; ``refuses`` is how it answers who brings the code, if not with tokens.
    """

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.signing = self.key
        self.wrong: dict[str, Any] = {}
        self.refuses: bytes = b""
        self.nonces: dict[str, str] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(provider.pages().get(urlsplit(self.path).path))

            def do_POST(self) -> None:
                asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(provider.tokens(asked["code"][0]))

            def answer(self, said: Any) -> None:
                raw = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(200 if said else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def pages(self) -> dict[str, Any]:
        numbers = self.key.public_key().public_numbers()
        n, e = (encode(i.to_bytes((i.bit_length() + 7) // 8, "big")) for i in (numbers.n, numbers.e))
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            },
            "/keys": {"keys": [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": n, "e": e}]},
        }

    def tokens(self, code: str) -> Any:
        if self.refuses:
            return self.refuses
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "ada", "iat": now, "exp": now + 300, "nonce": self.nonces[code],
        } | self.wrong  # fmt: skip
        head = encode(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "1"}).encode())
        text = f"{head}.{encode(json.dumps(claims).encode())}"
        signature = self.signing.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        token = f"{text}.{encode(signature)}"
        return {"access_token": "nobody-asks-with-it", "token_type": "Bearer", "expires_in": 300, "id_token": token}

    def sign_in(self, address: str) -> None:
        """What a browser does in which somebody signs in at ``address``, and is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonces["the-code"] = asked["nonce"]
        requests.get(asked["redirect_uri"], params={"state": asked["state"], "code": "the-code"}, timeout=10)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
