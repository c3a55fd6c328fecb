"""The doors that hostile text goes through: commands on a file, and an editor that opens a document and changes it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import msgspec
from lsprotocol import types

from benchmarks.jupyter import as_body
from nbguard.cli.main import main as run_nbguard
from nbguard.editing.finding_records import as_answer
from nbguard.editing.plain_texts import PlainText
from nbguard.editing.request_records import read_record
from nbguard.editing.sent_notebooks import ScanRequest
from nbguard.editing.workspace import Workspace
from nbguard.lsp.checks import Checks
from nbguard.lsp.diagnostics import diagnostics_of
from nbguard.lsp.opened import OpenDocuments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from nbguard.lsp.placed_findings import Result

COMMANDS = {
    "scan": ("scan", "--no-cache", "--exit-zero"),
    "rule packs": ("scan", "--no-cache", "--exit-zero", "--config", "packs.toml"),
    "strip": ("strip", "--check"),
    "move": ("vault", "move", "--dry-run"),
    "redact": ("data", "redact", "--dry-run"),
}
# The line that somebody types, at the document's beginning and in its middle.
EDIT = "x = 1\n"


def run_door(door: str, name: str, cells: Sequence[str], folder: Path) -> tuple[int, float]:
    """The exit status of a door on a document, and at how much CPU time of this process that began which is measured.

    A command reads the file of that name in the current folder; an editor is given the cells, or the one text.
    """
    if door in COMMANDS:
        return run_nbguard([*COMMANDS[door], name]), 0.0
    editor, edits = EDITORS[door]
    steps = editor(folder, name, list(cells))
    if edits:
        next(steps)
    began = time.process_time() if edits else 0.0
    for _ in range(edits or 1):
        next(steps)
    return 0, began


def _jupyter(folder: Path, name: str, cells: list[str]) -> Iterator[None]:
    """The Jupyter server: the document is sent, then sent again after each edit."""
    workspace = Workspace(str(folder))
    while True:
        if name.endswith(".ipynb"):
            body = as_body(cells, [[] for _ in cells])
            document = msgspec.json.decode(body) | {"path": name}
        else:
            document = {"path": name, "text": "".join(cells)}
        request, _ = workspace.sent.complete(read_record(msgspec.json.encode(document), ScanRequest))
        scanned, judged = workspace.scan(request)
        text = PlainText(request.text, scanned) if request.text is not None else None
        msgspec.json.encode([as_answer(item, text) for item in judged])
        yield
        _edit(cells)


def _edit(cells: list[str]) -> None:
    """A line more at the beginning of the first cell and of the one in the middle."""
    for number in {0, len(cells) // 2}:
        cells[number] = EDIT + cells[number]


def _language_server(folder: Path, name: str, cells: list[str]) -> Iterator[None]:
    """The language server: the client opens the document, then tells each edit."""
    uri = f"file://{folder}/{name}"
    opened = OpenDocuments(None, types.TextDocumentSyncKind.Incremental, [], types.PositionEncodingKind.Utf16)
    workspace = Workspace("/")
    change = _open_notebook(opened, uri, cells) if name.endswith(".ipynb") else _open_text(opened, uri, "".join(cells))
    checks = Checks(workspace, lambda _: None)
    checks.opened = opened

    async def look() -> Result | None:
        checks.changed(uri)
        return await checks.result(uri)

    loop = asyncio.new_event_loop()
    while True:
        result = loop.run_until_complete(look())
        if result is not None:
            msgspec.json.encode(str(diagnostics_of(result, show_allowed=False)))
        yield
        change()


def _open_text(opened: OpenDocuments, uri: str, text: str) -> Callable[[], None]:
    opened.put_text_document(types.TextDocumentItem(uri, "python", 1, text))
    document = types.VersionedTextDocumentIdentifier(2, uri)

    def change() -> None:
        for line in (0, text.count("\n") // 2):
            opened.update_text_document(document, _inserted(line))

    return change


def _open_notebook(opened: OpenDocuments, uri: str, cells: list[str]) -> Callable[[], None]:
    names = [f"cell:{number}" for number in range(len(cells))]
    listed = [types.NotebookCell(types.NotebookCellKind.Code, name) for name in names]
    texts = [types.TextDocumentItem(name, "python", 1, text) for name, text in zip(names, cells, strict=True)]
    notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, listed)
    opened.put_notebook_document(types.DidOpenNotebookDocumentParams(notebook, texts))

    def change() -> None:
        contents = [
            types.NotebookDocumentCellContentChanges(
                types.VersionedTextDocumentIdentifier(2, names[number]), [_inserted(0)]
            )
            for number in {0, len(cells) // 2}
        ]
        event = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=contents))
        told = types.DidChangeNotebookDocumentParams(types.VersionedNotebookDocumentIdentifier(2, uri), event)
        opened.update_notebook_document(told)

    return change


def _inserted(line: int) -> types.TextDocumentContentChangePartial:
    place = types.Position(line, 0)
    return types.TextDocumentContentChangePartial(types.Range(place, place), EDIT)


# An editor, and how many edits are measured; with none it is what opening costs.
EDITORS = {
    "lab": (_jupyter, 0),
    "lab edit": (_jupyter, 1),
    "lsp": (_language_server, 0),
    "lsp edit": (_language_server, 1),
}
DOORS = (*COMMANDS, *EDITORS)
