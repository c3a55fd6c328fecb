"""What a person does in the editor of a file that is no notebook."""

from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.lab_server import LabServer
from tests.browser.notebook_page import MARK, PATIENCE, NotebookPage


class FilePage(NotebookPage):
    """One file, open in JupyterLab's editor."""

    def __init__(self, page: Page, server: LabServer, pictures: Path, name: str, text: str) -> None:
        super().__init__(page, server, pictures)
        page.set_default_timeout(PATIENCE)
        (server.root / name).write_text(text)
        place = "lab/tree" if server.options.app == "lab" else "edit"
        page.goto(server.url(f"{place}/{name}?reset&token={server.token}"))
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.isReady")
        self.content.wait_for()

    @property
    def content(self) -> Locator:
        return self.page.locator(".jp-FileEditor .cm-content")

    @property
    def file_marks(self) -> Locator:
        """What is underlined."""
        return self.page.locator(f".jp-FileEditor {MARK}")

    def text(self) -> str:
        """From the model."""
        script = "() => window.jupyterapp.shell.currentWidget.context.model.sharedModel.getSource()"
        return str(self.page.evaluate(script))
