"""What an editor asks about a place in a text: what is this, what can be done, what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from nbguard.lsp.language_server import safely

if TYPE_CHECKING:
    from nbguard.lsp.language_server import EditorSession


def add_questions(server: EditorSession) -> None:
    """Adds hovers, quick fixes and hints."""

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    @safely
    async def hover(params: types.HoverParams) -> types.Hover | None:
        from nbguard.lsp.hovering import hover_finding, hover_reference
        from nbguard.lsp.reference_hints import spots_in

        uri, at = params.text_document.uri, params.position
        result = await server.result_for(uri)
        if result is None:
            return None
        markdown = server.can.markdown
        told = hover_finding(list(result.at(uri, types.Range(at, at))), markdown=markdown)
        if told is not None or not server.settings.trusted:
            return told
        spotted = spots_in(result, uri, types.Range(at, at))
        if not spotted:
            return None
        states = await server.rooms.resolver.resolve([spotted[0].reference])
        return hover_reference(spotted[0], states[spotted[0].reference], markdown=markdown)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))
    @safely
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction] | list[types.Command]:
        from nbguard.lsp.actions import actions

        uri = params.text_document.uri
        only = params.context.only
        if only is not None and not any(types.CodeActionKind.QuickFix.value.startswith(str(kind)) for kind in only):
            return []
        result = await server.result_for(uri)
        if result is None:
            return []
        found = result.at(uri, params.range)
        trusted, knows, asks = server.settings.trusted, server.knows_outputs, server.settings.ask_name
        offered = list(actions(result, found, server.can, trusted=trusted, knows_outputs=knows, asks_name=asks))
        if not server.can.code_actions:
            return [action.command for action in offered if action.command is not None]
        return offered

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    @safely
    async def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        from nbguard.lsp.reference_hints import inlay_hints, spots_in

        uri = params.text_document.uri
        result = await server.result_for(uri)
        # Nobody's Vault is asked for what a workspace says that isn't trusted.
        if result is None or not server.settings.references or not server.settings.trusted:
            return []
        spotted = spots_in(result, uri, params.range)
        return inlay_hints(spotted, await server.rooms.resolver.resolve(one.reference for one in spotted))
