"""The ways out: a download and an export are refused like a save, with words that fit, and nothing stays."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.panels import toasts, unsaved_badge
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code

TOKENS = FakeTokens(seed=87)
BLOCK = '[jupyter]\nsave = "block"\n'


def test_a_download_and_an_export_are_refused(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """The file came past the server. It isn't one that wasn't saved."""
    token = TOKENS.ionq()
    notebook = open_notebook("leaves.ipynb", code(ionq(token)), server=start_lab(policy=BLOCK))
    expect(notebook.marks(0)).to_have_count(1)
    notebook.execute("docmanager:download")
    expect(toasts(notebook)).to_contain_text("leaves.ipynb was not downloaded: what was found would leave with it.")
    expect(toasts(notebook).get_by_role("button", name="Show findings")).to_be_visible()
    expect(unsaved_badge(notebook)).to_have_count(0)
    # JupyterLab saves what has changed before it exports, and that would be refused already.
    notebook.page.evaluate("() => { window.jupyterapp.shell.currentWidget.context.model.dirty = false; }")
    with notebook.page.context.expect_page() as opened:
        notebook.page.evaluate(
            "() => void window.jupyterapp.commands.execute('notebook:export-to-format', {format: 'script'})"
        )
    expect(opened.value.locator("body")).to_contain_text("nbguard: not exported, because of ionq-api-key")
    assert token not in opened.value.content()
    opened.value.close()
    # Nothing was refused that could go on being refused.
    expect(toasts(notebook)).to_have_count(0)


def test_a_download_with_findings_is_warned_of(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    token = TOKENS.ionq()
    notebook = open_notebook("warned.ipynb", code(ionq(token)), server=start_lab(policy='[jupyter]\nsave = "warn"\n'))
    with notebook.page.expect_download() as started:
        notebook.execute("docmanager:download")
    assert token in started.value.path().read_text()
    expect(toasts(notebook)).to_contain_text("warned.ipynb was downloaded with findings")


def test_a_refusal_s_toast_goes_with_the_name_it_is_about(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """A file that was renamed still isn't saved; nothing is said of the old name any more."""
    notebook = open_notebook("old-name.ipynb", code("1 + 1"), server=start_lab(policy=BLOCK))
    notebook.write(0, "\n" + ionq(TOKENS.ionq()))
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(toasts(notebook)).to_contain_text("old-name.ipynb was not saved")
    notebook.page.evaluate(
        "() => window.jupyterapp.serviceManager.contents.rename('old-name.ipynb', 'new-name.ipynb').then(() => null)"
    )
    expect(toasts(notebook).filter(has_text="new-name.ipynb was not saved")).to_have_count(1)
    expect(toasts(notebook).filter(has_text="old-name.ipynb")).to_have_count(0)
    expect(unsaved_badge(notebook)).to_be_visible()
