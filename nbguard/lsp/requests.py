"""Requests beyond the protocol, for clients that know more than it can say: outputs, saving, secrets."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nbguard.editing.request_errors import RequestError
from nbguard.editing.vaults import connect
from nbguard.errors import UsageError
from nbguard.lsp.before_save import NOTHING, before_save
from nbguard.vault.plan import read_settings
from nbguard.vault.references import format_reference, parse_reference
from nbguard.vault.storing import replace_value
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.lsp.language_server import EditorSession
    from nbguard.vault.client import Vault

# A file that the policy of the editor's folder is asked for.
_ANY = "untitled.ipynb"
# Paths in Vault that are listed at most.
_MOST = 200


async def outputs(server: EditorSession, params: Any) -> None:
    """Outputs of cells, in the notebook's format: ``{"uri", "cells": {cell's URI: [output, …]}}``."""
    uri, cells = _text(params, "uri"), params.get("cells") if isinstance(params, dict) else None
    if isinstance(cells, dict) and server.opened.put_outputs(uri, cells):
        server.checks.changed(uri)


async def saving(server: EditorSession, params: Any) -> dict[str, Any]:
    """What the policy says of saving ``{"uri"}`` now."""
    result = await server.checks.result(_text(params, "uri"))
    if result is None:
        return NOTHING.as_answer()
    verdict = before_save(result)
    has_outputs = any(text.outputs for text in server.opened.cells(result.uri)) if result.is_notebook else False
    server.events.saving(result, verdict, server.settings.trusted, has_outputs)
    return verdict.as_answer()


async def status(server: EditorSession, _: Any) -> dict[str, Any]:
    """The version, whether Vault can be used, and the organisation's policy that judges here, if there is one.

    ``policyFault`` says why the policy can't be read, empty where it can.
    """
    vault = await server.rooms.resolver.ask_vault()
    bundle, fault = "", ""
    try:
        bundle = server.rooms.policies.policy_at(os.path.join(server.folder or os.getcwd(), _ANY)).config.bundle
    except UsageError as error:
        fault = str(error)
    return {
        "version": __version__,
        "trusted": server.settings.trusted,
        "vault": vault._asdict(),
        "bundle": bundle or None,
        "policyFault": fault,
    }


async def login(server: EditorSession, params: Any) -> dict[str, Any]:
    """Takes a token, and an address where one is given, for this process only: neither is written anywhere."""
    _check_trusted(server)
    token, address = _text(params, "token"), _text(params, "address")
    if address:
        os.environ["VAULT_ADDR"] = address
    os.environ["VAULT_TOKEN"] = token
    vault = await server.rooms.resolver.ask_vault()
    return dict(vault._asdict())


async def secrets(server: EditorSession, params: Any) -> list[str]:
    """The references of what is stored below the prefix of a document's policy; no value."""
    _check_trusted(server)
    config = server.checks.policy_of(_text(params, "uri")).config
    settings = read_settings(config.vault, config.root)
    return await server.rooms.on_vault_thread(lambda: _list(connect(), settings.mount, settings.prefix))


async def add(server: EditorSession, params: Any) -> dict[str, Any]:
    """Stores ``value`` at ``reference``, where nothing else is yet, reads it back and compares."""
    _check_trusted(server)
    reference, value = parse_reference(_text(params, "reference")), _text(params, "value")
    if not value:
        raise RequestError(422, "there is no value", "malformed")
    version = await server.rooms.on_vault_thread(lambda: _add(connect(), reference, value))
    return {"reference": format_reference(reference), "version": version}


def _text(params: Any, name: str) -> str:
    value = params.get(name) if isinstance(params, dict) else None
    return value if isinstance(value, str) else ""


def _check_trusted(server: EditorSession) -> None:
    if not server.settings.trusted:
        raise RequestError(422, "trust this workspace first", "trust")


def _list(vault: Vault, mount: str, prefix: str) -> list[str]:
    from nbguard.vault.references import Reference

    listed = []
    for path in vault.paths(mount, prefix)[:_MOST]:
        entry = vault.peek(mount, path)
        listed += [format_reference(Reference(mount, path, key)) for key in sorted(entry.data)] if entry else []
    return listed


def _add(vault: Vault, reference: Any, value: str) -> int:
    entry = vault.peek(reference.mount, reference.path)
    if entry is not None and reference.key in entry.data and entry.data[reference.key] != value:
        raise RequestError(409, f"{format_reference(reference)} holds another value already", "conflict")
    return replace_value(vault, reference, value)
