"""Marks are what the scan says: after random edits they agree with it in each of the six places (see marks.py).

NBGUARD_EDIT_SEQUENCES says how many sequences of edits are made, one after the other in the same page: 1000 where it
has the time.
"""

import json
import os
import random
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.marks import assert_agreement
from tests.browser.panels import open_findings
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, markdown, stream

SEQUENCES = int(os.environ.get("NBGUARD_EDIT_SEQUENCES", "40"))
# Two values of two providers, so that the same one comes back in another cell or in an output.
TOKENS = FakeTokens(seed=171)
IONQ, DWAVE = TOKENS.ionq(), TOKENS.dwave()
LINES = (
    f'IONQ_API_KEY = "{IONQ}"',
    f'sampler = DWaveSampler(token="{DWAVE}")',
    f"\U0001f431 = 1; ionq_api_key = '{IONQ}'",
    f'QiskitRuntimeService.save_account(token="{TOKENS.ibm_cloud()}")',
    "from qiskit_ionq import IonQProvider",
    "x = 1",
    "",
    f'DWAVE_API_TOKEN = "{DWAVE}"  # nbguard: allow dwave-api-token reason="revoked"',
)
# Each edit is applied to the model, as typing, other extensions and other people's pages do it.
_APPLY = """edits => {
  const { content } = window.jupyterapp.shell.currentWidget;
  const { model } = content;
  const shared = model.sharedModel;
  const pick = (share, count) => Math.min(count - 1, Math.floor(share * count));
  for (const [kind, which, where, length, text] of edits) {
    const index = pick(which, model.cells.length);
    const cell = model.cells.get(index);
    const source = cell.sharedModel.getSource();
    const lines = source.split('\\n');
    const line = pick(where, lines.length);
    const start = lines.slice(0, line).reduce((sum, before) => sum + before.length + 1, 0);
    const at = pick(where, source.length + 1);
    switch (kind) {
      case 'insert-line':
        cell.sharedModel.updateSource(start, start, text + '\\n');
        break;
      case 'delete-line':
        cell.sharedModel.updateSource(start, Math.min(source.length, start + lines[line].length + 1), '');
        break;
      case 'insert':
        cell.sharedModel.updateSource(at, at, text.slice(0, length));
        break;
      case 'enter':
        cell.sharedModel.updateSource(start, start, '\\n');
        break;
      case 'delete':
        cell.sharedModel.updateSource(at, Math.min(source.length, at + length), '');
        break;
      case 'replace':
        cell.sharedModel.setSource(text);
        break;
      case 'add-cell':
        if (model.cells.length < 5) {
          shared.insertCell(index, { cell_type: where < 0.7 ? 'code' : 'markdown', source: text, metadata: {} });
        }
        break;
      case 'delete-cell':
        if (model.cells.length > 2) {
          shared.deleteCell(index);
        }
        break;
      case 'move-cell':
        shared.moveCell(index, pick(where, model.cells.length));
        break;
      case 'output':
        cell.outputs?.add({ output_type: 'stream', name: where < 0.5 ? 'stdout' : 'stderr', text: text + '\\n' });
        break;
      case 'clear':
        cell.outputs?.clear();
        break;
      case 'undo':
        content.widgets[index].editor?.undo();
        break;
      case 'redo':
        content.widgets[index].editor?.redo();
        break;
      case 'undo-cell':
        shared.undo();
        break;
    }
    if (![...model.cells].length) {
      shared.insertCell(0, { cell_type: 'code', source: '', metadata: {} });
    }
  }
}"""
_KINDS = (
    "insert-line", "insert-line", "insert-line", "delete-line", "delete-line", "insert", "enter", "enter", "delete",
    "replace", "add-cell", "delete-cell", "move-cell", "output", "output", "clear", "undo", "undo", "redo", "undo-cell",
)  # fmt: skip


def _edits(choice: random.Random) -> list[list[Any]]:
    return [
        [choice.choice(_KINDS), choice.random(), choice.random(), choice.randint(1, 30), choice.choice(LINES)]
        for _ in range(choice.randint(1, 6))
    ]


def test_six_places_agree_with_the_scan_after_any_edits(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        "agreement.ipynb",
        code(LINES[0] + "\nx = 1", stream(f"{DWAVE}\n"), count=None),
        markdown(f"the key is `{LINES[0]}`"),
        code(LINES[4] + "\n" + LINES[1], count=None),
    )
    # Cells that aren't near the view have no marks, so the pages are short and high.
    notebook.page.set_viewport_size({"width": 1600, "height": 2400})
    panel = open_findings(notebook)
    expect(panel.locator(".nbg-Finding").first).to_be_visible()
    assert_agreement(notebook)
    for number in range(SEQUENCES):
        edits = _edits(random.Random(number))
        notebook.page.evaluate(_APPLY, edits)
        try:
            assert_agreement(notebook)
        except AssertionError as difference:
            pytest.fail(f"after sequence {number}, {json.dumps(edits)}: {difference}")


def test_a_deleted_token_leaves_no_mark_in_the_gutter(open_notebook: OpenNotebook) -> None:
    """Nor one on the line above when a line is begun in front of it; typed, as people do."""
    notebook = open_notebook("gutter.ipynb", code(f"import this\n{LINES[0]}\n{LINES[3]}", count=None))
    open_findings(notebook)
    expect(notebook.marks(0).first).to_be_visible()
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+Home")
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("Enter")
    assert_agreement(notebook)
    for _ in range(3):
        notebook.page.keyboard.press("Shift+ArrowDown")
    notebook.page.keyboard.press("Delete")
    assert_agreement(notebook)
