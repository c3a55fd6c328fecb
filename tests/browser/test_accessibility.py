"""No violation that axe-core knows, in every theme, at 150 %, in panels, dialogs, tips, marks and the status bar."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import violations
from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import MARK, NotebookPage
from tests.browser.panels import findings, open_findings, open_secrets, toasts, unsaved_badge
from tests.browser.sources import dwave, ionq, lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, stream
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=85)
THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")
PANELS = ("#nbguard-findings", "#nbguard-secrets")
BARS = (".nbg-StatusItem", ".nbg-OutputBar", ".nbg-Masked")
DIALOG = ".jp-Dialog-content"


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    openbao.empty()


def use(notebook: NotebookPage, theme: str) -> None:
    notebook.execute("apputils:change-theme", theme=theme)
    notebook.page.wait_for_function("theme => document.body.dataset.jpThemeName === theme", arg=theme)


def assert_none(notebook: NotebookPage, *selectors: str) -> None:
    found = violations(notebook.page, *selectors)
    assert not found, "\n\n".join("\n".join(map(str, one)) for one in found)


@pytest.mark.parametrize("theme", THEMES)
def test_panels_marks_tips_and_status(open_notebook: OpenNotebook, openbao: OpenBao, theme: str) -> None:
    """With findings, an allow, details unfolded, a filter that fits nothing; with secrets, versions and forms."""
    openbao.store("quantum/iqm", token="x" * 20)
    token = TOKENS.dwave()
    allow = '# nbguard: allow ionq-api-key reason="a key of the simulator"'
    notebook = open_notebook(
        "accessible.ipynb",
        code("1 + 1"),  # the toolbar of the active cell would cover a mark
        code(dwave(token), stream(f"connected with {token}\n")),
        code(f"{ionq(TOKENS.ionq())}  {allow}"),
        code(lookup("quantum/iqm#token") + '\nother = secret("quantum/gone#token")'),
    )
    use(notebook, theme)
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(2)
    assert_none(notebook, PANELS[0], *BARS)
    panel.get_by_text("1 allowed").click()
    findings(panel).get_by_role("button", name="Why, and what to do").first.click()
    assert_none(notebook, PANELS[0])
    panel.get_by_role("searchbox").fill("nothing like it")
    expect(findings(panel)).to_have_count(0)
    assert_none(notebook, PANELS[0])
    notebook.hover(notebook.cell(1).locator(MARK))
    assert_none(notebook, ".nbg-Tip")
    # The tip would lie over the panel.
    notebook.page.mouse.move(1, 1)
    expect(notebook.page.locator(".nbg-Tip")).to_have_count(0)
    secrets = open_secrets(notebook)
    expect(secrets.locator(".nbg-Secret")).to_have_count(1)
    expect(secrets.locator(".nbg-Finding")).to_have_count(2)
    secrets.locator("summary", has_text="Versions").click()
    secrets.locator("summary", has_text="Add a secret").click()
    expect(secrets.locator(".nbg-Versions li")).to_have_count(1)
    assert_none(notebook, PANELS[1])
    notebook.hover(notebook.cell(3).locator(".nbg-Reference.nbg-mod-broken"))
    assert_none(notebook, ".nbg-ReferenceTip")


@pytest.mark.parametrize("theme", THEMES)
def test_dialogs(open_notebook: OpenNotebook, openbao: OpenBao, theme: str) -> None:
    """Of one finding, of which one, of a name, of a reason, of what goes, of many that move."""
    openbao.store("quantum/iqm", token="x" * 20)
    token = TOKENS.ionq()
    notebook = open_notebook("dialogs.ipynb", code(ionq(token) + "\n" + dwave(TOKENS.dwave())), code("1 + 1"))
    use(notebook, theme)
    expect(notebook.marks(0)).to_have_count(2)
    dialog = notebook.page.get_by_role("dialog")
    panel = open_findings(notebook)
    panel.get_by_role("button", name="Move 2 credentials to Vault…").click()
    expect(dialog).to_be_visible()
    assert_none(notebook, DIALOG)
    dialog.get_by_role("button", name="Cancel").click()
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("Control+Alt+.")
    expect(dialog).to_contain_text("Which finding?")
    assert_none(notebook, DIALOG)
    notebook.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+Home")
    notebook.page.keyboard.press("F8")
    notebook.wait_for_selection(token)
    for command, title in (
        ("nbguard:show-finding", "Finding ("),
        ("nbguard:move-as", "Store it as"),
        ("nbguard:allow", "Allow this finding"),
        ("nbguard:remove", "Remove the text?"),
    ):
        notebook.page.evaluate("id => void window.jupyterapp.commands.execute(id)", command)
        expect(dialog).to_contain_text(title)
        assert_none(notebook, DIALOG)
        notebook.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
def test_refused_save_and_login(open_notebook: OpenNotebook, start_lab: StartLab, theme: str) -> None:
    """The badge, the toast, the status bar; and the forms of somebody whom Vault doesn't know."""
    server = start_lab(policy='[jupyter]\nsave = "block"\n', logged_in=False)
    (server.folder / "home" / ".vault-token").unlink(missing_ok=True)
    notebook = open_notebook("refused.ipynb", code(ionq(TOKENS.ionq())), server=server)
    use(notebook, theme)
    expect(notebook.marks(0)).to_have_count(1)
    assert notebook.save() == 422
    notebook.page.get_by_role("dialog").get_by_role("button").last.click()
    expect(unsaved_badge(notebook)).to_be_visible()
    assert_none(notebook, ".nbg-Unsaved", ".nbg-StatusItem")
    expect(toasts(notebook).first).to_be_visible()
    panel = open_secrets(notebook)
    form = panel.get_by_role("form", name="Log in to Vault")
    for method in ("token", "userpass", "oidc"):
        form.get_by_label("How").select_option(method)
        assert_none(notebook, PANELS[1])


def test_at_150_percent(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """As a browser's zoom makes it: fewer pixels for all. Nothing is wrong, and nothing is cut off at the side."""
    openbao.store("quantum/a-rather-long-name-of-a-provider/and-a-laboratory", api_key_of_the_group="x" * 20)
    notebook = open_notebook("zoomed.ipynb", code(ionq(TOKENS.ionq())), code(dwave(TOKENS.dwave())))
    notebook.page.set_viewport_size({"width": 1280 * 2 // 3, "height": 800 * 2 // 3})
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(2)
    assert_none(notebook, PANELS[0], ".nbg-StatusItem")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    secrets = open_secrets(notebook)
    expect(secrets.locator(".nbg-Secret")).to_have_count(1)
    assert_none(notebook, PANELS[1])
    assert secrets.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
