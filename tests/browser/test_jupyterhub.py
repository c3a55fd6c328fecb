"""JupyterHub with the real package: its login, its spawner, its proxy, its single-user server."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.environments import build_wheel, make_companions
from tests.browser.hub_server import OWNER, Hub
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import findings, open_findings
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao


@pytest.fixture
def hub(tmp_path: Path, openbao: OpenBao) -> Iterator[Hub]:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/dwave/notebooks")
    python = make_companions(build_wheel(tmp_path / "wheel"))
    environment = {name: value for name, value in openbao.environment.items() if name != "HOME"}
    server = Hub(tmp_path / "hub", python, environment)
    yield server
    server.close()


def log_in(page: Page, hub: Hub, name: str) -> None:
    page.goto(f"{hub.address}/hub/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("any")
    page.get_by_role("button", name="Sign in").click()


def test_from_the_login_to_a_token_in_vault(hub: Hub, new_page: Callable[[], Page], tmp_path: Path) -> None:
    """The owner's token is marked, moved and saved; who isn't the owner gets nothing of the interface."""
    token = FakeTokens(seed=783).dwave()
    page = new_page()
    status = hub.url("nbguard/api/status")
    log_in(page, hub, OWNER)
    page.wait_for_url(f"**/user/{OWNER}/lab**", timeout=180_000)
    answer = page.request.get(status)
    assert answer.status == 200
    assert answer.json()["vault"]["configured"]
    hub.write("work.ipynb", code("", count=None))
    notebook = NotebookPage(page, hub, tmp_path)
    notebook.open("work.ipynb", wait_for_kernel=True)
    notebook.write(0, f'DWAVE_API_TOKEN = "{token}"')
    expect(notebook.marks(0)).to_have_text(token)
    panel = open_findings(notebook)
    findings(panel).get_by_role("button", name="Move to Vault").click()
    expect(notebook.marks(0)).to_have_count(0)
    notebook.write(0, "\nprint(len(DWAVE_API_TOKEN))")
    notebook.run(0)
    expect(notebook.output(0)).to_have_text(str(len(token)))
    assert notebook.save() == 200
    assert "secret(" in hub.read("work.ipynb")
    assert token not in hub.read("work.ipynb")
    page.context.clear_cookies()
    assert page.request.get(status, max_redirects=0).status == 403
    log_in(page, hub, "eve")
    page.wait_for_url(re.compile("eve"), timeout=60_000)
    assert page.request.get(status, max_redirects=0).status == 403
