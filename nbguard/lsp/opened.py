"""What the client has open: texts, and notebooks whose cells are texts. Kept change by change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol.types import NotebookCellKind, TextDocumentContentChangePartial
from pygls.workspace import Workspace

from nbguard.lsp.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol import types

    from nbguard.editing.request_records import NotebookRequest

_encode = msgspec.json.encode
# Half a character can be in a text of a client's and not in UTF-8. What stands for it counts as many units.
_HALVES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Text:
    """An open text, or a cell's."""

    def __init__(self, item: types.TextDocumentItem, notebook: str | None, number: int) -> None:
        self.uri = item.uri
        self.language = item.language_id
        self.version = item.version
        self.notebook = notebook
        self.id = f"c{number}"
        self.outputs: list[Any] = []
        self._cell = b""
        self.text = _whole(item.text)

    def __repr__(self) -> str:
        """Shows no content."""
        return f"Text({self.uri!r}, version {self.version})"

    def change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Makes one change."""
        if isinstance(change, TextDocumentContentChangePartial):
            lines = Lines(self.text)
            start, end = lines.index(change.range.start), lines.index(change.range.end)
            self.text = self.text[:start] + _whole(change.text) + self.text[max(start, end) :]
        else:
            self.text = _whole(change.text)
        self.forget()

    def forget(self) -> None:
        """Lets go of the cell's JSON, because something in it has changed."""
        self._cell = b""

    def as_cell(self, cell: types.NotebookCell) -> bytes:
        """The JSON of the cell that this text is the source of, as a notebook's file has it."""
        if not self._cell:
            markup = cell.kind == NotebookCellKind.Markup
            given: dict[str, Any] = cell.metadata if isinstance(cell.metadata, dict) else {}
            kind = "markdown" if markup else "raw" if self.language == "raw" else "code"
            made = {"cell_type": kind, "id": self.id, "metadata": _notebook_format(given), "source": self.text}
            if isinstance(given.get("attachments"), dict):
                made["attachments"] = given["attachments"]
            if kind == "code":
                made["outputs"] = self.outputs
            self._cell = _encode(made)
        return self._cell


class OpenDocuments(Workspace):
    """Everything that is open. What the client says of documents that aren't is left alone."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.texts: dict[str, Text] = {}
        self.notebooks: dict[str, types.NotebookDocument] = {}
        self._count = 0

    def put_notebook_document(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """A notebook was opened."""
        self.notebooks[params.notebook_document.uri] = params.notebook_document
        for item in params.cell_text_documents:
            self.put_text_document(item, params.notebook_document.uri)

    def put_text_document(self, text_document: types.TextDocumentItem, notebook_uri: str | None = None) -> None:
        """A text was opened, or a cell's."""
        self._count += 1
        self.texts[text_document.uri] = Text(text_document, notebook_uri, self._count)

    def remove_notebook_document(self, params: types.DidCloseNotebookDocumentParams) -> None:
        """A notebook was closed."""
        self.notebooks.pop(params.notebook_document.uri, None)
        for cell in [text.uri for text in self.texts.values() if text.notebook == params.notebook_document.uri]:
            self.remove_text_document(cell)

    def remove_text_document(self, doc_uri: str) -> None:
        """A text was closed."""
        self.texts.pop(doc_uri, None)

    def update_notebook_document(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """Cells came, went, moved or changed."""
        notebook = self.notebooks.get(params.notebook_document.uri)
        if notebook is None:
            return
        notebook.version = params.notebook_document.version
        if params.change.metadata is not None:
            notebook.metadata = params.change.metadata
        changed = params.change.cells
        if changed is None:
            return
        if changed.structure is not None:
            array = changed.structure.array
            cells = list(notebook.cells)
            cells[array.start : array.start + array.delete_count] = array.cells or []
            notebook.cells = cells
            for closed in changed.structure.did_close or ():
                self.remove_text_document(closed.uri)
            for item in changed.structure.did_open or ():
                self.put_text_document(item, notebook.uri)
        self._update_cells(notebook, changed.data or ())
        for content in changed.text_content or ():
            for change in content.changes:
                self.update_text_document(content.document, change)

    def update_text_document(
        self, text_doc: types.VersionedTextDocumentIdentifier, change: types.TextDocumentContentChangeEvent
    ) -> None:
        """A text changed."""
        text = self.texts.get(text_doc.uri)
        if text is not None:
            text.change(change)
            text.version = text_doc.version

    def put_outputs(self, notebook: str, outputs: dict[str, list[Any]]) -> bool:
        """A client that knows outputs tells those of a notebook's cells; whether any changed."""
        changed = False
        for uri, given in outputs.items():
            text = self.texts.get(uri)
            if text is not None and text.notebook == notebook and isinstance(given, list) and given != text.outputs:
                text.outputs = given
                text.forget()
                changed = True
        return changed

    def owner(self, uri: str) -> str | None:
        """The document that is scanned for a URI: the notebook of a cell, else the text itself; None for unknown."""
        if uri in self.notebooks:
            return uri
        text = self.texts.get(uri)
        return None if text is None else text.notebook or uri

    def owners(self) -> Iterable[str]:
        """All documents that are scanned."""
        return [*self.notebooks, *(text.uri for text in self.texts.values() if text.notebook is None)]

    def cells(self, notebook: str) -> list[Text]:
        """The texts of a notebook's cells, in order."""
        known = (self.texts.get(cell.document) for cell in self.notebooks[notebook].cells)
        return [text for text in known if text is not None]

    def as_request(self, uri: str, path: str) -> NotebookRequest:
        """A notebook as it would be saved at a path."""
        # Loaded with the first notebook: an editor waits for the answer before it.
        from nbguard.editing.request_records import NotebookRequest

        notebook = self.notebooks[uri]
        cells = [
            msgspec.Raw(text.as_cell(cell))
            for cell in notebook.cells
            if (text := self.texts.get(cell.document)) is not None
        ]
        given: dict[str, Any] = notebook.metadata if isinstance(notebook.metadata, dict) else {}
        metadata = _notebook_format(given)
        if not metadata.keys() & {"kernelspec", "language_info"}:
            metadata = metadata | {"language_info": {"name": self._language(notebook)}}
        return NotebookRequest(path, cells, "", msgspec.Raw(_encode(metadata)))

    def _language(self, notebook: types.NotebookDocument) -> str:
        code = (cell.document for cell in notebook.cells if cell.kind == NotebookCellKind.Code)
        languages = (text.language for uri in code if (text := self.texts.get(uri)) is not None)
        return next((language for language in languages if language != "raw"), "python")

    def _update_cells(self, notebook: types.NotebookDocument, cells: Iterable[types.NotebookCell]) -> None:
        """Kind and metadata of cells; an execution count changes nothing that is looked at."""
        known = {cell.document: cell for cell in notebook.cells}
        for cell in cells:
            before = known.get(cell.document)
            if before is None or (before.kind, before.metadata) == (cell.kind, cell.metadata):
                continue
            before.kind, before.metadata = cell.kind, cell.metadata
            if (text := self.texts.get(cell.document)) is not None:
                text.forget()


def _notebook_format(metadata: dict[str, Any]) -> dict[str, Any]:
    """The metadata of the notebook's file: VS Code keeps it below ``metadata``, beside what is its own."""
    inner = metadata.get("metadata")
    return inner if isinstance(inner, dict) else metadata


def _whole(text: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.translate(_HALVES)
    return text
