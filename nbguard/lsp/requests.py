"""Requests beyond the protocol, for clients that know more than it can say: outputs, saving, whose policy judges."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nbguard.errors import UsageError
from nbguard.lsp.before_save import NOTHING, before_save
from nbguard.version import __version__

if TYPE_CHECKING:
    from nbguard.lsp.language_server import EditorSession

# A file that the policy of the editor's folder is asked for.
_ANY = "untitled.ipynb"


async def outputs(server: EditorSession, params: Any) -> None:
    """Outputs of cells, in the notebook's format: ``{"uri", "cells": {cell's URI: [output, …]}}``."""
    uri, cells = text_in(params, "uri"), params.get("cells") if isinstance(params, dict) else None
    if isinstance(cells, dict) and server.opened.put_outputs(uri, cells):
        server.checks.changed(uri)


async def saving(server: EditorSession, params: Any) -> dict[str, Any]:
    """What the policy says of saving ``{"uri"}`` now."""
    result = await server.checks.result(text_in(params, "uri"))
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


def text_in(params: Any, name: str) -> str:
    """What a request says under a name; empty for anything but a text."""
    value = params.get(name) if isinstance(params, dict) else None
    return value if isinstance(value, str) else ""
