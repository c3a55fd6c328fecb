"""However a document came about in the editor, its findings are those of a scan of the saved file, place by place."""

import asyncio
import json
import os
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from nbguard.documents.reading import open_document
from nbguard.editing.workspace import Workspace
from nbguard.lsp.checks import Checks
from nbguard.lsp.opened import OpenDocuments
from nbguard.lsp.placed_findings import Result
from nbguard.policy.config import load_config
from nbguard.scan.scanner import Scanner
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens

TOKENS = FakeTokens(51)
IONQ, DWAVE = TOKENS.ionq(), TOKENS.dwave()
PIECES = (
    "", "x = 1\n", "import os\nfrom qiskit_ionq import IonQProvider as P\n", f'key = "{IONQ}"\n', "P(token=key)\n",
    f'P(token="{IONQ}")\n', f"{DWAVE} 🎉é\n", f'DWAVE_API_TOKEN = "{DWAVE}"  # nbguard: allow * reason="x"\n', "P(key",
    "%env IONQ_API_KEY=" + IONQ, "key = other\n", f'other = "{IONQ}"\n', "a@example.com", '"""', "\u2028", "\x0c", "𝔸",
    "def f(key=key):\n    return P(key)\n", f'"\\u{ord(DWAVE[0]):04x}{DWAVE[1:]}"', "!pip install qiskit\n", "\ud800",
    "\r\n", "\r",
)  # fmt: skip
METADATA = ({}, {"tags": ["x"]}, {"nbguard": {"allow": ["* reason='x'"]}}, {"k": DWAVE})


def units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


class Model:
    """A notebook in an editor: each deed changes it here, in UTF-16 units, and is told to the server's side."""

    def __init__(self, root: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.uri = f"file://{root}/a.ipynb"
        self.number = 0
        self.cells: list[dict[str, Any]] = []
        self.opened = OpenDocuments(None, types.TextDocumentSyncKind.Incremental, [], types.PositionEncodingKind.Utf16)
        notebook = types.NotebookDocument(self.uri, "jupyter-notebook", 1, [], {"language_info": {"name": "python"}})
        self.opened.put_notebook_document(types.DidOpenNotebookDocumentParams(notebook, []))

    def text(self) -> str:
        return "".join(self.random.choice(PIECES) for _ in range(self.random.randrange(4)))

    def insert(self) -> None:
        self.number += 1
        kind = self.random.choice([1, 2, 2, 2])
        cell = {"uri": f"cell:{self.number}", "kind": kind, "text": self.text(), "metadata": {}}
        at = self.random.randrange(len(self.cells) + 1)
        self.cells.insert(at, cell)
        item = types.TextDocumentItem(cell["uri"], "python", 1, cell["text"])
        new = types.NotebookCell(types.NotebookCellKind(kind), cell["uri"], {})
        self._structure(at, 0, [new], [item])

    def remove(self) -> None:
        if self.cells:
            at = self.random.randrange(len(self.cells))
            gone = self.cells.pop(at)
            self._structure(at, 1, [], [], [types.TextDocumentIdentifier(gone["uri"])])

    def move(self) -> None:
        if len(self.cells) > 1:
            at = self.random.randrange(len(self.cells) - 1)
            pair = self.cells[at : at + 2][::-1]
            self.cells[at : at + 2] = pair
            same = [types.NotebookCell(types.NotebookCellKind(c["kind"]), c["uri"], c["metadata"]) for c in pair]
            self._structure(at, 2, same, [])

    def annotate(self) -> None:
        if self.cells:
            cell = self.random.choice(self.cells)
            cell["metadata"] = self.random.choice(METADATA)
            # As VS Code has it, or as it is in the file.
            told = self.random.choice([cell["metadata"], {"metadata": cell["metadata"], "id": "x"}])
            data = [types.NotebookCell(types.NotebookCellKind(cell["kind"]), cell["uri"], told)]
            self._change(types.NotebookDocumentCellChanges(data=data))

    def edit(self) -> None:
        if not self.cells:
            return
        cell = self.random.choice(self.cells)
        text = cell["text"]
        first, last = sorted(self.random.randrange(len(text) + 1) for _ in range(2))
        if text[first - 1 : first + 1] == "\r\n" or text[last - 1 : last + 1] == "\r\n":
            return  # no position is between the two
        new = self.text()
        where = types.Range(position(text, first), position(text, last))
        cell["text"] = text[:first] + new + text[last:]
        whole = self.random.random() < 0.1
        change = (
            types.TextDocumentContentChangeWholeDocument(cell["text"])
            if whole
            else types.TextDocumentContentChangePartial(where, new)
        )
        self.number += 1
        document = types.VersionedTextDocumentIdentifier(self.number, cell["uri"])
        content = types.NotebookDocumentCellContentChanges(document, [change])
        self._change(types.NotebookDocumentCellChanges(text_content=[content]))

    def saved(self) -> bytes:
        cells = []
        for cell in self.cells:
            made = {"cell_type": "markdown" if cell["kind"] == 1 else "code", "id": cell["uri"].replace(":", "")}
            made |= {"source": cell["text"], "metadata": cell["metadata"]}
            cells.append(made | ({"outputs": [], "execution_count": None} if cell["kind"] == 2 else {}))
        metadata = {"language_info": {"name": "python"}}
        # Half a character can't be saved; what stands for it counts as much.
        text = json.dumps(
            {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}, ensure_ascii=False
        )
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text).encode()

    def _structure(self, at: int, gone: int, cells: list[Any], opened: list[Any], closed: Any = None) -> None:
        array = types.NotebookCellArrayChange(at, gone, cells)
        structure = types.NotebookDocumentCellChangeStructure(array, opened or None, closed)
        self._change(types.NotebookDocumentCellChanges(structure))

    def _change(self, cells: types.NotebookDocumentCellChanges) -> None:
        self.number += 1
        document = types.VersionedNotebookDocumentIdentifier(self.number, self.uri)
        event = types.NotebookDocumentChangeEvent(cells=cells)
        self.opened.update_notebook_document(types.DidChangeNotebookDocumentParams(document, event))


