"""Autosave of a notebook that the save guard refuses: the dialog comes once, and by hand it comes again."""

import json

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import toasts
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code

TOKENS = FakeTokens(seed=75)
EVERY_SECOND = json.dumps({"@jupyterlab/docmanager-extension:plugin": {"autosave": True, "autosaveInterval": 1}})


def wait_for_save(notebook: NotebookPage, status: int, times: int = 1) -> None:
    """Waits for answers to autosaves."""
    for _ in range(times):
        with notebook.page.expect_response(
            lambda answer: "api/contents/" in answer.url and answer.request.method == "PUT" and answer.status == status
        ):
            pass


def replace_cell(notebook: NotebookPage, text: str) -> None:
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.insert_text(text)


def test_dialog_of_a_refused_autosave_comes_once(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Not after Close, not for a line more; but for a save by hand, and for the next refusal after a save."""
    token = TOKENS.ionq()
    server = start_lab(policy='[jupyter]\nsave = "block"\n', settings=EVERY_SECOND)
    notebook = open_notebook("autosaved.ipynb", code("1 + 1"), server=server)
    dialog = notebook.page.get_by_role("dialog")
    replace_cell(notebook, ionq(token))
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name="Close").click()
    wait_for_save(notebook, 422, times=2)
    replace_cell(notebook, "# moves the line\n" + ionq(token))
    wait_for_save(notebook, 422, times=2)
    expect(dialog).to_have_count(0)
    expect(toasts(notebook)).to_have_count(1)
    expect(notebook.page.locator("#jp-main-statusbar")).to_contain_text("Saving failed")
    notebook.page.keyboard.press("Control+s")
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name="Close").click()
    assert token not in server.read("autosaved.ipynb")
    replace_cell(notebook, "2 + 2")
    wait_for_save(notebook, 200)
    expect(toasts(notebook)).to_have_count(0)
    replace_cell(notebook, ionq(token))
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name="Close").click()
    assert token not in server.read("autosaved.ipynb")
    replace_cell(notebook, "3 + 3")
    wait_for_save(notebook, 200)
