"""The way of a secret from Vault to a cell that nobody sees: log in, find it, insert it, run it, add another."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.lab_server import LabServer, Options
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import open_secrets, toasts
from tests.browser.sources import lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=84)
POLICY = 'path "secret/*" { capabilities = ["create", "read", "update", "list"] }'


@pytest.fixture
def stranger(start_lab: StartLab) -> LabServer:
    """A server at which nobody is logged in to Vault."""
    server = start_lab(logged_in=False)
    (server.folder / "home" / ".vault-token").unlink(missing_ok=True)
    return server


def names(panel: Locator) -> Locator:
    return panel.locator(".nbg-Secret")


def assert_unseen(notebook: NotebookPage, *values: str) -> None:
    """Neither in the page nor in a field of it, nor in the notebook on disk, nor in the server's log."""
    fields = notebook.page.evaluate("() => [...document.querySelectorAll('input')].map(field => field.value).join()")
    for value in values:
        assert value not in notebook.page.content()
        assert value not in fields
        assert value not in notebook.server.log.read_text()


def test_log_in_find_insert_run_and_add(open_notebook: OpenNotebook, stranger: LabServer, openbao: OpenBao) -> None:
    """The whole story."""
    openbao.empty()
    value, new, token = TOKENS.ionq(), TOKENS.ionq(), openbao.token_for(POLICY)
    openbao.store("quantum/ionq/lab", api_key="an older one")
    openbao.store("quantum/ionq/lab", api_key=value)
    openbao.store("quantum/ibm/lab", token=TOKENS.ibm_cloud())
    openbao.store("team/db", password="x" * 20)
    notebook = open_notebook(
        "story.ipynb", code("key = "), code("print(len(key))"), code("other = "), server=stranger, kernel=True
    )
    panel = open_secrets(notebook)

    # Nobody is logged in; a token that Vault doesn't know leaves things as they are.
    form = panel.get_by_role("form", name="Log in to Vault")
    form.get_by_label("Token").fill("hvs.nobody")
    form.get_by_role("button", name="Log in").click()
    expect(form.get_by_role("alert")).to_contain_text("log in again")
    expect(form.get_by_label("Token")).to_have_value("")
    form.get_by_label("Token").fill(token)
    form.get_by_role("button", name="Log in").click()

    # The names are there, those of the policy's folder first.
    expect(names(panel)).to_have_count(3)
    expect(names(panel).nth(0)).to_contain_text("quantum/ibm/lab#token")
    expect(names(panel).nth(1)).to_contain_text("version 2")
    expect(names(panel).nth(2)).to_contain_text("team/db#password")
    panel.get_by_role("searchbox", name="Search secrets").fill("ionq")
    expect(names(panel)).to_have_count(1)
    panel.locator("summary", has_text="Versions").click()
    expect(panel.locator(".nbg-Versions li")).to_have_count(2)
    notebook.picture("secrets-vault")

    # It goes to the cursor, with its import, and runs.
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+End")
    panel.get_by_role("button", name="Insert a lookup of quantum/ionq/lab#api_key at the cursor").click()
    source = 'from nbguard import secret\n\nkey = secret("quantum/ionq/lab#api_key")'
    notebook.page.wait_for_function(
        "text => window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.getSource() === text",
        arg=source,
    )
    expect(names(panel)).to_contain_text("used in Cell 1")
    notebook.run(0)
    notebook.run(1)
    expect(notebook.output(1)).to_contain_text(str(len(value)))

    # Another one is stored without being shown, and inserted; the import is there already.
    panel.get_by_role("searchbox", name="Search secrets").fill("")
    panel.locator("summary", has_text="Add a secret").click()
    add = panel.get_by_role("form", name="Add a secret")
    add.get_by_label("Name").fill("quantum/ionq/lab#api_key")
    add.get_by_label("Value").fill(new)
    assert add.get_by_label("Value").get_attribute("type") == "password"
    add.get_by_role("button", name="Store").click()
    expect(panel.locator(".nbg-Add").get_by_role("alert")).to_contain_text("holds another value")
    add.get_by_label("Name").fill("quantum/ionq/mine#api_key")
    add.get_by_label("Value").fill(new)
    add.get_by_role("button", name="Store").click()
    expect(names(panel)).to_have_count(4)
    assert openbao.stored("quantum/ionq/mine") == {"api_key": new}
    assert openbao.stored("quantum/ionq/lab") == {"api_key": value}
    notebook.editor(2).click()
    notebook.page.keyboard.press("Control+End")
    panel.get_by_role("button", name="Insert a lookup of quantum/ionq/mine#api_key at the cursor").click()
    expect(notebook.cell(2).locator(".nbg-Reference.nbg-mod-ok")).to_have_count(1)
    assert notebook.sources()[2] == 'other = secret("quantum/ionq/mine#api_key")'
    assert notebook.save() == 200
    assert_unseen(notebook, value, new, token)
    assert (stranger.folder / "home" / ".vault-token").read_text() == token


