"""What a person does in a notebook in the browser: open, type, run, save, point at a mark."""

import json
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, Response, expect

from tests.browser.lab_server import LabServer

# Milliseconds. Waiting ends as soon as what is waited for is there; this is for a loaded machine.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

MARK = ".cm-lintRange"
TIP = ".cm-tooltip-lint, .cm-tooltip-hover"


class NotebookPage:
    """One notebook, open in one page."""

    def __init__(self, page: Page, server: LabServer, pictures: Path) -> None:
        self.page, self.server, self.pictures = page, server, pictures
        self._checkpoints: list[Response] = []
        page.set_default_timeout(PATIENCE)
        page.on("response", lambda answer: self._checkpoints.append(answer) if "/checkpoints" in answer.url else None)

    def open(self, name: str, wait_for_kernel: bool = False) -> None:
        """Opens a notebook of the server and waits until its cells are there."""
        place = "lab/tree" if self.server.options.app == "lab" else "notebooks"
        # Behind a hub a cookie tells who comes.
        token = "" if self.server.options.token_from == "hub" else f"&token={self.server.token}"
        if self.server.options.collaboration:
            # On a loaded machine a shared document asks for patience.
            patience = self.page.get_by_role("dialog").get_by_role("button", name="Continue waiting")
            self.page.add_locator_handler(patience, lambda button: button.click())
        self.page.goto(self.server.url(f"{place}/{name}?reset{token}"))
        self.page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.isReady")
        self.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        if wait_for_kernel:
            self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Waits until the kernel is idle."""
        self.page.wait_for_function(
            "() => { const now = window.jupyterapp?.shell.currentWidget?.sessionContext;"
            " return now?.session?.kernel?.status === 'idle'; }"
        )

    def wait_for_checkpoint(self) -> None:
        """Waits until what is done to cells from now on can be undone.

        JupyterLab forgets what can be undone once the first checkpoint of a notebook is there, and that may be long
        after the notebook is.
        """
        deadline = time.monotonic() + PATIENCE / 1000
        while not any(answer.request.method == "POST" or answer.json() for answer in self._checkpoints):
            assert time.monotonic() < deadline, "there is no checkpoint"
            self.page.wait_for_timeout(50)
        # What is asked for after that answer is answered after it was dealt with.
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.listCheckpoints().then(() => null)")

    def cell(self, index: int) -> Locator:
        """A cell by its number in the notebook; it is in the page only while it is near the view."""
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')

    def editor(self, index: int) -> Locator:
        return self.cell(index).locator(".cm-content")

    def write(self, index: int, text: str) -> None:
        """Types text at the end of a cell, key by key; line ends become Enter."""
        self.editor(index).click()
        self.page.keyboard.press("Control+End")
        for number, line in enumerate(text.split("\n")):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.type(line)

    def run(self, index: int) -> None:
        """Runs a cell with Shift+Enter and waits until the kernel is idle again."""
        self.wait_for_kernel()
        self.editor(index).click()
        self.page.keyboard.press("Shift+Enter")
        self.cell(index).locator(".jp-InputPrompt").filter(has_text="[*]").wait_for(state="detached")
        self.wait_for_kernel()

    def output(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-Cell-outputArea")

    def save(self) -> int:
        """Presses Ctrl+S; the HTTP status of the answer."""
        path = f"{self.server.options.base_url}api/contents/"
        with self.page.expect_response(lambda answer: path in answer.url and answer.request.method == "PUT") as done:
            self.page.keyboard.press("Control+s")
        return done.value.status

    def sources(self) -> list[str]:
        """The cells' sources, from the model: also those that are not in the page."""
        return list(
            self.page.evaluate(
                "() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)"
                ".map(cell => cell.sharedModel.getSource())"
            )
        )

    def execute(self, command: str, **arguments: Any) -> Any:
        """Executes a command of the application."""
        return self.page.evaluate(
            "([name, given]) => window.jupyterapp.commands.execute(name, given).then(() => null)", [command, arguments]
        )

    def marks(self, index: int) -> Locator:
        """The squiggles of a cell."""
        return self.cell(index).locator(MARK)

    def hover(self, target: Locator) -> Locator:
        """Points at something in an editor until its tip is there; the tip.

        A tip opens only when the pointer moves in, and a change in the editor closes it: so it is tried again.
        """
        tip = self.page.locator(TIP)
        deadline = time.monotonic() + PATIENCE / 1000
        while True:
            self.page.mouse.move(2, 2)
            target.first.hover()
            try:
                tip.first.wait_for(timeout=3000)
                return tip
            except Error:
                if time.monotonic() > deadline:
                    raise

    def use_dark_theme(self) -> None:
        self.execute("apputils:change-theme", theme="JupyterLab Dark")
        self.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")

    def picture(self, name: str, target: Locator | None = None) -> Path:
        """Takes a screenshot, of one element or of the page."""
        path = self.pictures / f"{name}.png"
        (target or self.page).screenshot(path=path, animations="disabled", caret="hide")
        return path

    def focused(self) -> str:
        """Name of what has the keyboard: its aria-label, or its text."""
        script = "() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''"
        return str(self.page.evaluate(script)).strip()

    def wait_for_disk(self, name: str, text: str) -> None:
        """Waits until a file on disk holds a text: a shared document is saved by the server in its own time."""
        deadline = time.monotonic() + PATIENCE / 1000
        while text not in self.server.read(name):
            assert time.monotonic() < deadline, f"{name} was not saved"
            self.page.wait_for_timeout(100)

    def disk(self, name: str) -> dict[str, Any]:
        """The notebook on disk."""
        document: dict[str, Any] = json.loads(self.server.read(name))
        return document
