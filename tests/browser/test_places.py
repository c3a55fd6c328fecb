"""The way of a token into Vault where things are set up differently: Notebook 7, under a prefix, shared documents."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao

AUTOSAVE = json.dumps({"@jupyterlab/docmanager-extension:plugin": {"autosave": True}})
LOOKUP = 'IONQ_API_KEY = secret("quantum/ionq/notebooks#api_key")'


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    openbao.root().secrets.kv.v2.delete_metadata_and_all_versions("quantum/ionq/notebooks")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"app": "notebook"}, id="notebook-7"),
        pytest.param({"base_url": "/user/jo/", "token_from": "identity"}, id="under-a-prefix-with-a-hubs-token"),
        pytest.param({"collaboration": True, "settings": AUTOSAVE}, id="collaboration"),
    ],
)
def test_typed_token_moves_runs_and_never_meets_the_disk(
    open_notebook: OpenNotebook, start_lab: StartLab, request: pytest.FixtureRequest, options: dict[str, object]
) -> None:
    token = FakeTokens(seed=741).ionq()
    server = start_lab(**options)
    notebook = open_notebook("place.ipynb", code("", count=None), code("", count=None), server=server, kernel=True)
    notebook.write(0, f'IONQ_API_KEY = "{token}"')
    expect(notebook.marks(0)).to_have_text([token])
    notebook.press_in_tip(notebook.marks(0), "Move to Vault")
    expect(notebook.marks(0)).to_have_count(0)
    assert LOOKUP in notebook.sources()[0]
    notebook.editor(0).click()
    for _ in range(5):
        notebook.page.keyboard.press("Control+z")
    assert token not in notebook.sources()[0]
    notebook.write(1, "print(len(IONQ_API_KEY))")
    notebook.run(0)
    notebook.run(1)
    expect(notebook.output(1)).to_have_text("32")
    notebook.picture(f"place-{request.node.callspec.id}")
    if options.get("collaboration"):
        notebook.wait_for_disk("place.ipynb", "secret(")  # the server saves by itself
        notebook.wait_for_disk("place.ipynb", '"32')
    else:
        assert notebook.save() == 200
    document = json.loads(server.read("place.ipynb"))
    assert LOOKUP in "".join(document["cells"][0]["source"])
    assert token not in json.dumps(document)
