"""Two people in one notebook, with jupyter-collaboration's shared documents."""

import json
import re
import shutil
import subprocess

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage, wait_until
from tests.browser.panels import findings, open_findings
from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

NAME = "together.ipynb"
# Without it the server doesn't save shared documents by itself.
AUTOSAVE = json.dumps({"@jupyterlab/docmanager-extension:plugin": {"autosave": True}})


def wait_for_source(notebook: NotebookPage, index: int, text: str) -> None:
    notebook.page.wait_for_function(
        "([index, text]) => window.jupyterapp.shell.currentWidget.content.model.cells.get(index)"
        ".sharedModel.getSource().includes(text)",
        arg=[index, text],
    )


def test_what_one_types_the_other_moves(open_notebook: OpenNotebook, start_lab: StartLab, openbao: OpenBao) -> None:
    """Findings of the other's typing are seen; a move in one page while the other types loses no key of either."""
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/ionq/notebooks")
    token = FakeTokens(seed=791).ionq()
    server = start_lab(collaboration=True, settings=AUTOSAVE)
    one = open_notebook(NAME, code("", count=None), code("# notes", count=None), server=server, kernel=True)
    two = open_notebook(NAME, server=server)
    one.write(0, f'IONQ_API_KEY = "{token}"\nprint(len(IONQ_API_KEY))')
    expect(two.marks(0)).to_have_count(1)
    panel = open_findings(two)
    expect(findings(panel)).to_have_count(1)
    lines = [f"line {number}: still typing" for number in range(6)]
    one.write(1, "\n# " + lines[0])
    with two.page.expect_request(lambda request: "nbguard/api/move" in request.url):
        findings(panel).get_by_role("button", name="Move to Vault").click()
    for line in lines[1:]:
        one.page.keyboard.type(f"\n{line}")
    for page in (one, two):
        wait_for_source(page, 0, "secret(")
        wait_for_source(page, 1, lines[-1])
        expect(page.marks(0)).to_have_count(0)
    wait_until(one.page, lambda: one.sources() == two.sources())
    first, second = one.sources()
    assert [line for line in first.splitlines() if line] == [
        "from nbguard import secret",
        'IONQ_API_KEY = secret("quantum/ionq/notebooks#api_key")',
        "print(len(IONQ_API_KEY))",
    ]
    assert [line.removeprefix("# ") for line in second.splitlines()] == ["notes", *lines]
    one.run(0)
    expect(two.output(0)).to_have_text(str(len(token)))
    two.wait_for_disk(NAME, f'"{len(token)}')
    assert token not in server.read(NAME)


def test_doctor_names_the_store_that_keeps_what_was_typed(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """The notebook is clean, and the server's store of edits is not."""
    token = FakeTokens(seed=792).ionq()
    server = start_lab(collaboration=True, settings=AUTOSAVE)
    notebook = open_notebook("kept.ipynb", code("", count=None), server=server)
    notebook.editor(0).click()
    notebook.page.keyboard.insert_text(f'IONQ_API_KEY = "{token}"')
    expect(notebook.marks(0)).to_have_count(1)
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.insert_text("clean = True")
    expect(notebook.marks(0)).to_have_count(0)
    notebook.wait_for_disk("kept.ipynb", "clean = True")
    assert token not in server.read("kept.ipynb")
    # A server keeps the store in the folder it was started in.
    subprocess.run(["git", "init", "-q", server.folder], check=True)
    try:
        told = nbguard("doctor", cwd=server.folder)
    finally:
        shutil.rmtree(server.folder / ".git")  # the server is other tests' too, and no repository to them
    assert told.status == 1
    (line,) = (line for line in told.out.splitlines() if "collaboration store" in line)
    assert line.startswith("mend")
    assert ".jupyter_ystore.db" in line
    assert re.search(r"in them \d+ credential", line)
    assert "nbguard doctor --purge-collaboration-store" in told.out