def position(text: str, index: int) -> types.Position:
    """Written again here, so that a fault there doesn't hide: one character after the other."""
    line = units_in_line = 0
    at = 0
    while at < index:
        if text[at] == "\r" and text[at + 1 : at + 2] == "\n":
            at += 2
            line, units_in_line = line + 1, 0
            continue
        if text[at] in "\r\n":
            line, units_in_line = line + 1, 0
        else:
            units_in_line += len(units(text[at])) // 2
        at += 1
    return types.Position(line, units_in_line)


Found = list[tuple[str, str, str, types.Range | None, bool]]


def of_result(result: Result, names: list[str]) -> Found:
    found = [
        (
            item.record.rule,
            place.uri,
            item.record.where,
            place.range if place.exact else None,
            item.record.waived is None,
        )
        for uri in names
        for item, place in result.by_text[uri]
    ]
    return sorted(found, key=repr)


def of_file(raw: bytes, model: Model, scanner: Scanner) -> Found:
    scanned = scanner.scan("a.ipynb", raw)
    if scanned.document is None:
        return []
    found = []
    for finding, record in scanner.judge(open_document("a.ipynb", raw), scanned.findings):
        number = record.cell.number if record.cell else 0
        cell = model.cells[number]
        where = None
        if record.where == "source":
            text = finding.field.text
            where = types.Range(position(text, finding.start), position(text, finding.end))
        found.append((record.rule, cell["uri"], record.where, where, record.waived is None))
    return sorted(found, key=repr)


def hold(root: Path, seeds: Iterable[int], steps: int, every: int) -> int:
    """Makes random edits and compares again and again; how many findings were compared."""
    (root / ".git").mkdir(exist_ok=True)
    workspace = Workspace("/")
    scanner = Scanner(load_config(str(root)))
    try:
        return sum(hold_one(root, seed, steps, every, workspace, scanner) for seed in seeds)
    finally:
        workspace.close()


