"""Changes of texts as edits of the client's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import (
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

if TYPE_CHECKING:
    from nbguard.lsp.opened import OpenDocuments
    from nbguard.lsp.placed_findings import Result


class Edits:
    """Edits of the texts of one document; each says which version of a text it was made for."""

    def __init__(self, result: Result) -> None:
        self._result = result
        self._by_text: dict[int, list[TextEdit]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_text)

    def put(self, number: int, start: int, end: int, text: str) -> None:
        """Puts a text in the place of the characters from ``start`` to ``end`` of the text of this number.

        Its lines end as those of the text do.
        """
        where = self._result.lines(number).range(start, end)
        if "\n" in text and "\r\n" in self._result.texts[number].text:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        self._by_text.setdefault(number, []).append(TextEdit(where, text))

    def rewrite(self, number: int, text: str) -> None:
        """Makes the text of this number another one, and changes no more of it than differs."""
        old = self._result.texts[number].text
        if old == text:
            return
        first = 0
        least = min(len(old), len(text))
        while first < least and old[first] == text[first]:
            first += 1
        last = 0
        while last < least - first and old[-1 - last] == text[-1 - last]:
            last += 1
        self.put(number, first, len(old) - last, text[first : len(text) - last])

    def still_fit(self, opened: OpenDocuments) -> bool:
        """Whether the texts are what they were when these edits were made."""
        texts = self._result.texts
        made_for = (texts[number] for number in self._by_text)
        return all((now := opened.texts.get(old.uri)) is not None and now.text == old.text for old in made_for)

    def as_workspace_edit(self, versioned: bool) -> WorkspaceEdit:
        """All of them, as one step that can be undone; ``versioned``: each text's version is said."""
        texts = self._result.texts
        if not versioned:
            return WorkspaceEdit({texts[number].uri: list(edits) for number, edits in self._by_text.items()})
        return WorkspaceEdit(
            document_changes=[
                TextDocumentEdit(
                    OptionalVersionedTextDocumentIdentifier(texts[number].uri, texts[number].version), list(edits)
                )
                for number, edits in self._by_text.items()
            ]
        )