def test_name_and_password(open_notebook: OpenNotebook, stranger: LabServer, openbao: OpenBao) -> None:
    """With the keyboard alone; what was not found to resolve does at once."""
    root = openbao.root()
    if "userpass/" not in root.sys.list_auth_methods()["data"]:
        root.sys.enable_auth_method("userpass")
    root.sys.create_or_update_policy("everything", POLICY)
    root.auth.userpass.create_or_update_user("ada", password="pw of ada", policies="everything")
    openbao.store("quantum/ada", api_key=TOKENS.ionq())
    notebook = open_notebook("ada.ipynb", code(lookup("quantum/ada#api_key")), server=stranger)
    expect(notebook.cell(0).locator(".nbg-Reference.nbg-mod-broken")).to_have_count(1)
    panel = open_secrets(notebook)
    form = panel.get_by_role("form", name="Log in to Vault")
    form.get_by_label("How").select_option("userpass")
    form.get_by_label("Name", exact=True).fill("ada")
    form.get_by_label("Password", exact=True).fill("pw of ada")
    notebook.page.keyboard.press("Enter")
    expect(notebook.cell(0).locator(".nbg-Reference.nbg-mod-ok")).to_have_count(1)
    expect(form).to_have_count(0)
    assert_unseen(notebook, "pw of ada")


def test_where_no_lookup_can_stand_it_is_said_and_nothing_changes(
    open_notebook: OpenNotebook, openbao: OpenBao
) -> None:
    openbao.empty()
    openbao.store("quantum/ionq", api_key=TOKENS.ionq())
    notebook = open_notebook("text.ipynb", code('key = "some text"'))
    panel = open_secrets(notebook)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+End")
    for _ in range(3):
        notebook.page.keyboard.press("ArrowLeft")
    panel.get_by_role("button", name="Insert a lookup").click()
    expect(toasts(notebook)).to_contain_text("put it where a value goes")
    assert notebook.sources() == ['key = "some text"']


@pytest.fixture(scope="module")
def own_vault() -> Iterator[OpenBao]:
    """One that may be stopped."""
    server = OpenBao()
    yield server
    server.close()


@pytest.fixture(scope="module")
def own_lab(own_vault: OpenBao, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    environment = {name: value for name, value in own_vault.environment.items() if name != "HOME"}
    server = LabServer(tmp_path_factory.mktemp("own-lab"), Options(), environment)
    yield server
    server.close()


def test_vault_that_is_down_is_told_and_asked_again(
    own_lab: LabServer, own_vault: OpenBao, open_notebook: OpenNotebook
) -> None:
    """The sentence, no form; once Vault is back, a click has the names."""
    own_vault.stop()
    notebook = open_notebook("down.ipynb", code("1 + 1"), server=own_lab)
    panel = open_secrets(notebook)
    expect(panel.get_by_role("alert")).to_contain_text("no answer from Vault at")
    expect(panel.get_by_role("form")).to_have_count(0)
    own_vault.start()
    own_vault.store("quantum/back", api_key=TOKENS.ionq())
    panel.get_by_role("button", name="Ask Vault again").click()
    expect(names(panel)).to_have_count(1)
    expect(panel.get_by_role("alert")).to_have_count(0)
