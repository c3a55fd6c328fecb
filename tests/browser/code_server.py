"""VS Code in a browser: code-server with the built extension, and one that runs cells.

code-server comes from npm and is kept below NBGUARD_LAB_ENVIRONMENTS (otherwise ~/.cache/nbguard-tests): installing it
takes minutes, a compiler and libkrb5-dev. NBGUARD_CODE_SERVER names one that is there already.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock
from playwright.sync_api import Error, Locator, Page

from tests.browser.environments import kept_folder
from tests.browser.saved_file import read_saved
from tests.conftest import CHECKOUT
from tests.notebook_builder import as_bytes, code, notebook
from tests.openbao_server import free_port

VERSION, NODE = "4.139.1", "24"
EXTENSION = Path(CHECKOUT, "editors", "vscode")
SETTINGS = {
    # Without it a notebook that is opened early is shown as JSON.
    "workbench.editorAssociations": {"*.ipynb": "jupyter-notebook"},
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "files.autoSave": "off",
    "git.enabled": False,
    "security.workspace.trust.startupPrompt": "never",
    "telemetry.telemetryLevel": "off",
    "nbguard.python": sys.executable,
}


def find_code_server() -> tuple[Path, Path]:
    """The programs code-server and node; they are installed where they aren't yet."""
    named = os.environ.get("NBGUARD_CODE_SERVER")
    folder = Path(named) if named else kept_folder() / f"code-server-{VERSION}"
    node = folder / "node" / "node_modules" / "node" / "bin"
    program = folder / "server" / "node_modules" / ".bin" / "code-server"
    with FileLock(f"{folder}.lock"):
        if not node.is_dir():
            wanted = {"dependencies": {"node": NODE}, "allowScripts": {"node": True}}
            _install(folder / "node", wanted, os.environ["PATH"])
        if not program.exists():
            wanted = {"dependencies": {"code-server": VERSION}, "allowScripts": {"code-server": True, "argon2": True}}
            _install(folder / "server", wanted, f"{node}:{os.environ['PATH']}")
    return program, node


def _install(folder: Path, package: dict[str, Any], path: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"private": True} | package))
    command = ["npm", "install", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(folder)
    assert done.returncode == 0, f"code-server can't be installed (apt-get install libkrb5-dev?): {done.stderr[-2000:]}"


def write_notebook(file: Path, *sources: str) -> None:
    """Writes a notebook of code cells."""
    file.write_bytes(as_bytes(notebook(*(code(source, count=None) for source in sources))))


class CodeServer:
    """A running code-server. Folders are trusted unless ``trust`` is asked for, where nobody ever gives it."""

    def __init__(self, folder: Path, environment: dict[str, str], *, trust: bool = False) -> None:
        program, node = find_code_server()
        extensions, data = folder / "extensions", folder / "data"
        (data / "User").mkdir(parents=True)
        self._settings = data / "User" / "settings.json"
        self.set()
        vsce = EXTENSION / "node_modules" / ".bin" / "vsce"
        runner = folder / "runner.vsix"
        pack = [str(vsce), "package", "--no-dependencies", "--skip-license", "-o", str(runner)]
        subprocess.run(pack, cwd=Path(__file__).parent / "code_server_extension", check=True, capture_output=True)
        base = [str(program), "--extensions-dir", str(extensions), "--user-data-dir", str(data)]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("VSCODE_", "VAULT_"))},
            **environment, "PATH": f"{node}:{os.environ['PATH']}", "NBGUARD_TEST_PYTHON": sys.executable,
            "PYTHONPATH": CHECKOUT, "XDG_CONFIG_HOME": str(folder),
        }  # fmt: skip
        for vsix in (EXTENSION / "nbguard.vsix", runner):
            assert vsix.is_file(), "the extension isn't built: make vscode"
            install = [*base, "--install-extension", str(vsix)]
            subprocess.run(install, env=self.environment, check=True, capture_output=True, timeout=120)
        self.port = free_port()
        self._log = (folder / "log").open("wb")
        quiet = ["--disable-telemetry", "--disable-update-check", *([] if trust else ["--disable-workspace-trust"])]
        self._process = subprocess.Popen(
            [*base, "--auth", "none", "--bind-addr", f"127.0.0.1:{self.port}", *quiet],
            env=self.environment, stdout=self._log, stderr=self._log, start_new_session=True,
        )  # fmt: skip
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)

    def open(self, page: Page, folder: Path, name: str, *, runs: bool = True) -> "NotebookInCode":
        """Opens a folder and a notebook in it, once our server runs; ``runs``: and what runs cells."""
        page.goto(f"http://127.0.0.1:{self.port}/?folder={folder}", wait_until="domcontentloaded", timeout=90_000)
        page.get_by_role("treeitem", name=name).dblclick(timeout=90_000)
        page.locator(".notebookOverlay .monaco-list-row .monaco-editor").first.wait_for(timeout=90_000)
        page.locator(".statusbar-item", has_text=re.compile("nbguard")).first.wait_for(timeout=60_000)
        if runs:
            page.get_by_text("Runner", exact=True).first.wait_for(timeout=60_000)
        return NotebookInCode(page, folder / name)

    def set(self, **settings: object) -> None:
        """Sets the user's settings, beside those that every test has; names have __ for a dot."""
        named = {name.replace("__", "."): value for name, value in settings.items()}
        written = self._settings.with_suffix(".new")
        written.write_text(json.dumps(SETTINGS | named))
        written.replace(self._settings)  # in one step, as it is being watched

    def close(self) -> None:
        os.killpg(self._process.pid, 15)
        self._process.wait(30)
        self._log.close()


