"""Lookups in a notebook: whether they resolve, in the editor and in the panel, and never with a value."""

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import wait_until
from tests.browser.panels import counts, open_secrets
from tests.browser.sources import lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=72)
OK, BROKEN = ".nbg-Reference.nbg-mod-ok", ".nbg-Reference.nbg-mod-broken"
TIP = ".nbg-ReferenceTip"


def test_hover_says_that_a_secret_resolves(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """Version and age are told, the value isn't."""
    value = TOKENS.ionq()
    openbao.store("quantum/hover", api_key="first")
    openbao.store("quantum/hover", api_key=value)
    notebook = open_notebook("hover.ipynb", code(lookup("quantum/hover#api_key")))
    mark = notebook.cell(0).locator(OK)
    expect(mark).to_have_count(1)
    notebook.hover(mark)
    tip = notebook.page.locator(TIP)
    expect(tip).to_contain_text("quantum/hover#api_key")
    expect(tip).to_contain_text("resolves")
    expect(tip).to_contain_text("version 2")
    notebook.picture("reference-hover")
    assert value not in notebook.page.content()


def test_secret_that_does_not_resolve_is_a_warning(open_notebook: OpenNotebook) -> None:
    """A wave under the lookup, and the reason on hover."""
    notebook = open_notebook("broken.ipynb", code(lookup("quantum/nobody#api_key")))
    mark = notebook.cell(0).locator(BROKEN)
    expect(mark).to_have_count(1)
    notebook.hover(mark)
    tip = notebook.page.locator(TIP)
    expect(tip).to_contain_text("This secret does not resolve: not found.")
    expect(tip.locator("p")).to_have_count(2)  # and the reason


def test_panel_lists_the_secrets_of_the_notebook(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """State, version or reason for each; a click goes to the cell."""
    value = TOKENS.ionq()
    openbao.store("quantum/listed", api_key=value)
    notebook = open_notebook(
        "listed.ipynb",
        code(lookup("quantum/listed#api_key")),
        code("1 + 1"),
        code(lookup("quantum/unlisted#token")),
    )
    panel = open_secrets(notebook)
    rows = panel.locator(".nbg-Finding")
    expect(rows).to_have_count(2)
    expect(counts(panel)).to_have_text("2 references: 1 does not resolve")
    expect(rows.nth(0)).to_contain_text("resolves")
    expect(rows.nth(0)).to_contain_text("version 1")
    expect(rows.nth(1)).to_contain_text("not found")
    notebook.picture("secrets-panel")
    assert value not in notebook.page.content()
    rows.nth(1).get_by_role("button", name="Go to: quantum/unlisted#token, Cell 3").click()
    notebook.page.wait_for_function("() => window.getSelection().toString().includes('quantum/unlisted#token')")


def test_typed_lookup_appears_and_goes(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """The list follows the notebook while it is edited."""
    openbao.store("quantum/typed", api_key=TOKENS.ionq())
    notebook = open_notebook("typed.ipynb", code("from nbguard import secret\n"))
    panel = open_secrets(notebook)
    expect(panel.get_by_text("This notebook looks up no secret.")).to_be_visible()
    notebook.write(0, 'key = secret("quantum/typed#api_key")')
    expect(panel.locator(".nbg-Finding")).to_have_count(1)
    expect(notebook.cell(0).locator(OK)).to_have_count(1)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("Delete")
    expect(panel.locator(".nbg-Finding")).to_have_count(0)


def test_both_halves_of_the_panel_say_the_same_of_vault(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """Vault was down, and is up again: a lookup that is asked about then tells it, and what is in Vault is listed."""
    notebook = open_notebook("down.ipynb", code(lookup("quantum/down#token")))
    openbao.stop()
    try:
        panel = open_secrets(notebook)
        panel.get_by_role("button", name="Ask Vault again").click()
        vault = panel.get_by_role("region", name="In Vault")
        expect(vault).to_contain_text("no answer from Vault")
        expect(panel.locator(".nbg-Finding")).to_contain_text("Vault not reached")
    finally:
        openbao.start()
    # A development server begins empty.
    openbao.store("quantum/down", token=TOKENS.ionq())
    row = panel.locator(".nbg-Finding")

    def resolves() -> bool:
        """A scan asks again; what wasn't good is kept for ten seconds."""
        notebook.execute("nbguard:scan")
        return "resolves" in row.inner_text()

    wait_until(notebook.page, resolves)
    expect(vault).not_to_contain_text("no answer from Vault")
    expect(vault).to_contain_text("quantum/down")


def test_without_vault_the_reason_is_told(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """No VAULT_ADDR: the lookup is marked, and the panel says what is missing."""
    notebook = open_notebook("none.ipynb", code(lookup("quantum/ionq#api_key")), server=start_lab(vault=False))
    panel = open_secrets(notebook)
    expect(panel.locator(".nbg-Finding")).to_contain_text("Vault not set up")
    expect(notebook.cell(0).locator(BROKEN)).to_have_count(1)
