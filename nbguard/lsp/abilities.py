"""What a client can do, as far as answers depend on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lsprotocol.types import MarkupKind

if TYPE_CHECKING:
    from lsprotocol.types import ClientCapabilities


class Abilities(NamedTuple):
    """What a client says that it can. By default all, as today's editors do.

    ``applies_edits``: it makes edits that a server asks for. ``versioned_edits``: an edit may say which version of a
    text it is for. ``markdown``: a hover may be Markdown. ``code_actions``: a quick fix may be more than a command.
    """

    applies_edits: bool = True
    versioned_edits: bool = True
    markdown: bool = True
    code_actions: bool = True


def abilities_of(told: ClientCapabilities) -> Abilities:
    """The abilities of a client; what it doesn't name it can't."""
    workspace, text = told.workspace, told.text_document
    edit = workspace.workspace_edit if workspace is not None else None
    hover = text.hover if text is not None else None
    action = text.code_action if text is not None else None
    return Abilities(
        bool(workspace is not None and workspace.apply_edit),
        bool(edit is not None and edit.document_changes),
        hover is not None and MarkupKind.Markdown in (hover.content_format or ()),
        action is not None and action.code_action_literal_support is not None,
    )
