"""What a person does in a notebook in the browser: open, type, run, save, point at a mark."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, Response, expect

from tests.browser.lab_server import LabServer

# Milliseconds. Waiting ends as soon as what is waited for is there; this is for a loaded machine.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

MARK = ".cm-lintRange"
TIP = ".cm-tooltip-lint, .cm-tooltip-hover"


# Events of the server come through it. The name is JupyterLab's own, and private.
LISTENS = """() => {
  const socket = window.jupyterapp.serviceManager.events._socket;
  return socket === undefined || socket?.readyState === WebSocket.OPEN;
}"""
# The command's promise is kept when the kernel is done with the cell. A command of the menu calls that of the notebook.
WATCH_RUN = """() => {
  const { commandExecuted } = window.jupyterapp.commands;
  window.nbguardRan = false;
  const note = (_, { id, result }) => {
    if (id === 'notebook:run-cell-and-select-next') {
      commandExecuted.disconnect(note);
      void Promise.resolve(result).finally(() => { window.nbguardRan = true; });
    }
  };
  commandExecuted.connect(note);
}"""
# In an editor that has the keyboard: whether its selection is a text.
SELECTED = """text => {
  const selection = window.getSelection();
  return selection.toString() === text && !!document.activeElement?.closest('.cm-editor');
}"""


def wait_until(page: Page, done: Callable[[], bool], otherwise: str = "it didn't come to pass") -> None:
    """Waits for what a page's own waiting doesn't know; the page's events are dealt with meanwhile."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not done():
        assert time.monotonic() < deadline, otherwise
        page.wait_for_timeout(50)


class NotebookPage:
    """One notebook, open in one page."""

    def __init__(self, page: Page, server: LabServer, pictures: Path) -> None:
        self.page, self.server, self.pictures = page, server, pictures
        self._checkpoints: list[Response] = []
        page.set_default_timeout(PATIENCE)
        self._scanned = False
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if "/checkpoints" in answer.url:
            self._checkpoints.append(answer)
        if "/nbguard/api/scan" in answer.url and answer.ok:
            self._scanned = True

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
        # What the server tells before that is told to nobody.
        self.page.wait_for_function(LISTENS)
        if wait_for_kernel:
            self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Waits until the kernel is idle."""
        self.page.wait_for_function(
            "() => { const now = window.jupyterapp?.shell.currentWidget?.sessionContext;"
            " return now?.session?.kernel?.status === 'idle'; }"
        )

    def wait_for_scan(self) -> None:
        """Waits until the notebook as it is now was scanned: that it has no finding says nothing before that."""
        wait_until(self.page, lambda: self._scanned)
        self.execute("nbguard:scan")

    def wait_for_selection(self, text: str) -> None:
        """Waits until a text is selected where the keyboard is: a jump to a finding takes its time."""
        self.page.wait_for_function(SELECTED, arg=text)

    def wait_for_checkpoint(self) -> None:
        """Waits until what is done to cells from now on can be undone.

        JupyterLab forgets what can be undone once the first checkpoint of a notebook is there, and that may be long
        after the notebook is.
        """
        wait_until(
            self.page,
            lambda: any(answer.request.method == "POST" or answer.json() for answer in self._checkpoints),
        )
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
        """Runs a cell with Shift+Enter and waits until it has run, and its outputs are there."""
        self.wait_for_kernel()
        self.editor(index).click()
        self.page.evaluate(WATCH_RUN)
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function("() => window.nbguardRan === true")

    def output(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-Cell-outputArea")

    def save(self) -> int:
        """Presses Ctrl+S; the HTTP status of the answer."""
        path = f"{self.server.options.base_url}api/contents/"
        with self.page.expect_response(lambda answer: path in answer.url and answer.request.method == "PUT") as done:
            self.page.keyboard.press("Control+s")
        return done.value.status

    def autosave(self) -> int:
        """Saves as JupyterLab's timer does, which no command does; the HTTP status of the answer.

        A timer of seconds doesn't wait for a save that takes as long as that: the second one tells of a conflict then.
        """
        path = f"{self.server.options.base_url}api/contents/"
        with self.page.expect_response(lambda answer: path in answer.url and answer.request.method == "PUT") as done:
            self.page.evaluate(
                "() => window.jupyterapp.shell.currentWidget.context.save().then(() => null, () => null)"
            )
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

    def press_in_tip(self, target: Locator, name: str) -> None:
        """Presses a button of a mark's tip; points again where a scan closes the tip before it is pressed."""
        deadline = time.monotonic() + PATIENCE / 1000
        while True:
            tip = self.hover(target)
            try:
                tip.get_by_role("button", name=name).click(timeout=5000)
                return
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
        wait_until(self.page, lambda: text in self.server.read(name), f"{name} was not saved")

    def disk(self, name: str) -> dict[str, Any]:
        """The notebook on disk."""
        document: dict[str, Any] = json.loads(self.server.read(name))
        return document
