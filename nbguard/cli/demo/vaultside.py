"""The demo's own look into the server, past nbguard: what is stored, and a rotation."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbguard.cli.demo.server import Server


def read_values(server: Server, references: Iterable[str]) -> dict[str, str]:
    """The values that references (``path#key``) of the default mount stand for, by the server's own API.

    :raises NbguardError: there is none.
    """
    values = {}
    for reference in references:
        path, _, key = reference.partition("#")
        stored = _ask(server, path)["data"]["data"]
        if key not in stored:
            raise NbguardError(f"the demo didn't go as it should: Vault holds nothing at {reference}")
        values[reference] = str(stored[key])
    return values


def rotate(server: Server, reference: str, value: str) -> None:
    """Stores a new value for a reference, as an administrator would after a rotation."""
    path, _, key = reference.partition("#")
    stored = _ask(server, path)["data"]["data"]
    _ask(server, path, {"data": stored | {key: value}})


def _ask(server: Server, path: str, content: object = None) -> dict[str, dict[str, dict[str, str]]]:
    # https://openbao.org/api-docs/secret/kv/kv-v2/
    request = urllib.request.Request(  # noqa: S310 (the address is the server's own)
        f"{server.address}/v1/secret/data/{path}",
        data=None if content is None else json.dumps(content).encode(),
        headers={"X-Vault-Token": server.token},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as answer:
            parsed: dict[str, dict[str, dict[str, str]]] = json.load(answer)
            return parsed
    except urllib.error.HTTPError as error:
        raise NbguardError(f"the demo didn't go as it should: Vault answered {error.code} for {path}") from None
