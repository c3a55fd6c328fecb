"""Autosave of a notebook that the save guard refuses: the dialog comes once, and by hand it comes again."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import toasts
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code

TOKENS = FakeTokens(seed=75)


def replace_cell(notebook: NotebookPage, text: str) -> None:
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.insert_text(text)


def test_dialog_of_a_refused_autosave_comes_once(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Not after Close, not for a line more; but for a save by hand, and for the next refusal after a save."""
    token = TOKENS.ionq()
    server = start_lab(policy='[jupyter]\nsave = "block"\n')
    notebook = open_notebook("autosaved.ipynb", code("1 + 1"), server=server)
    dialog = notebook.page.get_by_role("dialog")
    replace_cell(notebook, ionq(token))
    assert notebook.autosave() == 422
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name="Close").click()
    assert notebook.autosave() == 422
    replace_cell(notebook, "# moves the line\n" + ionq(token))
    assert notebook.autosave() == 422
    notebook.wait_for_scan()
    expect(dialog).to_have_count(0)
    expect(toasts(notebook)).to_have_count(1)
    expect(notebook.page.locator("#jp-main-statusbar")).to_contain_text("Saving failed")
    assert notebook.save() == 422
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name="Close").click()
    assert token not in server.read("autosaved.ipynb")
    replace_cell(notebook, "2 + 2")
    assert notebook.autosave() == 200
    expect(toasts(notebook)).to_have_count(0)
    replace_cell(notebook, ionq(token))
    assert notebook.autosave() == 422
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name="Close").click()
    assert token not in server.read("autosaved.ipynb")
