"""The status bar item, and a front end whose server knows nothing of nbguard."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import open_findings
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code

TOKENS = FakeTokens(seed=74)


def item(notebook: NotebookPage) -> Locator:
    return notebook.page.locator("#jp-main-statusbar .nbg-Status")


def test_item_counts_and_opens_the_panel(open_notebook: OpenNotebook) -> None:
    """OK, then one finding as soon as a token is typed; a click shows it."""
    notebook = open_notebook("status.ipynb", code("1 + 1"))
    expect(item(notebook)).to_have_text("nbguard: OK")
    notebook.write(0, "\n" + ionq(TOKENS.ionq()))
    expect(item(notebook)).to_have_text("nbguard: 1 finding")
    item(notebook).click()
    expect(notebook.page.get_by_role("region", name="nbguard: findings")).to_be_visible()


def test_item_is_not_there_for_a_document_that_is_not_looked_at(
    open_notebook: OpenNotebook, start_lab: StartLab
) -> None:
    """A viewer of tables in front, as a chat's page is one: OK would be taken for what is said of it."""
    server = start_lab()
    (server.root / "table.csv").write_text(f"name,value\nkey,{TOKENS.dwave()}\n")
    notebook = open_notebook("behind.ipynb", code("1 + 1"), server=server)
    expect(item(notebook)).to_have_text("nbguard: OK")
    notebook.execute("docmanager:open", path="table.csv")
    expect(item(notebook)).to_be_hidden()
    notebook.page.get_by_role("main").get_by_role("tab", name="behind.ipynb").click()
    expect(item(notebook)).to_be_visible()


def test_item_says_when_scanning_is_off(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Off in the settings: no finding is shown, the item says why, and the panel turns it on again."""
    settings = '{"@nbguard/lab:core": {"enabled": false}}'
    notebook = open_notebook("off.ipynb", code(ionq(TOKENS.ionq())), server=start_lab(settings=settings))
    expect(item(notebook)).to_have_text("nbguard: off")
    panel = open_findings(notebook)
    panel.get_by_role("button", name="Turn on").click()
    expect(item(notebook)).to_have_text("nbguard: 1 finding")


def test_missing_server_part_is_told_with_what_to_do(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """A front end alone finds nothing: it says so, not that all is well."""
    notebook = open_notebook("alone.ipynb", code(ionq(TOKENS.ionq())), server=start_lab(server_part=False))
    expect(item(notebook)).to_have_text("nbguard: server part missing")
    panel = open_findings(notebook)
    expect(panel.get_by_role("alert")).to_contain_text("Install it where the server runs")


def test_failed_scan_is_told_and_passes(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """While the server is away the item says that the scan failed; it recovers by itself."""
    server = start_lab(base_url="/failing/")
    notebook = open_notebook("failing.ipynb", code("1 + 1"), server=server)
    expect(item(notebook)).to_have_text("nbguard: OK")
    notebook.page.route("**/nbguard/api/scan*", lambda route: route.abort())
    notebook.write(0, "\n" + ionq(TOKENS.ionq()))
    expect(item(notebook)).to_have_text("nbguard: scan failed")
    notebook.page.unroute("**/nbguard/api/scan*")
    expect(item(notebook)).to_have_text("nbguard: 1 finding")
