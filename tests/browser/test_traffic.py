"""What travels while somebody works: changed cells and changed outputs, and nothing of what nobody sees."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Request, Response, expect

from tests.browser.conftest import OpenNotebook, StartLab
from tests.browser.notebook_page import NotebookPage
from tests.browser.panels import findings, open_findings
from tests.browser.scans import SCAN
from tests.browser.sources import dwave, lookup
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import code, stream

TOKENS = FakeTokens(seed=95)
FEW = 3_000


class Traffic:
    """The bodies of what a page asks nbguard's server with POST, from now on."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.bodies: list[str] = []
        self.routes: set[str] = set()
        notebook.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if "/nbguard/api/" in request.url and request.method == "POST":
            self.bodies.append(request.post_data or "")
            self.routes.add(urlsplit(request.url).path.rpartition("/")[2])

    @property
    def size(self) -> int:
        return sum(len(body.encode()) for body in self.bodies)

    def of(self, name: str) -> list[dict[str, Any]]:
        """The bodies that are about a file."""
        return [body for body in map(json.loads, self.bodies) if body["path"] == name]


def is_scan_of(name: str) -> Callable[[Response], bool]:
    return lambda answer: SCAN.search(answer.url) is not None and answer.request.post_data_json["path"] == name


def set_output(notebook: NotebookPage, cell: int, output: int, text: str) -> None:
    """Changes one output, as a kernel's update of a display does."""
    notebook.page.evaluate(
        "([cell, output, text]) => window.jupyterapp.shell.currentWidget.content.model.cells.get(cell)"
        ".outputs.set(output, {output_type: 'stream', name: 'stdout', text})",
        [cell, output, text],
    )


def test_of_500_outputs_the_one_that_changed_travels(open_notebook: OpenNotebook) -> None:
    # Every second one goes to another stream: neighbours of one stream would be joined.
    outputs = [stream(f"line {n} {'x' * 60}\n", "stderr" if n % 2 else "stdout") for n in range(500)]
    cells = [code(f"x{n} = {n}") for n in range(20)]
    notebook = open_notebook("outputs.ipynb", *cells, code("show()", *outputs))
    panel = open_findings(notebook)
    notebook.wait_for_scan()
    traffic = Traffic(notebook)
    token = TOKENS.dwave()
    set_output(notebook, 20, 250, f"{token}\n")
    expect(findings(panel)).to_have_count(1)
    assert traffic.bodies
    assert traffic.size < FEW
    assert token in "".join(traffic.bodies)
    assert "line 249" not in "".join(traffic.bodies)


def test_of_500_cells_the_one_that_changed_travels(open_notebook: OpenNotebook) -> None:
    """Marks and findings are those of the whole all the same: the call is in a cell that isn't sent again.

    Nor is it for the lookup in the cell that changed.
    """
    cells = [code(f"# {'y' * 200}\nx{n} = {n}", stream("z" * 300)) for n in range(498)]
    token = TOKENS.dwave()
    *imports, call = dwave(token).split("\n")
    notebook = open_notebook(
        "cells.ipynb", code(lookup("quantum/iqm#token")), *cells, code("\n".join([*imports, "DWaveSampler(token=key)"]))
    )
    panel = open_findings(notebook)
    notebook.wait_for_scan()
    traffic = Traffic(notebook)
    notebook.editor(0).click()
    notebook.page.keyboard.press("Control+End")
    with notebook.page.expect_response(lambda answer: "/nbguard/api/references" in answer.url):
        notebook.page.keyboard.insert_text(f'\nkey = "{token}"')
    expect(findings(panel)).to_have_count(1)
    assert token in call
    expect(notebook.page.locator(".nbg-Reference").first).to_be_visible()
    assert {"scan", "references"} <= traffic.routes
    assert traffic.size < FEW
    assert "yyy" not in "".join(traffic.bodies)
    assert "zzz" not in "".join(traffic.bodies)


def test_of_a_notebook_out_of_sight_nothing_travels_until_it_is_seen(
    open_notebook: OpenNotebook, start_lab: StartLab
) -> None:
    server = start_lab()
    server.write("behind.ipynb", code("1 + 1"))
    notebook = open_notebook("front.ipynb", code("2 + 2"), server=server)
    page = notebook.page
    panel = open_findings(notebook)
    # Both are in one row of tabs; the first comes back in front.
    with page.expect_response(is_scan_of("behind.ipynb")):
        notebook.execute("docmanager:open", path="behind.ipynb")
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget?.context?.path === 'behind.ipynb'")
    notebook.wait_for_scan()
    page.evaluate("() => { window.behind = window.jupyterapp.shell.currentWidget; }")
    page.get_by_role("main").get_by_role("tab", name="front.ipynb").click()
    notebook.wait_for_scan()
    traffic = Traffic(notebook)
    source = dwave(TOKENS.dwave())
    page.evaluate("source => window.behind.content.model.cells.get(0).sharedModel.setSource(source)", source)
    # What is seen is scanned meanwhile, and longer than the other would have had to wait.
    for number in range(3):
        page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .cm-content").first.click()
        with page.expect_response(lambda answer: SCAN.search(answer.url) is not None):
            page.keyboard.insert_text(f"\n# {number}")
    assert traffic.of("front.ipynb")
    assert traffic.of("behind.ipynb") == []
    page.get_by_role("main").get_by_role("tab", name="behind.ipynb").click()
    expect(findings(panel)).to_have_count(1)
    assert traffic.of("behind.ipynb")
