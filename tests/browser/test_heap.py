"""What a page holds stays the same, however often it is scanned."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.heap import held
from tests.browser.panels import findings, open_findings
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, markdown, stream

WARM_UP = 40
ROUNDS = 150
# What JupyterLab loads late is there once; what a scan leaves is there each time that one looks.
WINDOWS = 3
# What is sent of the notebook is as long as this at least.
LONG = 20_000
# Each round ends where it began. What the shared document remembers for undo is forgotten, and no cell and no output
# comes or goes: without us too, JupyterLab 4.6 keeps some seventy objects of each cell that went, and six of an output.
_EDIT = """async ([rounds, token]) => {
  const { commands, shell } = window.jupyterapp;
  const { model } = shell.currentWidget.content;
  const scan = () => commands.execute('nbguard:scan');
  let scans = 0;
  const asked = new PerformanceObserver(list => {
    scans += list.getEntries().filter(entry => entry.name.includes('nbguard/api/scan')).length;
  });
  asked.observe({ type: 'resource' });
  for (let round = 0; round < rounds; round++) {
    const first = model.cells.get(0);
    for (const key of `x = ${round % 10}`) {
      const end = first.sharedModel.getSource().length;
      first.sharedModel.updateSource(end, end, key);
    }
    first.sharedModel.setSource(token);
    await scan();
    first.sharedModel.setSource('');
    await scan();
    first.sharedModel.clearUndoHistory();
    model.sharedModel.clearUndoHistory();
  }
  await new Promise(resolve => setTimeout(resolve, 500));
  asked.disconnect();
  performance.clearResourceTimings();
  return scans;
}"""


def test_nothing_is_left_behind_by_a_scan(open_notebook: OpenNotebook) -> None:
    """Keys, and a token that comes and goes, and with it the finding in an output that holds the same value.

    Marks, gutter, panel, the output's bar and the toolbar are at work.

    One object, node, listener or body that each scan left would be twice of what is allowed.
    """
    token = FakeTokens(seed=917).ionq()
    source = f'IONQ_API_KEY = "{token}"'
    cell = code("", stream(f"{token}\n"), count=None)
    notebook = open_notebook("heap.ipynb", cell, markdown("x" * LONG))
    panel = open_findings(notebook)
    session = notebook.page.context.new_cdp_session(notebook.page)
    notebook.page.evaluate(_EDIT, [WARM_UP, source])
    for left in reversed(range(WINDOWS)):
        before = held(session)
        scans = notebook.page.evaluate(_EDIT, [ROUNDS, source])
        after = held(session)
        assert scans >= 2 * ROUNDS
        most = scans // 2
        grown = [more - had for more, had in zip(after, before, strict=True)]
        if all(more < limit for more, limit in zip(grown, (most, most, most, LONG * most), strict=True)):
            break
        assert left, (before, after)
    # All of it was at work.
    notebook.page.evaluate(
        "source => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.setSource(source)",
        source,
    )
    expect(findings(panel)).to_have_count(2)
    expect(notebook.marks(0)).to_have_count(1)
