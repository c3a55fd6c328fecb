"""VS Code around the cells: the view of secrets, the walkthrough, themes, and a folder that nobody trusts."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.code_server import CodeServer, NotebookInCode, write_notebook
from tests.browser.contrast import assert_readable
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

Open = Callable[..., NotebookInCode]


def test_who_logs_in_sees_names_and_a_lookup_that_is_inserted_runs(
    tmp_path: Path, browser: Browser, openbao: OpenBao, request: pytest.FixtureRequest
) -> None:
    """Nothing of the environment says which Vault, or who it is; what the view is told, kernels find, too."""
    first, second = FakeTokens(185).ionq(), FakeTokens(186).ionq()
    openbao.store("quantum/in-the-view", api_key=first)
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    write_notebook(folder / "a.ipynb", "x = 1", "")
    server = CodeServer(tmp_path / "code", {"HOME": str(tmp_path)})
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    try:
        page = context.new_page()
        request.node.nbguard_pages, request.node.nbguard_pictures = [page], tmp_path
        notebook = server.open(page, folder, "a.ipynb")
        page.get_by_role("button", name="Secrets Section").click()
        page.locator(".welcome-view-content", has_text="No Vault is set, or it doesn't know you").wait_for()
        log_in(notebook, openbao.address, "no-such-token")
        page.locator(".notification-toast", has_text="nbguard").first.wait_for()
        page.keyboard.press("Escape")
        assert not (tmp_path / ".vault-token").exists()
        log_in(notebook, openbao.address, openbao.token)
        listed = page.get_by_role("treeitem", name="quantum/in-the-view#api_key")
        listed.wait_for()
        expect(listed).to_contain_text("v1, today")
        notebook.cell(1).locator(".monaco-editor").first.click()
        listed.click()
        lines = notebook.cell(1).locator(".view-lines").first
        expect(lines).to_contain_text('api_key = secret("quantum/in-the-view#api_key")')
        expect(notebook.page.locator(".notebookOverlay")).to_contain_text("from nbguard import secret")
        notebook.type(1, "\nprint(len(api_key), 'characters')")
        notebook.run()
        notebook.output("32 characters").wait_for(timeout=60_000)
        notebook.command("nbguard: Add a Secret")
        notebook.answer("quantum/added-in-code#key")
        page.locator(".quick-input-widget input[type=password]").wait_for()
        notebook.answer(second)
        page.get_by_role("treeitem", name="quantum/added-in-code#key").wait_for()
        assert openbao.stored("quantum/added-in-code") == {"key": second}
        shown = page.content()
        assert first not in shown
        assert second not in shown
        pictures = os.environ.get("NBGUARD_SCREENSHOTS")
        if pictures:
            page.screenshot(path=Path(pictures, "vscode-secrets.png"))
    finally:
        context.close()
        server.close()


def log_in(notebook: NotebookInCode, address: str, token: str) -> None:
    notebook.command("nbguard: Log In to Vault")
    notebook.page.locator(".quick-input-list .monaco-list-row", has_text="With a token").click()
    notebook.page.locator(".quick-input-message", has_text="Vault's address").wait_for()
    notebook.answer(address)
    notebook.page.locator(".quick-input-widget input[type=password]").wait_for()
    notebook.answer(token)


def test_the_walkthrough_leads_from_installing_to_saving(open_in_code: Open) -> None:
    notebook = open_in_code("x = 1")
    notebook.command("Welcome: Open Walkthrough")
    notebook.page.locator(".quick-input-list .monaco-list-row", has_text="Keep tokens out of notebooks").first.click()
    steps = notebook.page.locator(".getting-started-step")
    expect(steps).to_have_count(4, timeout=20_000)
    for number, title in enumerate(("Install the server", "Type a token", "Move it to Vault", "Save")):
        expect(steps.nth(number)).to_contain_text(title)
    steps.nth(2).click()
    notebook.page.get_by_role("button", name="Log In to Vault").first.wait_for()


@pytest.mark.parametrize(
    ("theme", "kind"),
    [
        ("Visual Studio Light", "vs"),
        ("Visual Studio Dark", "vs-dark"),
        ("Default High Contrast", "hc-black"),
        ("Default High Contrast Light", "hc-light"),
    ],
)
def test_what_we_show_can_be_read_in_every_theme(
    open_in_code: Open, code_server: CodeServer, theme: str, kind: str
) -> None:
    token = FakeTokens(187).ionq()
    code_server.set(workbench__colorTheme=theme)
    try:
        # Nothing in the source shows what it prints.
        notebook = open_in_code(f'print("IONQ_API_KEY", bytes({[*token.encode()]}).decode(), sep="=")')
        notebook.page.locator(f".monaco-workbench.{kind}").wait_for()
        notebook.run()
        mark = notebook.page.locator(".cell-status-item", has_text="in the output")
        mark.wait_for(timeout=20_000)
        assert_readable(mark)
        count = notebook.page.locator(".statusbar-item", has_text="nbguard: 1")
        count.wait_for()
        assert_readable(count)
        pictures = os.environ.get("NBGUARD_SCREENSHOTS")
        if pictures and kind == "vs-dark":
            notebook.page.screenshot(path=Path(pictures, "vscode-output-dark.png"))
    finally:
        code_server.set()


def test_of_a_folder_that_nobody_trusts_nothing_is_run_and_its_policy_hides_nothing(
    tmp_path: Path, browser: Browser, openbao: OpenBao, request: pytest.FixtureRequest
) -> None:
    token = FakeTokens(188).ionq()
    folder = tmp_path / "repository"
    ran = tmp_path / "ran"
    trap = f"#!/bin/sh\necho x > {ran}\n"
    for place in (".git", ".vscode", ".venv/bin"):
        (folder / place).mkdir(parents=True)
    for program in (".venv/bin/python", "trap"):
        (folder / program).write_text(trap)
        (folder / program).chmod(0o755)
    settings = {"nbguard.command": [str(folder / "trap")], "nbguard.python": str(folder / "trap")}
    (folder / ".vscode" / "settings.json").write_text(json.dumps(settings))
    (folder / "nbguard.toml").write_text('disable = ["credential"]\nexclude = ["**"]\n')
    write_notebook(folder / "a.ipynb", f'IONQ_API_KEY = "{token}"')
    environment = {name: value for name, value in openbao.environment.items() if name != "HOME"}
    server = CodeServer(tmp_path / "code", environment, trust=True)
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    try:
        page = context.new_page()
        request.node.nbguard_pages, request.node.nbguard_pictures = [page], tmp_path
        opened = server.open(page, folder, "a.ipynb", runs=False)
        page.locator(".statusbar-item", has_text="Restricted Mode").wait_for(timeout=30_000)
        opened.cell(0).locator(".squiggly-error").first.wait_for(timeout=30_000)
        opened.cell(0).locator(".monaco-editor").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.press("ArrowLeft")
        fixes = opened.fixes()
        assert sum("Remove the value" in title for title in fixes) == 1, fixes
        assert not any("Move to Vault" in title for title in fixes)
        assert not ran.exists()
    finally:
        context.close()
        server.close()
