"""Diagnostics for clients that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from msgspec.json import encode

from nbguard.lsp.language_server import safely

if TYPE_CHECKING:
    from nbguard.lsp.language_server import EditorSession


def add_pulling(server: EditorSession) -> None:
    """Adds the request. A finding in one cell may come from a change in another, and the client is told so."""

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="nbguard"),
    )
    @safely
    async def pull(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        from nbguard.lsp.diagnostics import diagnostics_of

        uri = params.text_document.uri
        result = await server.result_for(uri)
        made = diagnostics_of(result, server.settings.show_allowed, uri).get(uri, []) if result is not None else []
        known = _name(made)
        if params.previous_result_id == known:
            return types.RelatedUnchangedDocumentDiagnosticReport(known)
        return types.RelatedFullDocumentDiagnosticReport(made, result_id=known)


def _name(made: list[types.Diagnostic]) -> str:
    """A name that is another one whenever the diagnostics are others."""
    from hashlib import blake2b

    shown = [(repr(one.range), one.message, one.code, one.severity, repr(one.related_information)) for one in made]
    return blake2b(encode(shown), digest_size=12).hexdigest()
