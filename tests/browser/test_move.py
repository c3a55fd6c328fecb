"""The way of a token from a cell into Vault, with a real server, kernel, OpenBao and browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code
from tests.openbao_server import OpenBao


@pytest.fixture(autouse=True)
def empty_vault(openbao: OpenBao) -> None:
    """The tests of a session share a Vault, and a key that holds another value refuses a move."""
    secrets = openbao.root().secrets.kv.v2
    for path in ("quantum/ionq/notebooks", "quantum/dwave/notebooks"):
        secrets.delete_metadata_and_all_versions(path)


def test_typed_token_moves_to_vault_runs_masked_and_never_meets_the_disk(
    open_notebook: OpenNotebook, start_lab: StartLab, openbao: OpenBao
) -> None:
    token = FakeTokens(seed=702).ionq()
    notebook = open_notebook("flow.ipynb", code("", count=None), code("", count=None), kernel=True)
    notebook.write(0, f'IONQ_API_KEY = "{token}"')
    expect(notebook.marks(0)).to_have_count(1)
    notebook.hover(notebook.marks(0)).get_by_role("button", name="Move to Vault").click()
    expect(notebook.marks(0)).to_have_count(0)
    notebook.picture("moved")
    lookup = 'IONQ_API_KEY = secret("quantum/ionq/notebooks#api_key")'
    assert notebook.sources()[0] == f"from nbguard import secret\n\n{lookup}"

    notebook.write(1, "print(len(IONQ_API_KEY), IONQ_API_KEY)")
    notebook.run(0)
    notebook.run(1)
    expect(notebook.output(1)).to_have_text("32 [secret quantum/ionq/notebooks#api_key]")
    notebook.picture("masked")
    assert notebook.save() == 200
    assert token.encode() not in b"".join(file.read_bytes() for file in start_lab().root.rglob("*") if file.is_file())
    assert notebook.disk("flow.ipynb")["cells"][1]["outputs"] != []
