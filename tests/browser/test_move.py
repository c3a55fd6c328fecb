"""The way of a token from a cell into Vault, with a real server, kernel, OpenBao and browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import findings, open_findings, toasts
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, stream
from tests.openbao_server import OpenBao


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    """The tests of a session share a Vault, and a key that holds another value refuses a move."""
    secrets = openbao.root().secrets.kv.v2
    for path in ("quantum/ionq/notebooks", "quantum/dwave/notebooks"):
        secrets.delete_metadata_and_all_versions(path)


def test_typed_token_moves_to_vault_runs_masked_and_never_meets_the_disk(
    open_notebook: OpenNotebook, start_lab: StartLab, openbao: OpenBao
) -> None:
    token = FakeTokens(seed=702).ionq()
    notebook = open_notebook("flow.ipynb", code("", count=None), code("", count=None), kernel=True)
    notebook.write(0, f'IONQ_API_KEY = "{token}"')
    expect(notebook.marks(0)).to_have_text([token])
    notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    expect(notebook.marks(0)).to_have_count(0)
    notebook.picture("moved")
    lookup = 'IONQ_API_KEY = secret("quantum/ionq/notebooks#api_key")'
    assert notebook.sources()[0] == f"from nbguard import secret\n\n{lookup}"

    notebook.write(1, "print(len(IONQ_API_KEY), IONQ_API_KEY)")
    notebook.run(0)
    notebook.run(1)
    expect(notebook.output(1)).to_have_text("32 [secret quantum/ionq/notebooks#api_key]")
    notebook.picture("masked")
    assert notebook.save() == 200
    assert token.encode() not in b"".join(file.read_bytes() for file in start_lab().root.rglob("*") if file.is_file())
    assert notebook.disk("flow.ipynb")["cells"][1]["outputs"] != []


def test_what_is_left_to_do_after_a_move_is_told(open_notebook: OpenNotebook) -> None:
    """The steps of a rotation are at hand; the output with the value can be cleared, and then nothing is said of it.

    The lookup is known to resolve at once, although its path was known before without that key.
    """
    tokens = FakeTokens(seed=703)
    first, second = tokens.ionq(), tokens.ionq()
    notebook = open_notebook(
        "after.ipynb",
        code(f'one = "{first}"  # ionq_api_key', count=None),
        code(f'IONQ_API_KEY = "{first}"', count=None),
        code(f'IONQ_API_KEY_2 = "{second}"', count=None),
        code("print(IONQ_API_KEY_2)", stream(f"{second}\n")),
    )
    resolved, broken = (notebook.page.locator(f".nbg-Reference.nbg-mod-{state}") for state in ("ok", "broken"))
    notebook.press_in_tip(notebook.marks(1), "Move to Vault")
    for index in (0, 1):
        expect(notebook.marks(index)).to_have_count(0)
    lookups = "".join(notebook.sources()).count('secret("')
    expect(resolved).to_have_count(lookups)
    notebook.press_in_tip(notebook.marks(2), "Move to Vault")
    expect(resolved).to_have_count(lookups + 1)
    expect(broken).to_have_count(0)
    told = toasts(notebook).filter(has_text="The value is still in output 1 of cell 4: clear it before you save.")
    expect(told).to_have_count(1)
    rotate = toasts(notebook).get_by_role("button", name="Rotate it: steps").last
    rotate.click()
    dialog = notebook.page.get_by_role("dialog").filter(has_text="Rotate the credential of IonQ")
    expect(dialog.locator("ol li").first).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    told.get_by_role("button", name="Clear output").click()
    expect(notebook.output(3)).to_have_text("")
    expect(told).to_have_count(0)


def by_command(notebook: NotebookPage) -> None:
    notebook.marks(0).click()
    # The command is done when the dialog is, so nothing waits for it here.
    notebook.page.evaluate("() => { void window.jupyterapp.commands.execute('nbguard:move-as') }")


def by_tip(notebook: NotebookPage) -> None:
    buttons = notebook.hover(notebook.marks(0)).get_by_role("button")
    # What most people want comes first.
    expect(buttons.nth(0)).to_contain_text("Move to Vault")
    notebook.picture("hover-move-as")
    buttons.filter(has_text="Move under a name").click()


def by_context_menu(notebook: NotebookPage) -> None:
    """It is about what was pointed at, and offers nothing where there is nothing."""
    page = notebook.page
    items = page.locator(".lm-Menu-item:visible").filter(has_text="the finding")
    notebook.editor(1).click(button="right")
    expect(page.locator(".lm-Menu")).to_be_visible()
    expect(items).to_have_count(0)
    page.keyboard.press("Escape")
    notebook.marks(0).click(button="right")
    expect(items.first).to_have_text("Move the finding to Vault")
    notebook.picture("context-menu")
    items.filter(has_text="under a name").click()


def by_panel(notebook: NotebookPage) -> None:
    row = findings(open_findings(notebook)).first
    row.get_by_role("button", name="Why, and what to do").click()
    notebook.page.locator(".nbg-Finding-details").get_by_role("button", name="Move under a name").click()


def by_keyboard(notebook: NotebookPage) -> None:
    """Without a pointer: to the finding, its dialog, and along its buttons."""
    page = notebook.page
    notebook.editor(1).click()
    expect(notebook.marks(0)).to_have_count(1)
    token = notebook.marks(0).inner_text()
    page.keyboard.press("F8")
    notebook.wait_for_selection(token)
    page.keyboard.press("Control+Alt+.")
    dialog = page.get_by_role("dialog").filter(has_text="ionq-api-key")
    expect(dialog).to_be_visible()
    wanted = dialog.get_by_role("button", name="Move under a name")
    for _ in range(8):
        if wanted.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def open_names(notebook: NotebookPage, way: Callable[[NotebookPage], None] = by_command) -> Locator:
    """The dialog for the finding of the first cell."""
    way(notebook)
    dialog = notebook.page.get_by_role("dialog").filter(has_text="Store it as")
    expect(dialog).to_be_visible()
    return dialog


@pytest.mark.parametrize("way", [by_command, by_tip, by_context_menu, by_panel, by_keyboard])
def test_the_name_can_be_chosen(
    open_notebook: OpenNotebook, openbao: OpenBao, way: Callable[[NotebookPage], None]
) -> None:
    token = FakeTokens(seed=704).ionq()
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("team/chosen")
    cells = code(f'IONQ_API_KEY = "{token}"', count=None), code("1 + 1")
    notebook = open_notebook(f"named-{way.__name__}.ipynb", *cells)
    expect(notebook.marks(0)).to_have_count(1)
    dialog = open_names(notebook, way)
    field = dialog.get_by_label("Store it as")
    expect(field).to_have_value("quantum/ionq/notebooks#api_key")
    notebook.picture("choose-name")
    field.fill("team/chosen#mine")
    dialog.get_by_role("button", name="Move to Vault").click()
    expect(notebook.marks(0)).to_have_count(0)
    assert notebook.sources()[0].endswith('IONQ_API_KEY = secret("team/chosen#mine")')
    assert openbao.stored("team/chosen") == {"mine": token}


@pytest.mark.parametrize("agreed", [False, True])
def test_a_secret_that_is_there_can_be_chosen_and_is_never_overwritten(
    open_notebook: OpenNotebook, openbao: OpenBao, agreed: bool
) -> None:
    tokens = FakeTokens(seed=705)
    token, rotated = tokens.ionq(), tokens.ionq()
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("team/there")
    openbao.store("team/there", prod=rotated)
    notebook = open_notebook(f"there-{agreed}.ipynb", code(f'IONQ_API_KEY = "{token}"', count=None))
    expect(notebook.marks(0)).to_have_count(1)
    dialog = open_names(notebook)
    dialog.get_by_label("Or use a secret that is in Vault").select_option("team/there#prod")
    expect(dialog.get_by_label("Store it as")).to_be_disabled()
    dialog.get_by_role("button", name="Move to Vault").click()
    asked = notebook.page.get_by_role("dialog").filter(has_text="team/there#prod holds another value")
    expect(asked).to_be_visible()
    asked.get_by_role("button", name="Use the one in Vault" if agreed else "Cancel").click()
    expect(asked).to_have_count(0)
    expect(notebook.marks(0)).to_have_count(0 if agreed else 1)
    assert ('secret("team/there#prod")' in notebook.sources()[0]) == agreed
    assert (token in notebook.sources()[0]) != agreed
    assert openbao.stored("team/there") == {"prod": rotated}