class NotebookInCode:
    """A notebook that is open in VS Code."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.file = page, file

    def cell(self, number: int) -> Locator:
        return self.page.locator(".notebookOverlay .monaco-list-row").filter(
            has=self.page.locator(".monaco-editor")
        ).nth(number)  # fmt: skip

    def type(self, number: int, text: str) -> None:
        """Puts text at the end of a cell; nothing completes it."""
        self.cell(number).locator(".monaco-editor").first.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)

    def fixes(self) -> list[str]:
        """Opens the list of quick fixes where the cursor is: their titles."""
        rows = self.page.locator(".action-widget .monaco-list-row")

        def read() -> list[str]:
            rows.first.wait_for(timeout=10_000)
            return rows.all_inner_texts()

        return self._in_the_list(read)

    def fix(self, title: str) -> None:
        """Takes a quick fix where the cursor is."""
        row = self.page.locator(".action-widget .monaco-list-row", has_text=title).first
        self._in_the_list(lambda: row.click(timeout=10_000) or [title])

    def _in_the_list(self, act: Callable[[], list[str]]) -> list[str]:
        """Does something in the list of quick fixes.

        It goes away by itself where findings come meanwhile: then it is opened again.
        """
        for left in reversed(range(6)):
            self.page.keyboard.press("Control+.")
            try:
                if done := act():
                    return done
            except Error:
                if not left:
                    raise
        raise AssertionError("the list of quick fixes stays empty")

    def source(self, number: int) -> str:
        """What a cell shows."""
        shown = self.cell(number).locator(".view-lines").first.inner_text()
        return shown.replace("\xa0", " ")

    def run(self) -> None:
        self.page.get_by_role("button", name="Run All").first.click()

    def output(self, text: str) -> Locator:
        """An output that shows a text: VS Code has them in frames of their own."""
        frames = self.page.frame_locator("iframe.webview").frame_locator("iframe#active-frame")
        return frames.get_by_text(text).first

    def command(self, name: str) -> None:
        """Runs a command of the palette."""
        self.page.keyboard.press("F1")
        self.answer(f">{name}")

    def answer(self, text: str) -> None:
        """Answers what is asked for at the top of the window."""
        asked = self.page.locator(".quick-input-widget input:visible").first
        asked.fill(text)
        if text.startswith(">"):
            self.page.locator(".quick-input-list .monaco-list-row", has_text=text[1:]).first.wait_for()
        self.page.keyboard.press("Enter")

    def save(self) -> None:
        self.page.keyboard.press("Control+s")

    def said(self, text: str) -> Locator:
        """A message."""
        return self.page.locator(".notification-toast", has_text=text)

    def unsaved(self) -> Locator:
        return self.page.locator(".tab.dirty")

    def saved(self, text: str = "") -> str:
        """The file on disk, whole, once it has a text."""
        return read_saved(self.file, lambda saved: text in saved)
