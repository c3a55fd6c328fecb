"""The browser tests' own parts: server, kernel, browser."""

import threading
from pathlib import Path

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.saved_file import read_saved
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


def test_a_file_is_read_when_it_is_whole_and_has_what_is_waited_for(tmp_path: Path) -> None:
    """An editor empties a file, writes it in parts, and may write an older state first."""
    file = tmp_path / "written.ipynb"
    file.write_text("")
    states = ['{"cells": ["old"', '{"cells": ["old"]}', '{"cells": ["new', '{"cells": ["new"]}']
    writers = [threading.Timer(0.2 * nth, file.write_text, [state]) for nth, state in enumerate(states, 1)]
    for writer in writers:
        writer.start()
    assert read_saved(file, lambda text: "new" in text) == states[-1]
    for writer in writers:
        writer.join()
