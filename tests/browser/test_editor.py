"""What a person sees in a cell's editor: squiggles, gutter marks, the tip, and what its buttons do."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.scans import SCAN
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, markdown
from tests.openbao_server import OpenBao

TIP = ".cm-tooltip-hover"
GUTTER = ".cm-gutter-lint .cm-lint-marker"


def test_typed_token_is_underlined_while_nothing_is_saved_or_run(open_notebook: OpenNotebook) -> None:
    token = FakeTokens(seed=701).ionq()
    notebook = open_notebook("typed.ipynb", code("1 + 1"), code("", count=None))
    notebook.write(1, f'from qiskit_ionq import IonQProvider\nIonQProvider(token="{token}')
    notebook.page.keyboard.type('")')
    # On a busy machine typing takes so long that half of the token was marked already.
    expect(notebook.marks(1)).to_have_text([token])
    expect(notebook.cell(1).locator(f"{GUTTER}-error")).to_have_count(1)
    # A cell without findings has no room for marks.
    expect(notebook.cell(0).locator(".cm-gutters")).to_have_count(0)
    notebook.picture("squiggle")
    notebook.hover(notebook.marks(1))
    tip = notebook.page.locator(TIP)
    for text in ("high", "IonQ", "ionq-api-key", "IonQProvider(token=…)", "To rotate it:"):
        expect(tip).to_contain_text(text)
    expect(tip.get_by_role("link")).to_have_attribute("href", "https://docs.ionq.com/guides/managing-api-keys")
    assert token not in tip.inner_text()
    notebook.picture("hover")


def test_tip_stays_open_while_other_cells_change(open_notebook: OpenNotebook) -> None:
    """A notebook tells of outputs and counts too: setting the same marks again would close an open tip."""
    token = FakeTokens(seed=703).ionq()
    notebook = open_notebook("tip.ipynb", code(f'IONQ_API_KEY = "{token}"'), code("1", count=None))
    notebook.hover(notebook.marks(0))
    tip = notebook.page.locator(TIP)
    with notebook.page.expect_response(SCAN):
        notebook.page.evaluate(
            "() => { const cell = window.jupyterapp.shell.currentWidget.content.model.cells.get(1);"
            " cell.sharedModel.setSource('print(2)'); cell.executionCount = 7; }"
        )
    notebook.wait_for_scan()
    expect(tip).to_have_count(1)
    expect(tip.get_by_role("button", name="Move to Vault")).to_be_visible()


@pytest.mark.parametrize("kind", ["markdown", "raw", "code"])
def test_marks_sit_on_the_token_behind_astral_characters(open_notebook: OpenNotebook, kind: str) -> None:
    """An editor counts UTF-16 units; the server's language counts characters."""
    token = FakeTokens(seed=704).dwave()
    source = f"\N{CAT FACE}\N{MATHEMATICAL BOLD CAPITAL A} — \N{FLAG IN HOLE} {token} \N{CAT FACE}"
    cell = code("# " + source) if kind == "code" else {**markdown(source), "cell_type": kind}
    notebook = open_notebook(f"astral-{kind}.ipynb", cell)
    if kind == "markdown":
        notebook.cell(0).dblclick()
    expect(notebook.marks(0)).to_have_text([token])


def test_allow_asks_for_a_reason_and_leaves_a_comment(open_notebook: OpenNotebook) -> None:
    token = FakeTokens(seed=705).ionq()
    notebook = open_notebook("allow.ipynb", code(f'IONQ_API_KEY = "{token}"', count=None))
    notebook.press_in_tip(notebook.marks(0), "Allow…")
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    notebook.picture("allow")
    # Without a reason it asks again.
    asked = dialog.element_handle()
    notebook.page.keyboard.press("Enter")
    notebook.page.wait_for_function("asked => !asked.isConnected", arg=asked)
    dialog.get_by_label("Reason").fill("a key of the simulator that the course hands out")
    dialog.get_by_role("button", name="Allow").click()
    expect(notebook.marks(0)).to_have_count(0)
    allowed = 'nbguard: allow ionq-api-key reason="a key of the simulator that the course hands out"'
    assert allowed in notebook.sources()[0]
    assert token in notebook.sources()[0]


