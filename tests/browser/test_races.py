"""What happens while a request is under way, and when one fails."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.scans import SCAN
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

MOVE = re.compile("/nbguard/api/move")


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/ionq/notebooks")


def once(before: Callable[[], None]) -> Callable[[Route], None]:
    """Lets requests through; the first one's answer is held until `before` has run."""
    done: list[bool] = []

    def handle(route: Route) -> None:
        answer = route.fetch()
        if not done:
            done.append(True)
            before()
        route.fulfill(response=answer)

    return handle


def test_edit_while_a_move_is_under_way_loses_nothing(open_notebook: OpenNotebook) -> None:
    """The answer's edits are for a source that isn't there any more: they are asked for again, not applied blindly."""
    token = FakeTokens(seed=731).ionq()
    notebook = open_notebook("race.ipynb", code(f'IONQ_API_KEY = "{token}"', count=None))
    expect(notebook.marks(0)).to_have_count(1)
    insert = (
        "() => window.jupyterapp.shell.currentWidget.content.model.cells.get(0)"
        ".sharedModel.updateSource(0, 0, '# typed meanwhile\\n')"
    )
    notebook.page.route(MOVE, once(lambda: notebook.page.evaluate(insert)))
    notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    expect(notebook.marks(0)).to_have_count(0)
    source = notebook.sources()[0]
    assert "# typed meanwhile\n" in source
    assert 'IONQ_API_KEY = secret("quantum/ionq/notebooks#api_key")' in source
    assert token not in source


def test_edit_while_a_scan_is_under_way_keeps_the_mark_on_the_token(open_notebook: OpenNotebook) -> None:
    token = FakeTokens(seed=732).ionq()
    notebook = open_notebook("scan-race.ipynb", code("", count=None))
    insert = (
        "() => window.jupyterapp.shell.currentWidget.content.model.cells.get(0)"
        ".sharedModel.updateSource(0, 0, '\\u{1F431} = 1\\n')"
    )
    notebook.wait_for_scan()
    notebook.page.route(SCAN, once(lambda: notebook.page.evaluate(insert)))
    notebook.write(0, f'IONQ_API_KEY = "{token}"')
    expect(notebook.marks(0)).to_have_text([token])
    notebook.wait_for_scan()
    expect(notebook.marks(0)).to_have_text([token])


def test_scanning_goes_on_when_the_server_is_back(open_notebook: OpenNotebook) -> None:
    token = FakeTokens(seed=733).ionq()
    notebook = open_notebook("down.ipynb", code("", count=None))
    notebook.wait_for_scan()
    notebook.page.route(SCAN, lambda route: route.abort())
    notebook.write(0, f'IONQ_API_KEY = "{token}"')
    failed = '() => document.querySelector(\'[title^="nbguard: "][title*="etwork"], [title*="fetch"]\')'
    notebook.page.wait_for_function(failed)
    notebook.page.unroute(SCAN)
    # Without another key.
    expect(notebook.marks(0)).to_have_count(1)


def test_refused_move_is_told_and_changes_nothing(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Without a Vault the token stays where it is, and the message says what to do."""
    source = f'IONQ_API_KEY = "{FakeTokens(seed=734).ionq()}"'
    notebook = open_notebook("refused.ipynb", code(source, count=None), server=start_lab(vault=False))
    notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    toast = notebook.page.locator(".jp-toastContainer")
    expect(toast).to_contain_text("VAULT_ADDR")
    notebook.picture("refused")
    # A notification is cut; the rest is a button away.
    toast.get_by_role("button", name="More").click()
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("of your own")
    dialog.get_by_role("button").last.click()
    assert notebook.sources() == [source]
    expect(notebook.marks(0)).to_have_count(1)


def test_read_only_notebook_is_marked_but_not_changed(open_notebook: OpenNotebook) -> None:
    source = f'IONQ_API_KEY = "{FakeTokens(seed=735).ionq()}"'
    notebook = open_notebook("read-only.ipynb", code(source, count=None))
    expect(notebook.marks(0)).to_have_count(1)
    notebook.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.model.readOnly = true; }")
    notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    expect(notebook.page.locator(".jp-toastContainer")).to_contain_text("read-only")
    assert notebook.sources() == [source]
