"""What an editor's view of Vault asks for: to log in, the names of what is there, and to store more."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol.types import ShowDocumentParams

from nbguard.editing.logging_in import LoginRequest, log_in, start_local
from nbguard.editing.request_errors import RequestError
from nbguard.editing.secret_names import NewSecret, add, choose, list_names, look_into, read_new, settings_of
from nbguard.editing.vaults import connect
from nbguard.lsp.reference_hints import age_of
from nbguard.lsp.requests import text_in
from nbguard.vault.references import format_reference

if TYPE_CHECKING:
    from nbguard.lsp.language_server import EditorSession


async def login(server: EditorSession, params: Any) -> dict[str, Any]:
    """Logs in as ``POST login`` of the Jupyter server does, and keeps the token where kernels find it.

    An ``address`` counts from now on, in this process.
    """
    _check_trusted(server)
    given = dict(params) if isinstance(params, dict) else {}
    address = given.pop("address", None)
    request = _read(given, LoginRequest)
    if isinstance(address, str) and address:
        os.environ["VAULT_ADDR"] = address
    loop = asyncio.get_running_loop()
    await server.rooms.on_vault_thread(
        log_in, request, lambda page: loop.call_soon_threadsafe(_show_page, server, page)
    )
    return await _vault(server)


async def local_vault(server: EditorSession, _: Any) -> dict[str, Any]:
    """Starts a Vault on this machine, where no other is meant."""
    _check_trusted(server)
    await server.to_the_end(server.rooms.on_vault_thread(start_local))
    return await _vault(server)


async def secrets(server: EditorSession, params: Any) -> list[dict[str, Any]]:
    """What is stored in the mount of a document's policy, its prefix first: ``reference``, ``version`` and ``age``."""
    _check_trusted(server)
    settings = settings_of(server.checks.policy_of(text_in(params, "uri")))
    listing = await server.rooms.on_vault_thread(lambda: list_names(connect(), settings))
    paths, _ = choose(listing, text_in(params, "search"))
    return [
        {"reference": key["reference"], "version": path["version"], "age": age_of(path["created"])}
        for path in await look_into(server.rooms.resolver, settings.mount, paths)
        for key in path["keys"]
    ]


async def add_secret(server: EditorSession, params: Any) -> dict[str, Any]:
    """Stores ``value`` at ``reference``, where nothing else is yet, reads it back and compares."""
    _check_trusted(server)
    request = _read(params, NewSecret)
    reference = read_new(request)
    await server.to_the_end(server.rooms.on_vault_thread(lambda: add(connect(), reference, request.value)))
    server.rooms.resolver.forget(reference)
    return {"reference": format_reference(reference)}


async def _vault(server: EditorSession) -> dict[str, Any]:
    return (await server.rooms.resolver.ask_vault(again=True))._asdict()


def _show_page(server: EditorSession, page: str) -> None:
    """Opens the page where a person signs in, or says where it is."""
    window = server.client_capabilities.window
    if window is not None and window.show_document is not None and window.show_document.support:
        server.window_show_document(ShowDocumentParams(page, external=True))
    else:
        server.say(f"nbguard: sign in to Vault at {page}")


def _read(params: Any, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(params, kind)
    except msgspec.ValidationError:
        # What the error says may hold a value.
        raise RequestError(422, "this isn't what this request takes", "malformed") from None


def _check_trusted(server: EditorSession) -> None:
    if not server.settings.trusted:
        raise RequestError(422, "trust this workspace first", "trust")
