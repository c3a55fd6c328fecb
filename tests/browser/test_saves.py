"""What is seen of the save guard: the dialog, the toast, the file on disk."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.panels import toasts
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, stream

TOKENS = FakeTokens(seed=73)
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
    dialog.get_by_role("button", name="Close").click()
    assert token not in notebook.server.read("blocked.ipynb")
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(toasts(notebook)).to_have_count(1)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("2 + 2")
    assert notebook.save() == 200
    expect(toasts(notebook)).to_have_count(0)
    assert notebook.disk("blocked.ipynb")["cells"][0]["source"] == ["2 + 2"]


def test_toast_shows_the_findings(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    notebook = open_notebook("shown.ipynb", code("1 + 1"), server=start_lab(policy=BLOCK))
    notebook.write(0, "\n" + ionq(TOKENS.ionq()))
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button", name="Close").click()
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
