"""What undo brings back after an action, and who is told."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import status_item
from tests.browser.scans import SCAN
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

REFERENCE = "quantum/ionq/notebooks"
MOVE = re.compile("/nbguard/api/move")
# The token of the first cell is gone.
REWRITTEN = """() => !document.querySelector('.jp-Cell').innerText.includes('IONQ_API_KEY = "')"""


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    """The tests of a session share a Vault, and a key that holds another value refuses a move."""
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions(REFERENCE)


def press_undo(notebook: NotebookPage, index: int, times: int = 20) -> None:
    notebook.editor(index).click()
    for _ in range(times):
        notebook.page.keyboard.press("Control+z")


def move(notebook: NotebookPage, index: int) -> None:
    notebook.press_in_tip(notebook.marks(index), "Move to Vault")
    expect(notebook.marks(index)).to_have_count(0)


def test_undo_does_not_bring_a_moved_token_back(open_notebook: OpenNotebook) -> None:
    """Not the move itself, and not an older step that put the token there or took it away."""
    token = FakeTokens(seed=711).ionq()
    notebook = open_notebook("undo.ipynb", code("", count=None), code("other = 1", count=None))
    notebook.write(0, f'IONQ_API_KEY = "{token}"')
    # Cut and paste: undoing the paste and then the cut would write the token again.
    notebook.page.keyboard.press("Shift+Home")
    notebook.page.keyboard.press("Control+x")
    notebook.page.wait_for_timeout(600)
    notebook.page.keyboard.press("Control+v")
    expect(notebook.marks(0)).to_have_text([token])
    move(notebook, 0)
    moved = notebook.sources()[0]
    press_undo(notebook, 0)
    assert notebook.sources()[0] == moved
    # Other steps of the notebook can be undone.
    notebook.write(1, "23")
    assert notebook.sources()[1] == "other = 123"
    press_undo(notebook, 1, times=2)
    assert notebook.sources()[1] != "other = 123"
    # So can what is typed in the cell from now on.
    notebook.write(0, "  # from Vault")
    assert notebook.sources()[0] == moved + "  # from Vault"
    press_undo(notebook, 0)
    assert notebook.sources()[0] == moved


def test_a_moved_token_that_comes_back_is_told_and_put_back(open_notebook: OpenNotebook) -> None:
    """The undo of a deleted cell is the notebook's, not the cell's: it brings the token back, but not unnoticed."""
    token = FakeTokens(seed=712).ionq()
    notebook = open_notebook(
        "back.ipynb",
        code(f'IONQ_API_KEY = "{token}"', count=None),
        code(f'IONQ_API_KEY = "{token}"  # again', count=None),
    )
    notebook.wait_for_checkpoint()
    expect(notebook.marks(1)).to_have_count(1)
    notebook.execute("notebook:move-cursor-down")
    notebook.execute("notebook:delete-cell")
    expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(1)
    move(notebook, 0)
    # The scan after the move has answered: what comes back later is told.
    expect(status_item(notebook)).to_have_text("nbguard: OK")
    moved = notebook.sources()[0]
    notebook.execute("notebook:undo-cell-action")
    notice = notebook.page.locator(".jp-toastContainer").filter(has_text="is back in cell")
    expect(notice).to_have_count(1)
    expect(notebook.marks(1)).to_have_count(1)
    notebook.picture("undo-notice")
    notice.get_by_role("button", name="Put the lookup back").click()
    expect(notebook.marks(1)).to_have_count(0)
    assert token not in "".join(notebook.sources())
    assert notebook.sources()[0] == moved


def open_with_deleted(open_notebook: OpenNotebook, name: str, token: str) -> NotebookPage:
    """A notebook with a token in its first cell; undo brings a cell back that has it too."""
    notebook = open_notebook(
        name,
        code(f'IONQ_API_KEY = "{token}"', count=None),
        code(f'IONQ_API_KEY = "{token}"  # again', count=None),
        code("other = 1", count=None),
    )
    notebook.wait_for_checkpoint()
    expect(notebook.marks(1)).to_have_count(1)
    notebook.execute("notebook:move-cursor-down")
    notebook.execute("notebook:delete-cell")
    expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)
    expect(status_item(notebook)).to_have_text("nbguard: 1 finding")
    return notebook


def test_undo_is_told_though_no_scan_saw_the_move(open_notebook: OpenNotebook) -> None:
    """The scan that follows the move fails: the next one finds as much as the last one before the move did."""
    notebook = open_with_deleted(open_notebook, "unseen.ipynb", FakeTokens(seed=715).ionq())

    def move_alone(route: Route) -> None:
        notebook.page.route(SCAN, lambda scan: scan.abort())
        route.continue_()

    notebook.page.route(MOVE, move_alone)
    notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    notebook.page.wait_for_function(REWRITTEN)
    notebook.execute("notebook:undo-cell-action")
    expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(3)
    notebook.page.unroute(SCAN)
    notebook.write(2, "2")
    expect(notebook.page.locator(".jp-toastContainer").filter(has_text="is back in cell 2")).to_have_count(1)


def test_undo_is_told_though_an_older_scan_answers_later(open_notebook: OpenNotebook) -> None:
    """A scan under way when the edits are made still finds the value; that isn't its return, what undo does is."""
    notebook = open_with_deleted(open_notebook, "late.ipynb", FakeTokens(seed=716).ionq())
    moves: list[Route] = []
    scans: list[Route] = []
    notebook.page.route(MOVE, lambda route: moves.append(route))
    with notebook.page.expect_request(MOVE):
        notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    notebook.page.route(SCAN, lambda route: scans.append(route))
    with notebook.page.expect_request(SCAN):
        notebook.write(1, "2")
    moves[0].continue_()
    notebook.page.wait_for_function(REWRITTEN)
    notebook.execute("notebook:undo-cell-action")
    expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(3)
    notebook.page.unroute(SCAN)
    for held in scans:
        held.continue_()
    notice = notebook.page.locator(".jp-toastContainer").filter(has_text="is back in cell")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("cell 2")


def test_undo_of_remove_is_found_again(open_notebook: OpenNotebook) -> None:
    """Removed text isn't stored anywhere, so it can be undone; the same text as scanned before is marked again."""
    token = FakeTokens(seed=713).ionq()
    notebook = open_notebook("removed.ipynb", code(f'IONQ_API_KEY = "{token}"', count=None))
    expect(notebook.marks(0)).to_have_count(1)
    notebook.press_in_tip(notebook.marks(0), "Remove")
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("cell 1")
    dialog.get_by_role("button", name="Remove").click()
    expect(notebook.marks(0)).to_have_count(0)
    assert notebook.sources() == ['IONQ_API_KEY = ""']
    press_undo(notebook, 0, times=1)
    expect(notebook.marks(0)).to_have_text([token])


def test_undo_within_the_debounce_is_marked_again(open_notebook: OpenNotebook) -> None:
    """The source is then that of the last scan, which isn't sent again; but the editor has dropped its mark."""
    token = FakeTokens(seed=714).ionq()
    notebook = open_notebook("quick.ipynb", code(f'IONQ_API_KEY = "{token}"', count=None))
    expect(notebook.marks(0)).to_have_count(1)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("Delete")
    notebook.page.keyboard.press("Control+z")
    assert token in notebook.sources()[0]
    expect(notebook.marks(0)).to_have_text([token])
