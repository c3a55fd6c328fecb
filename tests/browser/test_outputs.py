"""Findings at the outputs they are in, and the badge of values that the kernel masked."""

import json
import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import findings, open_findings
from tests.browser.sources import dwave, lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, stream
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=71)
FLAGGED = re.compile(r"\bnbg-mod-flagged\b")


def bar(notebook: NotebookPage, index: int) -> Locator:
    return notebook.cell(index).locator(".nbg-OutputBar")


def badge(notebook: NotebookPage) -> Locator:
    return notebook.page.locator(".jp-NotebookPanel-toolbar .nbg-MaskedButton")


def test_output_is_marked_and_can_be_cleared(open_notebook: OpenNotebook) -> None:
    """The bar stands at the cell's outputs, the very output is flagged, and one button empties them."""
    token = TOKENS.dwave()
    outputs = [stream("first\n", name="stderr"), stream(f"token {token}\n")]
    notebook = open_notebook("output.ipynb", code("show()", *outputs), code("1 + 1", stream("2\n")))
    expect(bar(notebook, 0)).to_contain_text("Output 2: D-Wave SAPI token")
    expect(bar(notebook, 0)).to_contain_text("high")
    shown = notebook.cell(0).locator(".jp-OutputArea-child")
    expect(shown.nth(1)).to_have_class(FLAGGED)
    expect(shown.nth(0)).not_to_have_class(FLAGGED)
    expect(bar(notebook, 1)).to_have_count(0)
    notebook.picture("output-bar")
    bar(notebook, 0).get_by_role("button", name="Clear output").click()
    expect(bar(notebook, 0)).to_have_count(0)
    expect(shown).to_have_count(0)
    expect(notebook.cell(1).locator(".jp-OutputArea-child")).to_have_count(1)
    assert notebook.save() == 200
    assert token not in notebook.server.read("output.ipynb")


def test_bar_follows_what_the_cell_prints(open_notebook: OpenNotebook) -> None:
    """A run that prints a token brings the bar, the next run that prints none takes it away."""
    token = TOKENS.dwave()
    half = len(token) // 2
    source = f"import os\nprint('{token[:half]}' + '{token[half:]}' if not os.environ.get('QUIET') else 'nothing')"
    notebook = open_notebook("reruns.ipynb", code(source, count=None), code("os.environ['QUIET'] = '1'", count=None))
    notebook.run(0)
    expect(bar(notebook, 0)).to_be_visible()
    panel = open_findings(notebook)
    expect(findings(panel).filter(has_text="output 1")).to_have_count(1)
    notebook.run(1)
    notebook.run(0)
    expect(notebook.output(0)).to_contain_text("nothing")
    expect(bar(notebook, 0)).to_have_count(0)
    expect(findings(panel).filter(has_text="output 1")).to_have_count(0)


def test_bar_leads_to_the_panel_and_to_allowing(open_notebook: OpenNotebook) -> None:
    """An output can be allowed with a reason, which the panel then shows below the fold."""
    notebook = open_notebook("allowed.ipynb", code("show()", stream(f"{TOKENS.dwave()}\n")))
    bar(notebook, 0).get_by_role("button", name="Show in panel").click()
    panel = notebook.page.get_by_role("region", name="nbguard: findings")
    expect(findings(panel)).to_have_count(1)
    bar(notebook, 0).get_by_role("button", name="Allow…").click()
    dialog = notebook.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("a token that was revoked")
    dialog.get_by_role("button", name="Allow").click()
    expect(bar(notebook, 0)).to_have_count(0)
    panel.get_by_text("1 allowed").click()
    expect(panel.get_by_text("Reason: a token that was revoked")).to_be_visible()


def test_bar_is_there_again_after_scrolling_away(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """A windowed notebook takes cells off the page and puts them back; a cell below the view gets its bar when seen."""
    settings = json.dumps({"@jupyterlab/notebook-extension:tracker": {"windowingMode": "full"}})
    cells = [code(f"value_{number} = {number}") for number in range(120)]
    cells[0] = code("show()", stream(f"{TOKENS.dwave()}\n"))
    cells[110] = code("show()", stream(f"{TOKENS.dwave()}\n"))
    notebook = open_notebook("away.ipynb", *cells, server=start_lab(settings=settings))
    expect(bar(notebook, 0)).to_have_count(1)
    panel = open_findings(notebook)
    findings(panel).nth(1).get_by_role("button", name="Go to:").click()
    expect(bar(notebook, 110)).to_be_in_viewport()
    expect(bar(notebook, 0)).to_have_count(0)
    findings(panel).nth(0).get_by_role("button", name="Go to:").click()
    expect(bar(notebook, 0)).to_be_in_viewport()
    expect(bar(notebook, 0)).to_have_count(1)
    findings(panel).nth(1).get_by_role("button", name="Clear output").click()
    expect(findings(panel)).to_have_count(1)


def test_badge_counts_masked_values(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """What the kernel masked is counted in the toolbar, and the value is in no output."""
    value = TOKENS.ionq()
    openbao.store("quantum/masked", api_key=value)
    notebook = open_notebook(
        "masked.ipynb", code(f"{lookup('quantum/masked#api_key')}\nprint(key)\nprint('again', key)", count=None)
    )
    expect(badge(notebook)).to_be_hidden()
    notebook.run(0)
    expect(notebook.output(0)).to_contain_text("[secret quantum/masked#api_key]")
    expect(badge(notebook)).to_have_text("2 values masked")
    assert value not in notebook.output(0).inner_text()
    notebook.picture("masked")
    assert notebook.save() == 200
    assert value not in notebook.server.read("masked.ipynb")


def test_mark_in_a_cell_with_a_source_finding(open_notebook: OpenNotebook) -> None:
    """The same token in source and output: two findings, one bar, and the bar is not in the way of the squiggle."""
    token = TOKENS.dwave()
    notebook = open_notebook("both.ipynb", code(dwave(token), stream(f"{token}\n")))
    expect(bar(notebook, 0)).to_be_visible()
    expect(notebook.marks(0)).to_have_count(1)