def hold_one(root: Path, seed: int, steps: int, every: int, workspace: Workspace, scanner: Scanner) -> int:
    model = Model(str(root), seed)
    compared = 0

    async def run() -> None:
        nonlocal compared
        checks = Checks(workspace, lambda _: None)
        checks.opened = model.opened
        deeds = (model.insert, model.insert, model.remove, model.move, model.annotate, *[model.edit] * 6)
        for step in range(steps):
            model.random.choice(deeds)()
            if step % every and step != steps - 1:
                continue
            checks.changed(model.uri)
            result = await checks.result(model.uri)
            assert result is not None
            assert not result.problem, result.problem
            names = [cell["uri"] for cell in model.cells]
            texts = [
                "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in cell["text"]) for cell in model.cells
            ]
            assert [snapshot.text for snapshot in result.texts] == texts
            if names:
                expected = of_file(model.saved(), model, scanner)
                assert of_result(result, names) == expected, seed
                compared += len(expected)

    asyncio.run(run())
    return compared


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 32))
def test_after_any_edits_a_notebook_has_the_findings_of_the_saved_file(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    hold(tmp_path_factory.mktemp("workspace"), [seed], 12, 3)


@pytest.mark.slow
def test_after_many_sequences_too(tmp_path: Path) -> None:
    """NBGUARD_SEQUENCES asks for more than CI's."""
    count = int(os.environ.get("NBGUARD_SEQUENCES", "1000"))
    assert hold(tmp_path, range(count), 20, 10) > count


def test_an_opened_notebook_has_the_findings_of_its_file(tmp_path: Path) -> None:
    """Notebooks that nobody made for this: with outputs, attachments and metadata, as they come from the file."""
    (tmp_path / ".git").mkdir()
    workspace, scanner, compared = Workspace("/"), Scanner(load_config(str(tmp_path))), 0
    for file in sorted(Path(CHECKOUT, "sample_notebooks").glob("*.ipynb")):
        raw = file.read_bytes()
        held = json.loads(raw)
        uri, cells, texts, outputs = f"file://{tmp_path}/a.ipynb", [], [], {}
        for number, cell in enumerate(held["cells"]):
            name, markup = f"cell:{number}", cell["cell_type"] == "markdown"
            metadata = {"metadata": cell["metadata"], "attachments": cell.get("attachments")}
            cells.append(types.NotebookCell(types.NotebookCellKind(1 if markup else 2), name, metadata))
            language = "raw" if cell["cell_type"] == "raw" else "python"
            texts.append(types.TextDocumentItem(name, language, 1, "".join(cell["source"])))
            outputs[name] = cell.get("outputs", [])
        opened = OpenDocuments(None, types.TextDocumentSyncKind.Incremental, [], types.PositionEncodingKind.Utf16)
        notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, cells, held["metadata"])
        opened.put_notebook_document(types.DidOpenNotebookDocumentParams(notebook, texts))
        opened.put_outputs(uri, outputs)

        async def run(opened: OpenDocuments = opened, uri: str = uri) -> Result | None:
            checks = Checks(workspace, lambda _: None)
            checks.opened = opened
            checks.changed(uri)
            return await checks.result(uri)

        result = asyncio.run(run())
        assert result is not None
        assert not result.problem
        scanned = scanner.scan_or_raise("a.ipynb", raw)
        judged = scanner.judge(scanned.document, scanned.findings) if scanned.document else []
        told, expected = (
            sorted(
                (r.rule, r.where, r.cell.number if r.cell else -1, r.line, r.column, r.fingerprint, r.waived is None)
                for _, r in found
            )
            for found in (result.judged, judged)
        )
        assert told == expected, file.name
        assert sum(map(len, result.by_text.values())) == len(expected)
        compared += len(expected)
    workspace.close()
    assert compared > 5


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["a.py", "a.md", "a.yaml", "a.txt", "a.ipynb"]))
def test_a_file_has_the_findings_of_the_saved_one(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], name: str
) -> None:
    root = tmp_path_factory.mktemp("workspace")
    (root / ".git").mkdir(exist_ok=True)
    text = "".join(piece for piece in pieces if piece != "\ud800")
    if name == "a.ipynb":
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
        text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}, ensure_ascii=False)
    uri = f"file://{root}/{name}"
    opened = OpenDocuments(None, types.TextDocumentSyncKind.Incremental, [], types.PositionEncodingKind.Utf16)
    opened.put_text_document(types.TextDocumentItem(uri, "x", 1, text))
    workspace = Workspace("/")

    async def run() -> Result | None:
        checks = Checks(workspace, lambda _: None)
        checks.opened = opened
        checks.changed(uri)
        return await checks.result(uri)

    result = asyncio.run(run())
    workspace.close()
    assert result is not None
    assert not result.problem
    scanner = Scanner(load_config(str(root)))
    scanned = scanner.scan(name, text.encode())
    judged = scanner.judge(scanned.document, scanned.findings) if scanned.document else []
    # Lines of a report end with \n only; what stands there is compared where there is no other end.
    expected = sorted(
        (r.rule, r.region.line - 1, r.region.column - 1, r.region.end_line - 1, r.region.end_column - 1)
        for _, r in judged
    )
    told = sorted(
        (item.record.rule, p.range.start.line, p.range.start.character, p.range.end.line, p.range.end.character)
        for item, p in result.by_text[uri]
    )
    if name == "a.ipynb" or "\r" not in text:
        assert told == expected
    else:
        assert len(told) == len(expected)