def test_dismissed_dialogs_change_nothing(open_notebook: OpenNotebook) -> None:
    source = f'IONQ_API_KEY = "{FakeTokens(seed=706).ionq()}"'
    notebook = open_notebook("dismissed.ipynb", code(source, count=None))
    for action in ("Allow…", "Remove"):
        notebook.press_in_tip(notebook.marks(0), action)
        notebook.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        expect(notebook.page.get_by_role("dialog")).to_have_count(0)
        expect(notebook.marks(0)).to_have_count(1)
        assert notebook.sources() == [source]


def test_environment_variable_takes_the_place_of_a_token(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/ionq/notebooks")
    token = FakeTokens(seed=707).ionq()
    notebook = open_notebook("env.ipynb", code(f'IonQProvider("{token}")', count=None))
    notebook.press_in_tip(notebook.marks(0), "Use environment variable")
    expect(notebook.marks(0)).to_have_count(0)
    assert 'IonQProvider(os.environ["IONQ_API_KEY"])' in notebook.sources()[0]
    assert openbao.stored("quantum/ionq/notebooks") == {"api_key": token}


def test_keyboard_reaches_every_finding_and_its_actions(open_notebook: OpenNotebook) -> None:
    """F8 goes round, over editors that aren't there yet and rendered Markdown; Ctrl+Alt+. opens the finding."""
    fake = FakeTokens(seed=708)
    first, second, third = fake.ionq(), fake.dwave(), fake.ionq()
    notebook = open_notebook(
        "keys.ipynb",
        code(f'IONQ_API_KEY = "{first}"', count=None),
        *(code(f"{number}\n" * 8) for number in range(60)),
        markdown(f"the key is {second}"),
        code(f'x = 1\nIONQ_API_KEY = "{third}"', count=None),
    )
    expect(notebook.marks(0)).to_have_count(1)
    notebook.cell(0).locator(".jp-InputPrompt").click()
    for token in (first, second, third, first):
        notebook.page.keyboard.press("F8")
        notebook.wait_for_selection(token)
    notebook.page.keyboard.press("Shift+F8")
    notebook.wait_for_selection(third)
    notebook.page.keyboard.press("Control+Alt+.")
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("ionq-api-key")
    notebook.picture("finding-dialog")
    for name in ("Close", "Move to Vault", "Use environment variable", "Allow…", "Remove"):
        expect(dialog.get_by_role("button", name=name)).to_be_visible()
    dialog.get_by_role("button", name="Remove").focus()
    notebook.page.keyboard.press("Enter")
    dialog = notebook.page.get_by_role("dialog").filter(has_text="Remove the text?")
    dialog.get_by_role("button", name="Remove").focus()
    notebook.page.keyboard.press("Enter")
    notebook.page.wait_for_function(
        "(token) => !Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)"
        ".some(cell => cell.sharedModel.getSource().includes(token))",
        arg=third,
    )


def test_shortcut_moves_what_the_cursor_is_in_or_asks(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/ionq/notebooks")
    fake = FakeTokens(seed=716)
    first, second, third = fake.ionq(), fake.ionq(), fake.ionq()
    lines = [f'IonQProvider("{token}")' for token in (first, second, third)]
    notebook = open_notebook("aimed.ipynb", code("\n".join([*lines, "x = 1"]), count=None))
    expect(notebook.marks(0)).to_have_count(3)
    keyboard, dialog = notebook.page.keyboard, notebook.page.get_by_role("dialog")
    # In the second line, not in its token: one question, nothing chosen, and Enter chooses nothing.
    notebook.editor(0).click()
    keyboard.press("Control+Home")
    keyboard.press("ArrowDown")
    keyboard.press("Control+Alt+v")
    expect(dialog).to_contain_text("Which finding?")
    expect(dialog.get_by_role("radio")).to_have_count(3)
    expect(dialog.get_by_role("radio", checked=True)).to_have_count(0)
    notebook.picture("which-finding")
    keyboard.press("Enter")
    expect(dialog.get_by_role("radio", checked=True)).to_have_count(0)
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    assert notebook.sources()[0].splitlines()[:3] == lines
    # The one that is chosen is moved, and no other.
    keyboard.press("Control+Alt+v")
    dialog.get_by_role("radio", name="line 3").check()
    dialog.get_by_role("button", name="Move to Vault").click()
    expect(notebook.marks(0)).to_have_count(2)
    assert (first in notebook.sources()[0], second in notebook.sources()[0], third in notebook.sources()[0]) == (
        True, True, False,
    )  # fmt: skip
    assert openbao.stored("quantum/ionq/notebooks") == {"api_key": third}
    # With the cursor in a token there is nothing to ask.
    notebook.marks(0).nth(1).click()
    keyboard.press("Control+Alt+v")
    expect(notebook.marks(0)).to_have_count(1)
    expect(dialog).to_have_count(0)
    assert first in notebook.sources()[0]
    assert second not in notebook.sources()[0]


def test_enter_in_a_dialog_takes_nothing_out(open_notebook: OpenNotebook) -> None:
    source = f'x = 1\nIONQ_API_KEY = "{FakeTokens(seed=717).ionq()}"'
    notebook = open_notebook("focus.ipynb", code(source, count=None))
    expect(notebook.marks(0)).to_have_count(1)
    keyboard, dialog = notebook.page.keyboard, notebook.page.get_by_role("dialog")
    # A cell that is only selected has no cursor: also with one finding, removing asks which.
    notebook.cell(0).locator(".jp-InputPrompt").click()
    notebook.page.evaluate("() => void window.jupyterapp.commands.execute('nbguard:remove')")
    expect(dialog).to_contain_text("Which finding?")
    expect(dialog.get_by_role("radio")).to_be_focused()
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog).to_contain_text("Remove the text?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    keyboard.press("Control+Alt+.")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    assert notebook.sources() == [source]


def test_buttons_tell_where_findings_are(open_notebook: OpenNotebook) -> None:
    token = FakeTokens(seed=709).ionq()
    notebook = open_notebook("buttons.ipynb", code("1"), code(f'IONQ_API_KEY = "{token}"'))
    button = notebook.page.locator(".jp-NotebookPanel-toolbar").get_by_title("nbguard: 1 finding")
    expect(button).to_be_visible()
    notebook.editor(1).click()
    in_cell = notebook.page.get_by_role("button", name="Findings in this cell")
    expect(in_cell).to_be_visible()
    notebook.editor(0).click()
    expect(notebook.cell(0).locator(".jp-cell-toolbar")).to_be_visible()
    expect(in_cell).to_be_hidden()
    notebook.editor(1).click()
    in_cell.click()
    expect(notebook.page.get_by_role("dialog")).to_contain_text("ionq-api-key")
    notebook.page.keyboard.press("Escape")


def test_switched_off_it_neither_scans_nor_marks(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    token = FakeTokens(seed=710).ionq()
    server = start_lab(settings='{"@nbguard/lab:core": {"gutter": false, "severity": "high"}}')
    notebook = open_notebook("settings.ipynb", code(f'IONQ_API_KEY = "{token}"'), server=server)
    expect(notebook.marks(0)).to_have_count(1)
    expect(notebook.cell(0).locator(GUTTER)).to_have_count(0)
    notebook.execute("nbguard:toggle")
    expect(notebook.marks(0)).to_have_count(0)
    asked: list[str] = []
    notebook.page.on("request", lambda request: asked.append(request.url))
    notebook.write(0, "\nx = 1")
    notebook.page.wait_for_timeout(800)
    assert not [url for url in asked if "nbguard/api/scan" in url]
    notebook.execute("nbguard:toggle")
    expect(notebook.marks(0)).to_have_count(1)


def test_words_of_others_are_text(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """A rule pack's description and a name in the code can hold HTML; it is shown, and does nothing."""
    evil = "<img src=x onerror=window.hit=1><b>bold</b>"
    server = start_lab(policy='rules = ["evil.toml"]\n')
    pack = f"[[rules]]\nid = 'evil'\ndescription = '{evil}'\nregex = '(evil_[0-9a-f]{{32}})'\nkeywords = ['evil_']\n"
    (server.root / "evil.toml").write_text(pack)
    token = FakeTokens(seed=715).of("0123456789abcdef", 32)
    notebook = open_notebook("evil.ipynb", code(f'"evil_{token}"'), server=server)
    notebook.hover(notebook.marks(0))
    expect(notebook.page.locator(TIP)).to_contain_text(evil)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+Alt+.")
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text(evil)
    expect(dialog.locator("img, b")).to_have_count(0)
    assert notebook.page.evaluate("() => window.hit") is None
