"""VS Code with a notebook: from a token that is typed to a file without it."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.code_server import NotebookInCode
from tests.fake_tokens import FakeTokens
from tests.openbao_server import OpenBao

PROVIDER = """import hashlib
class IonQProvider:
    def __init__(self, token):
        print(hashlib.sha256(token.encode()).hexdigest())"""
Open = Callable[..., NotebookInCode]


def test_a_token_is_marked_moved_to_vault_runs_and_is_never_saved(open_in_code: Open, openbao: OpenBao) -> None:
    token = FakeTokens(181).ionq()
    notebook = open_in_code(PROVIDER, "")
    notebook.type(1, f'p = IonQProvider("{token}")')
    mark = notebook.cell(1).locator(".squiggly-error")
    mark.first.wait_for()
    pictures = os.environ.get("NBGUARD_SCREENSHOTS")
    if pictures:
        notebook.page.keyboard.press("Control+.")
        notebook.page.locator(".action-widget").first.wait_for()
        notebook.page.screenshot(path=Path(pictures, "vscode-findings.png"))
        notebook.page.keyboard.press("Escape")
    notebook.fix("Move to Vault (ionq-api-key)")
    expect(notebook.cell(1).locator(".view-lines").first).to_contain_text('secret("', timeout=20_000)
    expect(mark).to_have_count(0)
    assert token not in notebook.source(1)
    notebook.run()
    # The value itself has arrived: what is printed is its hash.
    wait_for_output(notebook, hashlib.sha256(token.encode()).hexdigest())
    assert token not in notebook.saved()
    notebook.cell(1).locator(".monaco-editor").first.click()
    # Those of the move, in however many steps it came; an editor draws what it did a moment later.
    shown = notebook.cell(1).locator(".view-lines").first
    for left in (2, 1, 0):
        notebook.page.keyboard.press("Control+z")
        try:
            expect(shown).to_contain_text(token, timeout=5_000)
            break
        except AssertionError:
            if not left:
                raise


def test_a_value_is_stored_under_a_name_of_ones_own_and_the_reference_says_how_old_it_is(
    open_in_code: Open, openbao: OpenBao
) -> None:
    token = FakeTokens(191).ionq()
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("team/from-code")
    notebook = open_in_code(PROVIDER, f'p = IonQProvider("{token}")')
    put_cursor_into_value(notebook, 1)
    notebook.fix("Move to Vault under a name")
    asked = notebook.page.locator(".quick-input-widget input:visible")
    expect(asked).to_have_value("quantum/ionq/repository#api_key")
    notebook.answer("team/from-code#mine")
    shown = notebook.cell(1).locator(".view-lines").first
    expect(shown).to_contain_text('secret("team/from-code#mine")', timeout=20_000)
    assert openbao.stored("team/from-code") == {"mine": token}
    # Behind the reference: whether it resolves, which version, how old; never the value.
    expect(shown).to_contain_text("✓ resolves, v1, today", timeout=20_000)
    assert token not in notebook.source(1)
    pictures = os.environ.get("NBGUARD_SCREENSHOTS")
    if pictures:
        notebook.page.screenshot(path=Path(pictures, "vscode-reference.png"))


def test_a_secret_that_is_there_is_used_and_one_with_another_value_only_if_meant(
    open_in_code: Open, openbao: OpenBao
) -> None:
    token, rotated = FakeTokens(192).ionq(), FakeTokens(193).ionq()
    openbao.store("quantum/there-for-code", prod=rotated)
    notebook = open_in_code(PROVIDER, f'p = IonQProvider("{token}")')
    put_cursor_into_value(notebook, 1)
    notebook.command("nbguard: Use an Existing Secret")
    notebook.answer("quantum/there-for-code#prod")
    other = notebook.said("holds another value")
    other.wait_for()
    assert token in notebook.source(1)
    other.get_by_role("button", name="Use the one in Vault").click()
    notebook.said("where nothing was stored").wait_for()
    shown = notebook.cell(1).locator(".view-lines").first
    expect(shown).to_contain_text('secret("quantum/there-for-code#prod', timeout=20_000)
    assert token not in notebook.source(1)
    assert openbao.stored("quantum/there-for-code") == {"prod": rotated}


def put_cursor_into_value(notebook: NotebookInCode, number: int) -> None:
    notebook.cell(number).locator(".squiggly-error").first.wait_for()
    notebook.cell(number).locator(".monaco-editor").first.click()
    notebook.page.keyboard.press("Control+End")
    for _ in range(3):
        notebook.page.keyboard.press("ArrowLeft")


def wait_for_output(notebook: NotebookInCode, text: str) -> None:
    """Saves until the file's outputs show a text."""
    for _ in range(40):
        notebook.save()
        notebook.page.wait_for_timeout(500)
        if text in notebook.saved():
            return
    raise AssertionError(notebook.saved())


