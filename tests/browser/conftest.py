"""Real JupyterLab, kernel, OpenBao and Chromium for browser tests.

They run in a pytest process of their own, ``pytest --slow tests/browser``: Playwright keeps an event loop running, and
the server tests' plugin starts its own.
NBGUARD_SCREENSHOTS names a folder for the pictures.
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, sync_playwright

from tests.browser.chromium import start_chromium
from tests.browser.code_server import CodeServer, NotebookInCode, write_notebook
from tests.browser.lab_server import LabServer, Options
from tests.browser.notebook_page import NotebookPage
from tests.openbao_server import OpenBao, openbao  # noqa: F401

HERE = Path(__file__).parent
# Notebook 7.6 throws this at its start, without any extension too.
NOTEBOOK_7 = "Cannot read properties of undefined (reading 'schema')"
# JupyterLab says it in the console and goes on without the plugin.
PLUGIN_FAILED = re.compile("Plugin '@nbguard/lab:[^']*' failed to activate")
StartLab = Callable[..., LabServer]
OpenNotebook = Callable[..., NotebookPage]
OpenInCode = Callable[..., NotebookInCode]


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Left out of a run that wasn't asked for this folder: `make test` starts a second one for it."""
    asked = [Path(config.invocation_params.dir, argument.split("::")[0]).resolve() for argument in config.args]
    return None if any(path == HERE or HERE in path.parents for path in asked) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A picture of every page of a test that failed."""
    report = yield
    if report.failed and report.when != "teardown":
        for number, page in enumerate(getattr(item, "nbguard_pages", [])):
            folder = item.nbguard_pictures  # type: ignore[attr-defined]
            # Tests close their own pages; an error in here would end the whole run, and hide what failed.
            with contextlib.suppress(Error):
                page.screenshot(path=folder / f"failed-{re.sub(r'[^A-Za-z0-9_]+', '-', item.name)}-{number}.png")
    return report


@pytest.fixture
def jp_asyncio_loop() -> None:
    """Not here: pytest-jupyter gives every test an event loop of its own, and Playwright's is running."""


@pytest.fixture
def jp_server_cleanup() -> None:
    """Not here, either: it needs that loop."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = start_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def start_lab(tmp_path_factory: pytest.TempPathFactory, openbao: OpenBao) -> Iterator[StartLab]:  # noqa: F811
    """Starts a server with the given options, or hands out the one that runs with them."""
    running: dict[Options, LabServer] = {}

    def start(**options: object) -> LabServer:
        wanted = Options(**options)  # type: ignore[arg-type]
        if wanted not in running:
            environment = {name: value for name, value in openbao.environment.items() if name != "HOME"}
            running[wanted] = LabServer(tmp_path_factory.mktemp("lab"), wanted, environment)
        return running[wanted]

    yield start
    failures = []
    for server in running.values():
        try:
            server.close()
        except AssertionError as failure:
            failures.append(str(failure))
    assert not failures, failures


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go."""
    folder = Path(os.environ.get("NBGUARD_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile: no cookies, no workspace."""
    fresh = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US", timezone_id="UTC")
    yield fresh
    fresh.close()


@pytest.fixture
def new_page(request: pytest.FixtureRequest, context: BrowserContext, pictures: Path) -> Callable[[], Page]:
    """Opens an empty page; it is photographed where the test fails."""
    pages: list[Page] = []
    request.node.nbguard_pages, request.node.nbguard_pictures = pages, pictures

    def open_page() -> Page:
        pages.append(context.new_page())
        return pages[-1]

    return open_page


@pytest.fixture
def open_notebook(new_page: Callable[[], Page], start_lab: StartLab, pictures: Path) -> Iterator[OpenNotebook]:
    """``open_notebook(name, *cells, server=…, kernel=True)``: writes a notebook (if cells are given) and opens it.

    An exception that nobody caught in one of the pages fails the test, and so does a plugin of ours that didn't start.
    """
    errors: list[str] = []
    used: list[LabServer] = []

    def note(error: Error) -> None:
        # Lab shows a refused save in a dialog, and lets the error go on.
        if not error.message.startswith("nbguard: not saved") and error.message != NOTEBOOK_7:
            errors.append(f"{error.name}: {error.message}\n{error.stack}")

    def note_plugin(message: ConsoleMessage) -> None:
        if PLUGIN_FAILED.search(message.text):
            errors.append(message.text)

    def open_one(
        name: str, *cells: dict[str, object], server: LabServer | None = None, kernel: bool = False
    ) -> NotebookPage:
        lab = server or start_lab()
        used.append(lab)
        if cells:
            lab.write(name, *cells)
        page = new_page()
        page.on("pageerror", note)
        page.on("console", note_plugin)
        opened = NotebookPage(page, lab, pictures)
        opened.open(name, wait_for_kernel=kernel)
        return opened

    yield open_one
    for lab in used:
        lab.end_kernels()
    assert not errors, errors


@pytest.fixture(scope="session")
def code_server(tmp_path_factory: pytest.TempPathFactory, openbao: OpenBao) -> Iterator[CodeServer]:  # noqa: F811
    """VS Code with the built extension, in a browser."""
    environment = {name: value for name, value in openbao.environment.items() if name != "HOME"}
    server = CodeServer(tmp_path_factory.mktemp("code"), environment)
    yield server
    server.close()


@pytest.fixture
def open_in_code(
    code_server: CodeServer, browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[OpenInCode]:
    """Opens a notebook with these cells, in a repository of its own with this policy."""
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    pages: list[Page] = []
    request.node.nbguard_pages = pages
    request.node.nbguard_pictures = Path(os.environ.get("NBGUARD_SCREENSHOTS") or tmp_path)

    def open_one(*sources: str, policy: str = "") -> NotebookInCode:
        folder = tmp_path / "repository"
        (folder / ".git").mkdir(parents=True)
        (folder / "nbguard.toml").write_text(policy)
        write_notebook(folder / "a.ipynb", *sources)
        page = context.new_page()
        pages.append(page)
        return code_server.open(page, folder, "a.ipynb")

    yield open_one
    context.close()
