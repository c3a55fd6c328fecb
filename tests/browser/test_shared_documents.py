"""jupyter-collaboration: the server saves by itself, and a refusal is seen in a toast only."""

import json

from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.panels import findings, open_findings, toasts
from tests.browser.sources import ionq
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code

TOKENS = FakeTokens(seed=77)


def test_refusal_is_told_once_and_is_over_when_mended(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """One toast however often the server tries; it goes when the token does; the disk has it at no time."""
    token = TOKENS.ionq()
    settings = json.dumps({"@jupyterlab/docmanager-extension:plugin": {"autosave": True}})
    server = start_lab(collaboration=True, policy='[jupyter]\nsave = "block"\n', settings=settings)
    notebook = open_notebook("shared.ipynb", code("1 + 1"), server=server)
    panel = open_findings(notebook)
    notebook.write(0, "\n" + ionq(token))
    expect(findings(panel)).to_have_count(1)
    expect(toasts(notebook)).to_contain_text("shared.ipynb was not saved. 1 finding.")
    notebook.write(0, "\n# the server tries again")
    notebook.write(0, "\n# and again")
    expect(toasts(notebook)).to_have_count(1)
    assert token not in server.read("shared.ipynb")
    findings(panel).get_by_role("button", name="Move to Vault").click()
    expect(findings(panel)).to_have_count(0)
    expect(toasts(notebook).filter(has_text="was not saved")).to_have_count(0)
    notebook.wait_for_disk("shared.ipynb", "secret(")
    assert token not in server.read("shared.ipynb")
