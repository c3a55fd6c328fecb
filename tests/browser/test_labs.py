"""The wheel in environments of its own: the oldest JupyterLab, others by NBGUARD_LAB_VERSIONS, and other extensions.

The newest JupyterLab is the one of the project's own environment, where all other tests run.
"""

import json
import os
import re
import subprocess
import textwrap
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.environments import build_wheel, make_companions, make_environment, run_jupyter
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import findings, open_findings, open_secrets, toasts
from tests.browser.sources import dwave
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

# `NBGUARD_LAB_VERSIONS="4.0.13 4.2.7 4.4.10"` tries more: each takes an environment of half a gigabyte.
VERSIONS = os.environ.get("NBGUARD_LAB_VERSIONS", "4.0.13").split()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session", params=VERSIONS)
def lab(request: pytest.FixtureRequest, wheel: Path) -> Path:
    """The Python of an environment with a JupyterLab of this version."""
    return make_environment(request.param, (f"jupyterlab=={request.param}",), wheel)


@pytest.fixture(scope="session")
def companions(wheel: Path) -> Path:
    """The Python of an environment with the extensions that people have beside this one."""
    return make_companions(wheel)


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/dwave/notebooks")


def test_wheel_is_enabled_where_it_is_installed(lab: Path, tmp_path: Path) -> None:
    """`jupyter labextension list` and `jupyter server extension list` say enabled, OK; nothing is of the checkout."""
    where = subprocess.run(
        [lab, "-c", "import nbguard; print(nbguard.__file__)"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert CHECKOUT not in where.stdout
    front = COLOUR.sub("", run_jupyter(lab, tmp_path, "labextension", "list"))
    assert re.search(r"@nbguard/lab v\S+ enabled +OK", front), front
    server = COLOUR.sub("", run_jupyter(lab, tmp_path, "server", "extension", "list"))
    assert re.search(r"nbguard enabled\n.*\n\s+nbguard \S* ?OK", server), server


def test_typed_token_moves_runs_and_is_saved(lab: Path, open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Mark, tip, panels, move, kernel, save: nothing of it needs the newest JupyterLab."""
    token = FakeTokens(seed=751).dwave()
    server = start_lab(python=str(lab))
    notebook = open_notebook("older.ipynb", code("", count=None), server=server, kernel=True)
    notebook.write(0, f'DWAVE_API_TOKEN = "{token}"')
    expect(notebook.marks(0)).to_have_text(token)
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(1)
    expect(notebook.page.get_by_title("nbguard: 1 finding").first).to_be_visible()
    notebook.picture(f"lab-{lab.parent.parent.name}")
    notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    expect(notebook.marks(0)).to_have_count(0)
    expect(findings(panel)).to_have_count(0)
    notebook.write(0, "\nprint(len(DWAVE_API_TOKEN))")
    notebook.run(0)
    expect(notebook.output(0)).to_have_text(str(len(token)))
    expect(open_secrets(notebook)).to_contain_text("version 1")
    assert notebook.save() == 200
    assert token not in server.read("older.ipynb")


def test_refused_save_is_told_once(lab: Path, open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """The guard's answer, the event, and the dialog that autosave doesn't bring back."""
    token = FakeTokens(seed=752).dwave()
    server = start_lab(python=str(lab), policy='[jupyter]\nsave = "block"\n')
    notebook = open_notebook("refused.ipynb", code("1 + 1"), server=server)
    dialog = notebook.page.get_by_role("dialog")
    notebook.editor(0).click()
    notebook.page.keyboard.insert_text("\n" + dwave(token))
    assert notebook.autosave() == 422
    expect(dialog).to_contain_text("nbguard: not saved")
    dialog.get_by_role("button", name=re.compile("Close|Dismiss|Ok", re.IGNORECASE)).click()
    assert notebook.autosave() == 422
    notebook.wait_for_scan()
    expect(dialog).to_have_count(0)
    expect(toasts(notebook)).to_have_count(1)
    assert token not in server.read("refused.ipynb")
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.insert_text("2 + 2")
    assert notebook.autosave() == 200
    expect(toasts(notebook)).to_have_count(0)


def others(notebook: NotebookPage, index: int, token: str) -> Locator:
    """Marks that aren't ours."""
    return notebook.marks(index).filter(has_not_text=token)


def test_beside_a_language_server_and_git(
    companions: Path, open_notebook: OpenNotebook, start_lab: StartLab, tmp_path: Path
) -> None:
    """jupyterlab-lsp's marks and ours are there together, before and after a move; jupyterlab-git's panel opens."""
    token = FakeTokens(seed=753).dwave()
    server = start_lab(python=str(companions))
    subprocess.run(["git", "init", "-q", server.root], check=True)
    listed = run_jupyter(companions, tmp_path, "labextension", "list")
    assert "jupyterlab-lsp" in listed
    assert "@jupyterlab/git" in listed
    notebook = open_notebook("beside.ipynb", code("", count=None), server=server, kernel=True)
    notebook.write(0, f'DWAVE_API_TOKEN = "{token}"\nwidth=1')
    ours = notebook.marks(0).filter(has_text=token)
    expect(ours).to_have_count(1)
    # pycodestyle: a blank is missing around the operator.
    expect(others(notebook, 0, token).first).to_be_visible()
    notebook.picture("beside-lsp-and-git")
    panel = open_findings(notebook)
    expect(findings(panel)).to_have_count(1)
    findings(panel).get_by_role("button", name="Move to Vault").click()
    expect(ours).to_have_count(0)
    notebook.write(0, "\nheight=2\nprint(len(DWAVE_API_TOKEN))")
    expect(others(notebook, 0, token).first).to_be_visible()
    notebook.run(0)
    expect(notebook.output(0)).to_have_text(str(len(token)))
    assert notebook.save() == 200
    assert token not in server.read("beside.ipynb")
    # Secrets in Vault are listed beside them, too.
    expect(open_secrets(notebook)).to_contain_text("quantum/dwave/notebooks#")
    notebook.page.get_by_role("tab", name="Git").first.click()
    expect(notebook.page.locator(".jp-git-panel, #jp-git-sessions").first).to_be_visible()


def test_a_commit_refused_in_the_git_panel_leads_to_the_findings(
    companions: Path, open_notebook: OpenNotebook, start_lab: StartLab
) -> None:
    """jupyterlab-git shows what the hook said; our notice has the button that shows the findings."""
    token = FakeTokens(seed=754).dwave()
    server = start_lab(python=str(companions))
    for command in (
        ("init", "-q"), ("config", "user.name", "Anna"), ("config", "user.email", "anna@example.com"),
    ):  # fmt: skip
        subprocess.run(["git", *command], cwd=server.root, check=True)
    hook = server.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{companions}" -m nbguard scan --staged\n')
    hook.chmod(0o755)
    notebook = open_notebook("committed.ipynb", code(dwave(token), count=None), server=server, kernel=True)
    page = notebook.page
    expect(page.get_by_title("nbguard: 1 finding").first).to_be_visible()
    # The kernel's name comes into the metadata.
    assert notebook.save() == 200
    subprocess.run(["git", "add", "committed.ipynb"], cwd=server.root, check=True)
    # The panel has three parts, one below the other.
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.get_by_role("tab", name="Git").first.click()
    message = page.get_by_placeholder(re.compile("Commit message"))
    message.fill("A notebook")
    # Once the panel knows that something is staged.
    expect(page.get_by_role("button", name="Commit", exact=True)).to_be_enabled()
    with page.expect_response(lambda answer: answer.url.split("?")[0].endswith("/git/commit")) as done:
        message.press("Control+Enter")
    assert done.value.status == 500
    assert token not in done.value.text()
    notice = toasts(notebook).filter(has_text="There are findings in committed.ipynb")
    expect(notice).to_have_count(1)
    notice.get_by_role("button", name="Show findings").click()
    expect(page.get_by_role("region", name="nbguard: findings")).to_be_visible()


def test_what_the_page_says_of_jupyterlab_lsp_is_a_server_for_it(companions: Path, tmp_path: Path) -> None:
    """For those who have that extension and not ours: their schema takes it."""
    page = Path(CHECKOUT, "docs", "editors.md").read_text()
    start = page.index('    {\n      "LanguageServerManager"')
    settings = json.loads(textwrap.dedent(page[start : page.index("\n\n", start)]))
    (spec,) = settings["LanguageServerManager"]["language_servers"].values()
    check = (
        "import json, sys; from jupyter_lsp.schema import LANGUAGE_SERVER_SPEC as s; s.validate(json.load(sys.stdin))"
    )
    given = json.dumps(spec)
    done = subprocess.run([companions, "-c", check], cwd=tmp_path, input=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
