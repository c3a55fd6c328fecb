"""Light and dark theme, and the pictures of the documentation (NBGUARD_SCREENSHOTS=docs/images writes them)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.contrast import assert_readable
from tests.browser.notebook_page import MARK, NotebookPage
from tests.browser.panels import findings, open_findings, open_secrets
from tests.browser.sources import dwave, ionq, lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, markdown, stream
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=76)
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"


def cells() -> list[dict[str, object]]:
    token = TOKENS.dwave()
    allow = '# nbguard: allow ionq-api-key reason="a key of the simulator"'
    return [
        markdown("# Max-cut on two machines"),
        code(dwave(token), stream(f"connected with {token}\n")),
        code(f'from qiskit_ionq import IonQProvider\nprovider = IonQProvider("{TOKENS.ionq()}")  {allow}'),
        code(lookup("quantum/iqm#token") + '\nother = secret("quantum/gone#token")'),
    ]


def show(notebook: NotebookPage, theme: str) -> None:
    """The theme, in a window as small as a page shows it well, without the folder of files, which isn't ours."""
    notebook.page.set_viewport_size({"width": 1100, "height": 700})
    notebook.execute("apputils:change-theme", theme=theme)
    light = "true" if theme == LIGHT else "false"
    notebook.page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=light)
    notebook.execute("application:toggle-left-area")


@pytest.mark.parametrize(("theme", "suffix"), [(LIGHT, ""), (DARK, "-dark")], ids=["light", "dark"])
def test_everything_can_be_read(open_notebook: OpenNotebook, openbao: OpenBao, theme: str, suffix: str) -> None:
    """Panels, marks at outputs, tips and the status bar item, in both themes."""
    openbao.empty()
    openbao.store("quantum/iqm", token="an older one")
    openbao.store("quantum/iqm", token=TOKENS.ionq())
    openbao.store("quantum/ionq", api_key=TOKENS.ionq())
    openbao.store("quantum/dwave", token=TOKENS.dwave())
    notebook = open_notebook("max-cut.ipynb", *cells(), kernel=True)
    show(notebook, theme)
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(2)
    panel.get_by_text("1 allowed").click()
    details = findings(panel).get_by_role("button", name="Why, and what to do").first
    details.click()
    assert_readable(panel)
    assert_readable(notebook.cell(1).locator(".nbg-OutputBar"))
    assert_readable(notebook.page.locator(".nbg-StatusItem"))
    details.click()
    notebook.picture(f"jupyter-findings{suffix}")
    notebook.hover(notebook.cell(1).locator(MARK))
    assert_readable(notebook.page.locator(".nbg-Tip"))
    notebook.picture(f"jupyter-hover{suffix}")
    secrets = open_secrets(notebook)
    expect(secrets.locator(".nbg-Finding")).to_have_count(2)
    expect(secrets.locator(".nbg-Secret")).to_have_count(3)
    assert_readable(secrets)
    notebook.hover(notebook.cell(3).locator(".nbg-Reference.nbg-mod-broken"))
    assert_readable(notebook.page.locator(".nbg-ReferenceTip"))
    notebook.picture(f"jupyter-secrets{suffix}")


def test_question_before_a_bulk_move_can_be_read(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook(
        "two-machines.ipynb", code(ionq(TOKENS.ionq())), code("1 + 1"), code(dwave(TOKENS.dwave())), kernel=True
    )
    show(notebook, LIGHT)
    panel = open_findings(notebook)
    panel.get_by_role("button", name="Move 2 credentials to Vault…").click()
    dialog = notebook.page.get_by_role("dialog")
    assert_readable(dialog.locator(".nbg-MoveChoice"))
    notebook.picture("jupyter-bulk-move")


def test_refused_save_is_seen(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Lab's own dialog, and the toast that stays behind it."""
    server = start_lab(policy='[jupyter]\nsave = "block"\n')
    notebook = open_notebook("refused.ipynb", code("1 + 1", count=None), server=server, kernel=True)
    show(notebook, LIGHT)
    notebook.write(0, "\n" + ionq(TOKENS.ionq()))
    expect(notebook.marks(0)).to_have_count(1)
    assert notebook.save() == 422
    expect(notebook.page.get_by_role("dialog")).to_contain_text("nbguard: not saved")
    expect(notebook.page.locator(".Toastify__toast")).to_be_visible()
    notebook.picture("jupyter-save-blocked")
