"""Makes the requests of a call: fills them in, logs each, waits between two, and leaves a busy host alone."""

from __future__ import annotations

import json
import os
import re
import ssl
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from nbguard.audit.live.aws_signature import KeyPair, signed_headers
from nbguard.audit.live.guarded_request import Endpoint, HttpAnswer, Network
from nbguard.audit.live.public_addresses import NoAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbguard.audit.live.call_log import CallLog
    from nbguard.audit.live.live_calls import LiveCall

PAUSE = 1.0  # seconds from one request to a host to the next
_BUSY = (429, 503)
_GAP = re.compile(r"\{([a-z_]+)\}")


class Suspect(NamedTuple):
    """A credential that is asked about. ``pair`` is the other half, where it takes two."""

    rule: str
    fingerprint: str
    value: str
    pair: str = ""

    def __repr__(self) -> str:
        """Shows no value."""
        return f"Suspect({self.rule}, {self.fingerprint})"


class Caller:
    """Makes requests, one at a time."""

    def __init__(
        self,
        log: CallLog,
        network: Network | None = None,
        pause: float = PAUSE,
        environment: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.log = log
        self._environment = os.environ if environment is None else environment
        self._network = network
        self._pause = pause
        self._sleep = sleep
        self._last: dict[str, float] = {}
        self._busy: set[str] = set()

    def target(self, call: LiveCall, host: str = "") -> Endpoint:
        """Where a call goes: the catalogue's host, or the server that the operator's environment names."""
        if not call.address_from:
            return Endpoint(host or call.host)
        given = self._environment.get(call.address_from, "")
        try:
            address = urlsplit(given)
            port = address.port
        except ValueError:
            raise NoAnswerError(f"{call.address_from} is no address") from None
        if address.scheme not in ("http", "https") or not address.hostname or address.path.strip("/"):
            raise NoAnswerError(f"{call.address_from} doesn't say which server to ask")
        plain = address.scheme == "http"
        return Endpoint(address.hostname, port or (80 if plain else 443), plain)

    def send(
        self, call: LiveCall, target: Endpoint, request: Mapping[str, Any], suspect: Suspect, what: str,
        words: Mapping[str, str] | None = None, signed: str = "",
    ) -> HttpAnswer:  # fmt: skip
        """Sends one request about a credential. ``what`` says in the log whose value goes. Raises NoAnswerError."""
        if target.host in self._busy:
            raise NoAnswerError(f"{target.host} asked to be left alone for a while")
        self._wait(target.host)
        self.log.write("live-call", self.now(), {
            "call": call.name, "rule": suspect.rule, "fingerprint": suspect.fingerprint, "host": target.host,
            "method": request["method"], "path": request["path"], "what": what,
        })  # fmt: skip
        filled = {"value": suspect.value, "pair": suspect.pair, **(words or {})}
        headers = {name: _fill(text, filled) for name, text in request.get("headers", {}).items()}
        path = _GAP.sub(lambda gap: quote(filled.get(gap[1], ""), safe=""), request["path"])
        body = b""
        if "form" in request:
            body = urlencode({name: _fill(text, filled) for name, text in request["form"].items()}).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif "json" in request:
            body = json.dumps(_fill_all(request["json"], filled)).encode()
            headers["Content-Type"] = "application/json"
        if signed:
            pair = KeyPair(suspect.pair, suspect.value)
            headers |= signed_headers(pair, signed, target.host, body, datetime.now(UTC))
        if call.address_from and (namespace := self._environment.get("VAULT_NAMESPACE")):
            headers["X-Vault-Namespace"] = namespace
        network = self._network or Network(context=self._own_trust() if call.address_from else None)
        answer = network.send(target, request["method"], path, headers, body, is_own=bool(call.address_from))
        if answer.status in _BUSY:
            self._busy.add(target.host)
        return answer

    def now(self) -> str:
        """The time for events."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _wait(self, host: str) -> None:
        if (last := self._last.get(host)) is not None and (left := last + self._pause - time.monotonic()) > 0:
            self._sleep(left)
        self._last[host] = time.monotonic()

    def _own_trust(self) -> ssl.SSLContext | None:
        file, folder = self._environment.get("VAULT_CACERT"), self._environment.get("VAULT_CAPATH")
        try:
            return ssl.create_default_context(cafile=file or None, capath=folder or None)
        except (OSError, ValueError):
            raise NoAnswerError("VAULT_CACERT or VAULT_CAPATH names a file that can't be read") from None


def _fill(text: str, words: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: words.get(gap[1], ""), text)


def _fill_all(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _fill_all(item, words) for name, item in value.items()}
    if isinstance(value, list):
        return [_fill_all(item, words) for item in value]
    return _fill(value, words) if isinstance(value, str) else value
