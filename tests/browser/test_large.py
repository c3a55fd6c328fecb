"""A notebook of 500 cells: typing stays fluent, and findings don't depend on what is on the screen."""

import json

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.panels import findings, open_findings
from tests.browser.scans import Scans
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, result, stream

ROUNDS = 20
PICTURE = "iVBORw0KGgoAAAANSUhEUg" + "A" * 200_000


def test_typing_in_500_cells_asks_once_at_a_time(open_notebook: OpenNotebook) -> None:
    """One request is under way, however fast somebody types, with the cell that changed and not with the 499 others.

    How long a mark takes is for benchmarks/keystrokes.py to say.
    """
    fake = FakeTokens(seed=721)
    body = "\n".join(f"value_{line} = transform(data[{line}], scale=0.5)" for line in range(10))
    cells = [code(f"# {number}\n{body}", stream(f"step {number}\n" * 5)) for number in range(499)]
    cells[3] = code("plot()", result(**{"image/png": PICTURE, "text/plain": "<Figure>"}))
    notebook = open_notebook("large.ipynb", code("", count=None), *cells)
    notebook.wait_for_scan()
    scans = Scans(notebook.page)
    notebook.editor(0).click()
    for number in range(ROUNDS):
        token = fake.dwave()
        notebook.page.keyboard.insert_text(f'token_{number} = "{token}"\n')
        expect(notebook.marks(0)).to_have_count(number + 1)
    assert scans.most == 1
    assert len(scans.sizes) >= ROUNDS
    assert max(scans.sizes) < 5_000


def test_findings_off_the_screen_are_known(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """A cell far down has no editor, but its finding counts, and its mark is there when it comes into view.

    Windowed, as only what is seen is in the page then; otherwise JupyterLab puts one cell after the other into it.
    """
    token = FakeTokens(seed=722).dwave()
    settings = json.dumps({"@jupyterlab/notebook-extension:tracker": {"windowingMode": "full"}})
    cells = [code(f"x_{number} = {number}\n" * 6) for number in range(300)]
    notebook = open_notebook("windowed.ipynb", *cells, code(f'"{token}"'), server=start_lab(settings=settings))
    expect(notebook.page.get_by_title("nbguard: 1 finding").first).to_be_visible()
    expect(notebook.page.locator(".cm-lintRange")).to_have_count(0)
    notebook.cell(0).locator(".jp-InputPrompt").click()
    notebook.page.keyboard.press("F8")
    expect(notebook.marks(300)).to_have_count(1)
    expect(notebook.marks(300)).to_have_text([token])


def test_large_outputs_go_with_a_longer_pause_only(open_notebook: OpenNotebook) -> None:
    """What is typed is scanned without them; what is known of them stays, and is looked at again when typing rests.

    They don't travel for that: the server has them.
    """
    fake = FakeTokens(seed=723)
    log = stream("".join(f"step {number}: loss 0.5\n" for number in range(40_000)) + fake.dwave() + "\n")
    notebook = open_notebook("log.ipynb", code("", count=None), code("train()", log))
    expect(notebook.page.get_by_title("nbguard: 1 finding").first).to_be_visible()
    scans = Scans(notebook.page)
    token = fake.dwave()
    notebook.write(0, f'"{token}"')
    expect(notebook.page.get_by_title("nbguard: 2 findings").first).to_be_visible()
    assert scans.looked[0] is False
    expect(notebook.marks(0)).to_have_count(1)
    scans.wait_for_outputs()
    expect(notebook.page.get_by_title("nbguard: 2 findings").first).to_be_visible()
    assert max(scans.sizes) < 10_000


def test_a_jump_doesn_t_wait_for_the_cells_before(open_notebook: OpenNotebook, context: BrowserContext) -> None:
    """JupyterLab puts one cell after the other into the page; all of them are there in the end, in their order."""
    token = FakeTokens(seed=724).dwave()
    # Cells come when the browser has nothing else to do: never, until it is told.
    context.add_init_script("window.idle = window.requestIdleCallback; window.requestIdleCallback = () => 0;")
    notebook = open_notebook(
        "far.ipynb", *(code(f"x_{number} = {number}\n" * 6) for number in range(40)), code(f'"{token}"')
    )
    page = notebook.page
    row = findings(open_findings(notebook))
    expect(row).to_have_count(1)
    expect(notebook.cell(40)).to_have_count(0)
    row.get_by_role("button", name="Go to").click()
    notebook.wait_for_selection(token)
    expect(notebook.marks(40)).to_be_in_viewport()
    page.evaluate(
        "() => { window.requestIdleCallback = window.idle; window.jupyterapp.shell.currentWidget.content.update(); }"
    )
    page.wait_for_function(
        "() => { const shown = [...document.querySelectorAll('.jp-Notebook .jp-Cell')];"
        " return shown.length === 41 && shown.every((cell, at) => cell.dataset.windowedListIndex === `${at}`); }"
    )
    expect(notebook.marks(40)).to_be_in_viewport()
