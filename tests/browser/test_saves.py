"""What is seen of the save guard: the dialog, the toast, the file on disk."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import status_item, toasts, unsaved_badge
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, stream

TOKENS = FakeTokens(seed=73)
# JupyterLab 4.0 has another word for it.
CLOSE = re.compile("^(Close|Dismiss)")
BLOCK = '[jupyter]\nsave = "block"\n'
STRIP = '[jupyter]\nsave = "strip"\n'


def test_refused_save_says_why_and_is_over_when_saved(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Lab's dialog has the way out in it; one toast stays until a save works; the disk never has the token."""
    token = TOKENS.ionq()
    notebook = open_notebook("blocked.ipynb", code("1 + 1"), server=start_lab(policy=BLOCK))
    notebook.write(0, "\n" + ionq(token))
    assert notebook.save() == 422
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Move it to Vault or take it out, and save again.")
    expect(toasts(notebook)).to_have_count(1)
    expect(toasts(notebook)).to_contain_text("blocked.ipynb was not saved. 1 finding.")
    notebook.picture("save-blocked")
    assert token not in dialog.inner_text() + toasts(notebook).inner_text()
    dialog.get_by_role("button", name=CLOSE).click()
    assert token not in notebook.server.read("blocked.ipynb")
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    expect(toasts(notebook)).to_have_count(1)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("2 + 2")
    assert notebook.save() == 200
    expect(toasts(notebook)).to_have_count(0)
    assert notebook.disk("blocked.ipynb")["cells"][0]["source"] == ["2 + 2"]


