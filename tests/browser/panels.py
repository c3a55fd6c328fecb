"""The side panels, the status bar item and the marks at outputs, as a person finds them: by role and name."""

from playwright.sync_api import Locator, expect

from tests.browser.notebook_page import NotebookPage


def open_findings(notebook: NotebookPage) -> Locator:
    """Opens the panel with the findings."""
    panel = notebook.page.get_by_role("region", name="nbguard: findings")
    if not panel.is_visible():
        notebook.execute("nbguard:show-panel")
    expect(panel).to_be_visible()
    return panel


def open_secrets(notebook: NotebookPage) -> Locator:
    """Opens the panel with the references."""
    panel = notebook.page.get_by_role("region", name="nbguard: secrets")
    if not panel.is_visible():
        notebook.execute("nbguard:show-secrets")
    expect(panel).to_be_visible()
    return panel


def findings(panel: Locator) -> Locator:
    """The findings that count; those that were allowed are below a fold."""
    return panel.locator(".nbg-List .nbg-Finding")


def counts(panel: Locator) -> Locator:
    return panel.locator(".nbg-Counts")


def toasts(notebook: NotebookPage) -> Locator:
    return notebook.page.locator(".Toastify__toast")


def unsaved_badge(notebook: NotebookPage) -> Locator:
    """The badge in the notebook's toolbar while its saves are refused."""
    return notebook.page.locator(".jp-NotebookPanel-toolbar").get_by_role("button", name="Not saved")


def status_item(notebook: NotebookPage) -> Locator:
    return notebook.page.locator("#jp-main-statusbar .nbg-Status")
