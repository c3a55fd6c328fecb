"""The browser tests' own parts: server, kernel, browser."""

from tests.browser.conftest import OpenNotebook, StartLab
from tests.notebook_builder import code


def test_cell_is_typed_run_and_saved(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    """Keys arrive in the cell, the kernel answers, and the file is on disk."""
    notebook = open_notebook(
        "harness.ipynb", code("print('be' + 'fore')", count=None), server=start_lab(extension=False)
    )
    notebook.write(0, "\nprint('af' + 'ter')")
    notebook.run(0)
    notebook.output(0).get_by_text("before\nafter").wait_for()
    assert notebook.save() == 200
    assert notebook.disk("harness.ipynb")["cells"][0]["source"] == ["print('be' + 'fore')\n", "print('af' + 'ter')"]


def test_server_under_a_prefix_with_a_configured_token(open_notebook: OpenNotebook, start_lab: StartLab) -> None:
    server = start_lab(extension=False, base_url="/user/jo/", token_from="identity")
    notebook = open_notebook("prefix.ipynb", code("1 + 1"), server=server)
    assert notebook.page.url.startswith(server.url(""))
    assert notebook.sources() == ["1 + 1"]
