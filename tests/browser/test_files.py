"""The editor of files: what is found is marked while people type, and the same can be done about it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import StartLab
from tests.browser.file_page import FilePage
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import findings, open_findings, open_secrets, status_item
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

OpenFile = Callable[..., FilePage]


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/ionq/notebooks")


@pytest.fixture
def open_file(new_page: Callable[[], Page], start_lab: StartLab, pictures: Path) -> OpenFile:
    def open_one(name: str, text: str, **options: object) -> FilePage:
        return FilePage(new_page(), start_lab(**options), pictures, name, text)

    return open_one


def type_line(file: NotebookPage, text: str) -> None:
    file.page.locator(".jp-FileEditor .cm-content").click()
    file.page.keyboard.press("Control+End")
    file.page.keyboard.type(text)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_token_in_a_program_is_marked_and_moves(open_file: OpenFile, app: str) -> None:
    """Mark, status bar, panel, move, and the lookup that is known to resolve; undo doesn't bring the value back."""
    token = FakeTokens(seed=761).ionq()
    file = open_file(f"job-{app}.py", "import os\n", app=app)
    type_line(file, f'IONQ_API_KEY = "{token}"')
    expect(file.file_marks).to_have_text(token)
    if app == "lab":
        expect(status_item(file)).to_have_text("nbguard: 1 finding")
    panel = open_findings(file)
    expect(findings(panel)).to_have_count(1)
    file.picture(f"file-editor-{app}")
    file.press_in_tip(file.file_marks, "Move to Vault")
    expect(file.file_marks).to_have_count(0)
    expect(findings(panel)).to_have_count(0)
    assert 'secret("quantum/ionq/notebooks#api_key")' in file.text()
    file.content.click()
    for _ in range(4):
        file.page.keyboard.press("Control+z")
    assert token not in file.text()
    expect(open_secrets(file)).to_contain_text("version 1")
    assert file.save() == 200
    assert token not in file.server.read(f"job-{app}.py")


@pytest.mark.parametrize(
    ("name", "before"),
    [("deploy.env", "IONQ_API_KEY="), ("jobs.yaml", "IONQ_API_KEY: "), ("notes.md", "export IONQ_API_KEY=")],
)
def test_other_files_are_marked_too(open_file: OpenFile, name: str, before: str) -> None:
    token = FakeTokens(seed=762).ionq()
    file = open_file(name, "\n")
    type_line(file, before + token)
    expect(file.file_marks.filter(has_text=token)).to_have_count(1)
    tip = file.hover(file.file_marks.filter(has_text=token))
    expect(tip.get_by_role("button", name="Move to Vault")).to_be_visible()
    expect(tip.get_by_role("button", name="Remove")).to_be_visible()
    # Which line it is in is seen in the list: there is no cell.
    panel = open_findings(file)
    expect(panel.get_by_role("columnheader", name="Line")).to_be_visible()
    row = findings(panel).filter(has_text="IonQ API key")
    expect(row.locator(".nbg-Finding-place [aria-hidden]")).to_have_text("2")


def test_keys_act_in_a_file(open_file: OpenFile) -> None:
    """F8 goes to the finding, and the shortcut asks for nothing where the cursor is in it."""
    token = FakeTokens(seed=763).ionq()
    file = open_file("keys.py", f'IONQ_API_KEY = "{token}"\n' + "x = 1\n" * 5)
    expect(file.file_marks).to_have_count(1)
    file.content.click()
    file.page.keyboard.press("Control+End")
    file.page.keyboard.press("F8")
    file.wait_for_selection(token)
    file.page.keyboard.press("Control+Alt+v")
    expect(file.file_marks).to_have_count(0)
    assert token not in file.text()


def test_a_finding_is_removed_and_allowed_in_a_file(open_file: OpenFile) -> None:
    first, second = FakeTokens(seed=764).ionq(), FakeTokens(seed=765).ionq()
    file = open_file("both.py", f'IONQ_API_KEY = "{first}"\n\nif True:\n    IONQ_API_KEY = "{second}"\n')
    panel = open_findings(file)
    expect(findings(panel)).to_have_count(2)
    findings(panel).first.get_by_role("button", name="Why, and what to do").click()
    panel.get_by_role("button", name=re.compile("^Remove")).click()
    file.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(findings(panel)).to_have_count(1)
    assert first not in file.text()
    findings(panel).first.get_by_role("button", name="Why, and what to do").click()
    panel.get_by_role("button", name=re.compile("^Allow")).click()
    dialog = file.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("revoked")
    dialog.get_by_role("button", name="Allow").click()
    expect(findings(panel)).to_have_count(0)
    assert "# nbguard: allow ionq-api-key" in file.text()
