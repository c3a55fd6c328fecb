"""Code consoles and rendered Markdown cells are marked, and offer what notebooks offer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import MARK, NotebookPage
from tests.browser.panels import counts, findings, open_findings, open_secrets, status_item, toasts
from tests.browser.sources import dwave, ionq, lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, markdown, stream
from tests.openbao_server import OpenBao

TOKENS = FakeTokens(seed=86)


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    openbao.empty()


def open_console(notebook: NotebookPage) -> Locator:
    """A console in front, its kernel idle; the prompt's editor."""
    notebook.execute("console:create", kernelPreference={"name": "python3"}, activate=True)
    prompt = notebook.page.locator(".jp-CodeConsole-promptCell .cm-content")
    prompt.wait_for()
    notebook.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.console?.sessionContext.session?.kernel?.status === 'idle'"
    )
    return prompt


def write(notebook: NotebookPage, prompt: Locator, text: str) -> None:
    prompt.click()
    notebook.page.keyboard.press("Control+End")
    notebook.page.keyboard.insert_text(text)


def test_a_token_in_a_prompt_is_marked_moved_and_runs(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    """Squiggle, tip, status bar, panel and keys, as in a notebook; the notebook behind it keeps its own."""
    value = TOKENS.ionq()
    notebook = open_notebook("behind.ipynb", code(dwave(TOKENS.dwave())))
    prompt = open_console(notebook)
    write(notebook, prompt, f'IONQ_API_KEY = "{value}"')
    marks = prompt.locator(MARK)
    expect(marks).to_have_count(1)
    expect(status_item(notebook)).to_contain_text("1 finding")
    panel = open_findings(notebook)
    expect(counts(panel)).to_contain_text("1 finding")
    notebook.press_in_tip(marks, "Move to Vault")
    expect(marks).to_have_count(0)
    expect(prompt).to_contain_text("from nbguard import secret")
    assert value in {text for stored in stored_values(openbao) for text in stored}
    write(notebook, prompt, "\nprint(len(IONQ_API_KEY))")
    notebook.page.keyboard.press("Shift+Enter")
    console = notebook.page.locator(".jp-CodeConsole-content")
    expect(console.locator(".jp-OutputArea-output").last).to_contain_text(str(len(value)))
    expect(console.locator(".nbg-Reference.nbg-mod-ok")).to_have_count(1)
    expect(counts(panel)).to_contain_text("0 findings")
    # What was run is looked at, and what it printed.
    other = TOKENS.dwave()
    write(notebook, prompt, f'print("DWAVE_API_TOKEN=" + "{other}")')
    notebook.page.keyboard.press("Shift+Enter")
    expect(counts(panel)).to_contain_text("2 findings")
    assert value not in notebook.page.content()


def stored_values(openbao: OpenBao) -> list[list[str]]:
    from nbguard.vault.client import Vault

    return [list(openbao.stored(path).values()) for path in Vault(openbao.environment).paths("secret", "")]


def test_a_secret_goes_to_the_prompt(open_notebook: OpenNotebook, openbao: OpenBao) -> None:
    openbao.store("quantum/ionq", api_key=TOKENS.ionq())
    notebook = open_notebook("beside.ipynb", code("1 + 1"))
    prompt = open_console(notebook)
    write(notebook, prompt, "key = ")
    panel = open_secrets(notebook)
    panel.get_by_role("button", name="Insert a lookup of quantum/ionq#api_key at the cursor").click()
    expect(prompt).to_contain_text('key = secret("quantum/ionq#api_key")')
    expect(prompt.locator(".nbg-Reference.nbg-mod-ok")).to_have_count(1)
    assert notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.console !== undefined")


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_rendered_markdown_says_what_is_in_it(open_notebook: OpenNotebook, start_lab: StartLab, app: str) -> None:
    """The editor with its marks is hidden there: a bar says it, with the actions, and goes with its reason."""
    value = TOKENS.ionq()
    text = f"Our key is\n\n`IONQ_API_KEY={value}`\n"
    cells = markdown(text), markdown("Nothing here."), code("1 + 1")
    notebook = open_notebook("prose.ipynb", *cells, server=start_lab(app=app))
    cell = notebook.cell(0)
    bar = cell.get_by_role("group", name="1 finding in this cell")
    expect(bar).to_contain_text("IonQ API key")
    expect(notebook.page.locator(".nbg-TextBar")).to_have_count(1)
    assert not violations(notebook.page, ".nbg-TextBar")
    # A click on the name goes to the text; there the editor has marks, and the bar goes.
    bar.get_by_role("button", name="Go to: IonQ API key").click()
    expect(notebook.marks(0)).to_have_count(1)
    expect(bar).to_be_hidden()
    notebook.page.keyboard.press("Shift+Enter")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Move to Vault").click()
    expect(bar).to_be_hidden()
    expect(cell.locator(".jp-MarkdownOutput")).to_contain_text("IONQ_API_KEY=nbguard:quantum/ionq/")
    assert value not in notebook.page.content()


def test_a_collapsed_cell_says_what_is_in_it(open_notebook: OpenNotebook) -> None:
    """Its editor is hidden, too, and a jump to an output that is collapsed shows the output."""
    value = TOKENS.ionq()
    hidden = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
    notebook = open_notebook("collapsed.ipynb", code(ionq(value), stream(f"{TOKENS.dwave()}\n"), **hidden))
    cell = notebook.cell(0)
    bar = cell.get_by_role("group", name="1 finding in this cell")
    expect(bar).to_contain_text("IonQ API key")
    bar.get_by_role("button", name="Go to: IonQ API key").click()
    notebook.wait_for_selection(value)
    expect(bar).to_be_hidden()
    expect(cell.locator(".jp-OutputArea-output")).to_be_hidden()
    findings(open_findings(notebook)).get_by_role("button", name="Go to: D-Wave SAPI token").click()
    expect(cell.locator(".jp-OutputArea-output")).to_be_visible()


def test_a_console_of_notebook_7(
    new_page: Callable[[], Page], start_lab: StartLab, pictures: Path, openbao: OpenBao
) -> None:
    """It has a page of its own there."""
    value, server, page = TOKENS.ionq(), start_lab(app="notebook"), new_page()
    console = NotebookPage(page, server, pictures)
    page.goto(server.url(f"consoles/one?token={server.token}"))
    # It asks which kernel is meant.
    page.get_by_role("dialog").get_by_role("button", name="Select").click()
    prompt = page.locator(".jp-CodeConsole-promptCell .cm-content")
    write(console, prompt, f'IONQ_API_KEY = "{value}"')
    marks = prompt.locator(MARK)
    expect(marks).to_have_count(1)
    console.press_in_tip(marks, "Move to Vault")
    expect(marks).to_have_count(0)
    expect(prompt).to_contain_text("from nbguard import secret")
    assert value in {text for stored in stored_values(openbao) for text in stored}
    assert value not in page.content()
    server.end_kernels()


def test_show_findings_of_another_file_brings_it_to_the_front(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """The button of a message about a file that isn't in front."""
    server = start_lab(policy='[jupyter]\nsave = "warn"\nalso_guard = ["*.py"]\n')
    (server.root / "tool.py").write_text("x = 1\n")
    notebook = open_notebook("front.ipynb", code(lookup("quantum/ionq#api_key")), server=server)
    server.ask(
        "PUT",
        "api/contents/tool.py",
        json.dumps({"type": "file", "format": "text", "content": ionq(TOKENS.ionq())}).encode(),
    )
    toasts(notebook).get_by_role("button", name="Show findings").click()
    panel = notebook.page.get_by_role("region", name="nbguard: findings")
    expect(findings(panel)).to_have_count(1)
    assert notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path") == "tool.py"