def test_a_refusal_is_shown_until_a_save_works(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """In the toolbar and the status bar, to whoever opens the file too; the badge says why and saves again."""
    token = TOKENS.ionq()
    server = start_lab(policy=BLOCK)
    notebook = open_notebook("held.ipynb", code("1 + 1"), server=server)
    expect(status_item(notebook)).to_have_text("nbguard: OK")
    expect(unsaved_badge(notebook)).to_have_count(0)
    notebook.write(0, "\n" + ionq(token))
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    expect(unsaved_badge(notebook)).to_be_visible()
    expect(status_item(notebook)).to_have_text("nbguard: 1 finding, not saved")
    notebook.picture("save-refused", notebook.page.locator(".jp-NotebookPanel"))
    unsaved_badge(notebook).click()
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("held.ipynb was not saved.")
    expect(dialog).to_contain_text("Saves of this file are refused since")
    expect(dialog).to_contain_text("ionq-api-key in cell 1, line 3")
    assert token not in dialog.inner_text()
    dialog.get_by_role("button", name=CLOSE).click()
    # Somebody else opens the file: what is on the disk has nothing in it, and isn't what was to be saved.
    newcomer = open_notebook("held.ipynb", server=server)
    expect(unsaved_badge(newcomer)).to_be_visible()
    expect(status_item(newcomer)).to_have_text("nbguard: OK, not saved")
    expect(toasts(newcomer)).to_contain_text("held.ipynb was not saved. 1 finding.")
    notebook.page.bring_to_front()
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("2 + 2")
    assert notebook.save() == 200
    for page in (notebook, newcomer):
        expect(unsaved_badge(page)).to_have_count(0)
        expect(status_item(page)).to_have_text("nbguard: OK")
        expect(toasts(page)).to_have_count(0)


def test_a_refused_copy_leaves_no_toast_behind(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """There is no file that could be saved yet: it is said with words that fit, and nothing stays."""
    server = start_lab(policy=BLOCK)
    notebook = open_notebook("origin.ipynb", code(ionq(TOKENS.ionq())), server=server)
    notebook.page.evaluate(
        "() => { window.jupyterapp.serviceManager.contents.copy('origin.ipynb', '').catch(() => undefined); }"
    )
    expect(toasts(notebook)).to_contain_text("origin-Copy1.ipynb was not made")
    expect(unsaved_badge(notebook)).to_have_count(0)
    expect(toasts(notebook)).to_have_count(0)
    assert not (server.root / "origin-Copy1.ipynb").exists()


def test_save_as_is_refused_as_a_save_is(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """The token is under neither name on the disk, and what is shown is of the name that the page has then."""
    token = TOKENS.ionq()
    server = start_lab(policy=BLOCK)
    notebook = open_notebook("first.ipynb", code("1 + 1"), server=server)
    page = notebook.page
    notebook.write(0, "\n" + ionq(token))
    save_as(notebook, "second.ipynb")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name=CLOSE).click()
    assert not (server.root / "second.ipynb").exists()
    assert token not in server.read("first.ipynb")
    expect(toasts(notebook)).to_contain_text("second.ipynb")
    # The way out is the same: without the token it can be saved, under the other name too.
    notebook.editor(0).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("2 + 2")
    assert notebook.save() == 200
    save_as(notebook, "second.ipynb")
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget?.context?.path === 'second.ipynb'")
    expect(toasts(notebook)).to_have_count(0)
    expect(unsaved_badge(notebook)).to_have_count(0)
    expect(status_item(notebook)).to_have_text("nbguard: OK")
    assert notebook.disk("second.ipynb")["cells"][0]["source"] == ["2 + 2"]


def test_a_refusal_goes_along_with_another_name(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    token = TOKENS.ionq()
    server = start_lab(policy=BLOCK)
    notebook = open_notebook("before.ipynb", code("1 + 1"), server=server)
    notebook.write(0, "\n" + ionq(token))
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    expect(toasts(notebook)).to_contain_text("before.ipynb was not saved")
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.rename('after.ipynb')")
    expect(toasts(notebook).filter(has_text="after.ipynb was not saved")).to_have_count(1)
    expect(toasts(notebook)).to_have_count(1)
    expect(unsaved_badge(notebook)).to_be_visible()
    expect(status_item(notebook)).to_have_text("nbguard: 1 finding, not saved")
    assert token not in server.read("after.ipynb")
    assert not (server.root / "before.ipynb").exists()
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("2 + 2")
    assert notebook.save() == 200
    expect(toasts(notebook)).to_have_count(0)
    expect(unsaved_badge(notebook)).to_have_count(0)


def save_as(notebook: NotebookPage, name: str) -> None:
    """By the menu's command and its dialog."""
    notebook.page.evaluate("() => { window.jupyterapp.commands.execute('docmanager:save-as'); }")
    dialog = notebook.page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(name)
    dialog.get_by_role("button", name="Save").click()


def test_toast_shows_the_findings(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    notebook = open_notebook("shown.ipynb", code("1 + 1"), server=start_lab(policy=BLOCK))
    notebook.write(0, "\n" + ionq(TOKENS.ionq()))
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button", name=CLOSE).click()
    toasts(notebook).get_by_role("button", name="Show findings").click()
    expect(notebook.page.get_by_role("region", name="nbguard: findings")).to_be_visible()


def test_stripped_save_is_told_and_the_screen_keeps_its_outputs(
    open_notebook: OpenNotebook, start_lab: StartLab
) -> None:
    """On disk there is no output; what is on the screen stays."""
    token = TOKENS.dwave()
    notebook = open_notebook("stripped.ipynb", code("show()", stream(f"{token}\n")), server=start_lab(policy=STRIP))
    notebook.write(0, "  # changed")
    assert notebook.save() == 200
    expect(toasts(notebook)).to_contain_text("stripped.ipynb was saved without its outputs.")
    assert token not in notebook.server.read("stripped.ipynb")
    assert notebook.disk("stripped.ipynb")["cells"][0]["outputs"] == []
    expect(notebook.output(0)).to_contain_text(token)


def test_name_of_a_file_is_never_markup(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """A toast shows a file's name as it is."""
    name = "<img src=x onerror=window.hacked=1>.ipynb"
    server = start_lab(policy=BLOCK)
    server.write(name, code("1 + 1"))
    notebook = open_notebook("other.ipynb", code("1 + 1"), server=server)
    notebook.execute("docmanager:open", path=name)
    notebook.page.wait_for_function(
        "name => { const now = window.jupyterapp.shell.currentWidget?.context;"
        " return now?.isReady && now.path === name; }",
        arg=name,
    )
    panel = notebook.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    panel.locator(".cm-content").first.click()
    notebook.page.keyboard.type(ionq(TOKENS.ionq()).split("\n")[1] + "\n")
    notebook.page.keyboard.type("from qiskit_ionq import IonQProvider")
    assert notebook.save() == 422
    expect(toasts(notebook)).to_contain_text("<img src=x")
    assert toasts(notebook).locator("img").count() == 0
    assert notebook.page.evaluate("() => window.hacked") is None
