"""jupyter-collaboration: the server saves by itself, and a refusal is seen in a toast only."""

import json

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.panels import findings, open_findings, status_item, toasts, unsaved_badge
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code

TOKENS = FakeTokens(seed=77)


def test_refusal_is_told_once_and_is_over_when_mended(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """One toast however often the server tries; it goes when the token does; the disk has it at no time."""
    token = TOKENS.ionq()
    settings = json.dumps({"@jupyterlab/docmanager-extension:plugin": {"autosave": True}})
    server = start_lab(collaboration=True, policy='[jupyter]\nsave = "block"\n', settings=settings)
    notebook = open_notebook("shared.ipynb", code("1 + 1"), server=server)
    panel = open_findings(notebook)
    notebook.write(0, "\n" + ionq(token))
    expect(findings(panel)).to_have_count(1)
    expect(toasts(notebook)).to_contain_text("shared.ipynb was not saved. 1 finding.")
    notebook.write(0, "\n# the server tries again")
    notebook.write(0, "\n# and again")
    expect(toasts(notebook)).to_have_count(1)
    assert token not in server.read("shared.ipynb")
    findings(panel).get_by_role("button", name="Move to Vault").click()
    expect(findings(panel)).to_have_count(0)
    expect(toasts(notebook).filter(has_text="was not saved")).to_have_count(0)
    notebook.wait_for_disk("shared.ipynb", "secret(")
    assert token not in server.read("shared.ipynb")


def test_a_refused_save_is_no_saved_document(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """After Ctrl+S the page doesn't say that it is saved; a newcomer sees it, and both see when it is over."""
    token = TOKENS.ionq()
    server = start_lab(collaboration=True, policy='[jupyter]\nsave = "block"\n')
    notebook = open_notebook("held.ipynb", code("1 + 1"), server=server)
    notebook.write(0, "\n" + ionq(token))
    notebook.page.keyboard.press("Control+s")
    expect(unsaved_badge(notebook)).to_be_visible()
    expect(status_item(notebook)).to_have_text("nbguard: 1 finding, not saved")
    expect(notebook.page.locator("#jp-main-statusbar")).to_contain_text("Saving failed")
    dirty = notebook.page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")
    expect(dirty).to_have_count(1)
    expect(toasts(notebook).filter(has_text="held.ipynb was not saved. 1 finding.")).to_have_count(1)
    # Nor after a second try, nor later.
    notebook.page.keyboard.press("Control+s")
    notebook.page.wait_for_timeout(4000)
    expect(notebook.page.locator("#jp-main-statusbar")).to_contain_text("Saving failed")
    expect(dirty).to_have_count(1)
    newcomer = open_notebook("held.ipynb", server=server)
    expect(unsaved_badge(newcomer)).to_be_visible()
    expect(toasts(newcomer).filter(has_text="held.ipynb was not saved. 1 finding.")).to_have_count(1)
    assert token not in server.read("held.ipynb")
    notebook.page.bring_to_front()
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("2 + 2")
    notebook.page.keyboard.press("Control+s")
    notebook.wait_for_disk("held.ipynb", "2 + 2")
    for page in (notebook, newcomer):
        expect(unsaved_badge(page)).to_have_count(0)
        expect(status_item(page)).to_have_text("nbguard: OK")
        expect(toasts(page).filter(has_text="was not saved")).to_have_count(0)