def test_a_save_that_the_policy_blocks_leaves_the_file_until_the_finding_is_allowed(open_in_code: Open) -> None:
    token = FakeTokens(182).ionq()
    notebook = open_in_code(PROVIDER, "", policy='[jupyter]\nsave = "block"\n')
    before = notebook.file.read_bytes()
    written = int(notebook.file.stat().st_mtime)
    notebook.type(1, f'p = IonQProvider("{token}")')
    notebook.cell(1).locator(".squiggly-error").first.wait_for()
    notebook.save()
    notebook.said("nbguard: not saved, because of ionq-api-key in cell 2").wait_for()
    expect(notebook.unsaved()).to_have_count(1)
    notebook.page.wait_for_timeout(5_000)
    assert notebook.file.read_bytes() == before
    assert int(notebook.file.stat().st_mtime) == written
    notebook.cell(1).locator(".monaco-editor").first.click()
    notebook.page.keyboard.press("Control+End")
    notebook.page.keyboard.press("ArrowLeft")
    notebook.fix("Allow ionq-api-key")
    notebook.page.locator(".quick-input-widget input").fill("made up for a test")
    notebook.page.keyboard.press("Enter")
    expect(notebook.cell(1).locator(".squiggly-error")).to_have_count(0)
    notebook.save()
    expect(notebook.unsaved()).to_have_count(0)
    notebook.saved("nbguard: allow ionq-api-key")


@pytest.mark.parametrize("mode", ["off", "warn", "strip"])
def test_a_save_that_is_not_blocked_says_and_strips_what_the_policy_wants(open_in_code: Open, mode: str) -> None:
    token = FakeTokens(184).ionq()
    notebook = open_in_code('print("seen")', "", policy=f'[jupyter]\nsave = "{mode}"\n')
    notebook.run()
    wait_for_output(notebook, "seen") if mode != "strip" else notebook.output("seen").wait_for(timeout=20_000)
    notebook.type(1, f'import qiskit_ionq\np = qiskit_ionq.IonQProvider("{token}")')
    notebook.cell(1).locator(".squiggly-error").first.wait_for()
    notebook.save()
    warning = notebook.said("ionq-api-key in cell 2")
    if mode == "off":
        expect(notebook.unsaved()).to_have_count(0)
        expect(warning).to_have_count(0)
    else:
        warning.wait_for()
        expect(warning).not_to_contain_text("not saved")
        expect(notebook.unsaved()).to_have_count(0)
    saved = json.loads(notebook.saved(token))
    assert token in "".join(saved["cells"][1]["source"])
    assert [len(cell["outputs"]) for cell in saved["cells"]] == ([0, 0] if mode == "strip" else [1, 1])


def test_an_output_that_shows_a_token_is_marked_and_cleared(open_in_code: Open) -> None:
    token = FakeTokens(183).ionq()
    half = len(token) // 2
    notebook = open_in_code(f'print("IONQ_API_KEY=" + "{token[:half]}" "{token[half:]}")')
    notebook.run()
    mark = notebook.page.locator(".cell-status-item", has_text="in the output")
    mark.wait_for(timeout=20_000)
    mark.click()
    expect(mark).to_have_count(0)
