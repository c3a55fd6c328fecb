"""A real JupyterLab server for browser tests, with its own home, settings, port and token, and the built front end."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

from tests.browser.hub_identity import LOGIN
from tests.browser.saved_file import read_saved
from tests.conftest import CHECKOUT
from tests.fake_tokens import MADE
from tests.notebook_builder import as_bytes, notebook
from tests.openbao_server import free_port

# NBGUARD_LABEXTENSION names another build, as of a branch.
ASSETS = Path(os.environ.get("NBGUARD_LABEXTENSION") or Path(CHECKOUT, "nbguard", "jupyter", "labextension"))
SERVER_CONFIG = Path(CHECKOUT) / "jupyter-config"
COLLABORATION = ("@jupyter/collaboration-extension", "@jupyter/docprovider-extension")
# NBGUARD_LAB_PYTHON names the interpreter of an environment with another JupyterLab.
PYTHON = os.environ.get("NBGUARD_LAB_PYTHON") or sys.executable
# A loaded machine with two cores starts Lab in a quarter of a minute.
START_SECONDS = 90


class Options(NamedTuple):
    """How a server is started. Servers with the same options are shared by the tests of a session."""

    base_url: str = "/"
    """Under a prefix as behind a proxy: ``/user/jo/``."""
    token_from: str = "environment"
    """Where the server has its token from: ``environment`` (JUPYTER_TOKEN), ``identity`` (IdentityProvider.token, \
as a hub's configuration does), or ``hub``: a cookie or a token of tests/browser/hub_identity.py."""
    collaboration: bool = False
    """With jupyter-collaboration's shared documents."""
    policy: str = ""
    """Text of nbguard.toml in the server's root."""
    settings: str = "{}"
    """The front end's settings, as JSON: ``{"plugin id": {…}}``."""
    vault: bool = True
    """With the environment of the test's OpenBao."""
    logged_in: bool = True
    """With its token, too: without, somebody has to log in."""
    extension: bool = True
    """With the front end and the server extension."""
    server_part: bool = True
    """Without it the front end is alone, as where it was installed into another environment."""
    disabled_plugins: tuple[str, ...] = ()
    """Front-end plugins or packages that are turned off, as `jupyter labextension disable` does."""
    app: str = "lab"
    """``lab`` or ``notebook`` (Notebook 7)."""
    python: str = ""
    """Python of another environment, where the wheel is installed: nothing of the checkout is used."""


class LabServer:
    """A running server. ``root`` is the folder it serves."""

    def __init__(self, folder: Path, options: Options, environment: dict[str, str]) -> None:
        self.folder, self.options = folder, options
        self.root = folder / "notebooks"
        self.root.mkdir(parents=True)
        self.token = secrets.token_hex(16)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        if options.policy:
            (self.root / "nbguard.toml").write_text(options.policy)
        self._write_settings()
        self.start()

    def _write_settings(self) -> None:
        parts = self.options.extension and self.options.server_part
        extensions = {"jupyter_server_ydoc": self.options.collaboration, "nbguard": parts, "nbguard.jupyter": parts}
        config: dict[str, Any] = {
            "ServerApp": {"jpserver_extensions": {"jupyter_server_ydoc": self.options.collaboration}},
            "YDocExtension": {"disable_rtc": not self.options.collaboration},
        }
        disabled = (*self.options.disabled_plugins, *(() if self.options.collaboration else COLLABORATION))
        self._write("config/labconfig/page_config.json", {"disabledExtensions": dict.fromkeys(disabled, True)})
        if self.options.token_from == "identity":
            config["IdentityProvider"] = {"token": self.token}
        if self.options.token_from == "hub":
            config["ServerApp"]["identity_provider_class"] = "tests.browser.hub_identity.HubIdentityProvider"
            config["ServerApp"]["tornado_settings"] = {"login_url": LOGIN}
        self._write("config/jupyter_server_config.json", config)
        here = self.options.extension and not self.options.python
        if here:
            assert ASSETS.is_dir(), "the front end isn't built: run `make lab` first"
            name = json.loads((ASSETS / "package.json").read_text())["name"]
            link = self.folder / "data" / "labextensions" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(ASSETS, target_is_directory=True)
        for file in sorted(SERVER_CONFIG.glob("*.json")) if here else ():
            enabled = json.loads(file.read_text())
            for module in enabled["ServerApp"]["jpserver_extensions"]:
                enabled["ServerApp"]["jpserver_extensions"][module] = extensions.get(module, parts)
            self._write(f"config/jupyter_server_config.d/{file.name}", enabled)
        settings = {
            "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
            "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
            **json.loads(self.options.settings),
        }
        for plugin, values in settings.items():
            package, name = plugin.rsplit(":", 1)
            self._write(f"settings/{package}/{name}.jupyterlab-settings", values)

    def _write(self, name: str, values: object) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        foreign = ("JUPYTER", "VAULT_", "BAO_", "NBGUARD_", "IPYTHON")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        environment |= self._environment if self.options.vault else {}
        if not self.options.logged_in:
            environment.pop("VAULT_TOKEN", None)
        for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
            environment[f"JUPYTER_{name}"] = str(self.folder / name.split("_")[0].lower())
        environment |= {
            "HOME": str(self.folder / "home"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"),
            "JUPYTER_PLATFORM_DIRS": "1",
            # The front end that was asked for, not one that is installed beside this interpreter.
            "JUPYTER_PREFER_ENV_PATH": "0",
            "PYTHONPATH": CHECKOUT,
        }
        if self.options.python:
            del environment["PYTHONPATH"]
        if self.options.token_from != "identity":
            environment["JUPYTER_TOKEN"] = self.token
        (self.folder / "home").mkdir(exist_ok=True)
        command = [
            self.options.python or PYTHON,
            "-m",
            f"jupyter{self.options.app}" if self.options.app == "lab" else "notebook",
        ]
        command += [
            "--no-browser",
            "--allow-root",
            f"--ServerApp.root_dir={self.root}",
            f"--ServerApp.base_url={self.options.base_url}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.extension_manager=readonly",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait()

    def _wait(self, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, f"the server ended: {self.log.read_text()[-3000:]}"
            try:
                self._ask()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the server didn't start: {self.log.read_text()[-3000:]}")

    def _ask(self) -> None:
        """What a running server answers. Raises URLError or OSError where it doesn't yet."""
        self.get("api/status")

    def stop(self) -> None:
        """Ends the server and its kernels; what it logged must hold no planted value."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def close(self) -> None:
        self.stop()
        logged = self.log.read_text(errors="replace")
        held = sum(value in logged for value in MADE)
        shutil.rmtree(self.folder, ignore_errors=True)
        assert held == 0, f"{held} planted values stand in the server's log"

    def url(self, path: str) -> str:
        return f"{self.address}{self.options.base_url}{path}"

    def get(self, path: str) -> Any:
        """Asks the server's REST interface, with its token."""
        return json.loads(self.ask("GET", path))

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """A request with the server's token; what it answers. Raises HTTPError for a refusal."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url(path), data=body, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    def end_kernels(self) -> None:
        """Ends what the notebooks of a test left running: the next test's machine is as busy as the first's."""
        for session in self.get("api/sessions"):
            try:
                self.ask("DELETE", f"api/sessions/{session['id']}")
            except urllib.error.HTTPError as error:
                if error.code not in (404, 410):  # it went by itself
                    raise

    def write(self, name: str, *cells: dict[str, Any], **metadata: Any) -> Path:
        """Puts a notebook into the root."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(notebook(*cells, **metadata)))
        return path

    def read(self, name: str) -> str:
        """What is on disk: of a notebook, once it is whole."""
        file = self.root / name
        return read_saved(file) if file.suffix == ".ipynb" else file.read_text()
