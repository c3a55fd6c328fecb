"""What the client is asked for: to make edits, and which of some answers somebody chooses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from nbguard.editing.request_errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from nbguard.lsp.language_server import EditorSession
    from nbguard.lsp.text_edits import Edits

Answer = TypeVar("Answer")


async def apply(server: EditorSession, edits: Edits, label: str) -> None:
    """Has the client make edits. Raises RequestError where it doesn't; then the texts are what they were."""
    check_edits(server)
    if not edits.still_fit(server.opened):
        raise RequestError(409, f"{label}: the text has changed meanwhile and is left as it is; try again", "changed")
    asked = types.ApplyWorkspaceEditParams(edits.as_workspace_edit(server.can.versioned_edits), label)
    try:
        applied = (await _unless_it_leaves(server, server.workspace_apply_edit_async(asked))).applied
    except JsonRpcException:
        applied = False
    if not applied:
        raise RequestError(409, f"{label}: your editor didn't change the text; try again", "changed")


def check_edits(server: EditorSession) -> None:
    """Raises RequestError where the client makes no edits that a server asks for, or none any more."""
    if server.leaving.is_set():
        raise _closing()
    if not server.can.applies_edits:
        raise RequestError(422, "your editor makes no edits that a server asks for; use nbguard's commands", "edits")


async def ask(
    server: EditorSession, question: str, answers: Iterable[str], kind: types.MessageType = types.MessageType.Info
) -> str:
    """The answer that somebody chooses; empty where none is. Raises RequestError where the client can't ask."""
    actions = [types.MessageActionItem(answer) for answer in answers]
    try:
        asked = server.window_show_message_request_async(types.ShowMessageRequestParams(kind, question, actions))
        answer = await _unless_it_leaves(server, asked)
    except JsonRpcException:
        raise RequestError(422, "your editor doesn't show questions, so nothing was changed", "question") from None
    return answer.title if answer is not None else ""


async def _unless_it_leaves(server: EditorSession, asked: Awaitable[Answer]) -> Answer:
    """What the client answers. Raises RequestError where it leaves instead."""
    answer, leaving = asyncio.ensure_future(asked), asyncio.ensure_future(server.leaving.wait())
    try:
        await asyncio.wait((answer, leaving), return_when=asyncio.FIRST_COMPLETED)
        if answer.done():
            return answer.result()
    finally:
        answer.cancel()
        leaving.cancel()
    raise _closing()


def _closing() -> RequestError:
    return RequestError(409, "your editor is closing, and the text is left as it is", "closing")
