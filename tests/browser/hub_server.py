"""A real JupyterHub with its proxy: whoever logs in gets a server of their own, started by the hub.

The proxy comes from npm and is kept beside the environments of `environments.py`.
"""

import json
import os
import subprocess
import urllib.request
from pathlib import Path

from filelock import FileLock

from tests.browser.environments import kept_folder
from tests.browser.lab_server import LabServer, Options
from tests.openbao_server import free_port

PROXY = "configurable-http-proxy@5.3.0"
OWNER = "anna"
START_SECONDS = 180
CONFIGURATION = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
c.Spawner.environment = {environment!r}
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = {patience}
c.Spawner.http_timeout = {patience}
"""


def find_proxy() -> Path:
    """The program; npm installs it where it isn't there."""
    folder = kept_folder() / "configurable-http-proxy"
    program = folder / "node_modules" / ".bin" / "configurable-http-proxy"
    with FileLock(f"{folder}.lock"):
        if not program.exists():
            folder.mkdir(parents=True, exist_ok=True)
            command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", PROXY]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            assert done.returncode == 0, f"{PROXY} can't be installed: {done.stderr[-2000:]}"
    return program


class Hub(LabServer):
    """A running hub. As a server it is the one of `OWNER`, whose notebooks are in ``root``."""

    def __init__(self, folder: Path, python: Path, environment: dict[str, str]) -> None:
        self.folder, self.options = folder, Options(base_url=f"/user/{OWNER}/", token_from="hub")
        self.root = folder / "home" / OWNER
        self.root.mkdir(parents=True)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        foreign = ("JUPYTER", "VAULT_", "BAO_", "NBGUARD_", "IPYTHON", "PYTHON", "CONFIGPROXY_")
        own = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        configuration = CONFIGURATION.format(
            port=self.port,
            hub_port=free_port(),
            proxy_port=free_port(),
            proxy=str(find_proxy()),
            folder=folder,
            python=str(python),
            environment=environment | {"JUPYTER_PLATFORM_DIRS": "1", "IPYTHONDIR": str(folder / "ipython")},
            patience=START_SECONDS,
        )
        (folder / "jupyterhub_config.py").write_text(configuration)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [python, "-m", "jupyterhub", "-f", str(folder / "jupyterhub_config.py")],
                cwd=folder,
                env=own | {"HOME": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait(START_SECONDS)

    def _ask(self) -> None:
        with urllib.request.urlopen(f"{self.address}/hub/api/", timeout=10) as answer:
            assert "version" in json.load(answer)
