"""The scratch repository of the demo: its files, its environment, and the commands that run in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from nbguard.cli.demo.samples import find_checkout, plant
from nbguard.errors import NbguardError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbguard.cli.demo.server import Server

_GIT_SETTINGS = """\
[user]
\tname = nbguard demo
\temail = demo@nbguard.invalid
[init]
\tdefaultBranch = main
[advice]
\tdetachedHead = false
[safe]
\tdirectory = *
"""

_HOOK_OF_CHECKOUT = """\
repos:
  - repo: {checkout}
    rev: {revision}
    hooks:
      - id: nbguard
"""

_LOCAL_HOOK = """\
repos:
  - repo: local
    hooks:
      - id: nbguard
        name: nbguard (strip, credentials, sample data)
        entry: {python} -m nbguard scan --strip
        language: system
        types: [text]
        require_serial: true
"""


class Done(NamedTuple):
    """A command that ended: its status, all it printed, and how many seconds it took."""

    status: int
    printed: str
    seconds: float


class Scratch:
    """A repository in a directory that is thrown away, with an environment that knows nothing of the user's settings.

    ``printed`` collects what every command printed, so that it can be searched for planted values.
    """

    def __init__(self, folder: str, server: Server) -> None:
        self.path = os.path.join(folder, "quantum-lab")
        self.printed: list[str] = []
        os.makedirs(self.path)
        home = os.path.join(folder, "home")
        os.makedirs(home)
        settings = os.path.join(home, "gitconfig")
        with open(settings, "w", encoding="utf-8") as file:
            file.write(_GIT_SETTINGS)
        dropped = ("VAULT_", "BAO_", "NBGUARD_", "GIT_", "PRE_COMMIT_", "JUPYTER_", "COLUMNS")
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(dropped) or name == "PRE_COMMIT_HOME"
        }
        self.environment |= {
            "GIT_CONFIG_GLOBAL": settings,
            "GIT_CONFIG_NOSYSTEM": "1",
            "VAULT_ADDR": server.address,
            "VAULT_TOKEN": server.token,
            "PRE_COMMIT_COLOR": "never",
            "NO_COLOR": "1",
            "IPYTHONDIR": home,
            "JUPYTER_DATA_DIR": home,
            "JUPYTER_RUNTIME_DIR": os.path.join(home, "runtime"),
            "PYTHONWARNINGS": "ignore",
        }
        for name in ("NO_PROXY", "no_proxy"):
            self.environment[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1")))
        self.environment.setdefault("PRE_COMMIT_HOME", os.path.join(folder, "pre-commit"))

    def fill(self, samples: str) -> list[str]:
        """Makes the repository and copies the sample notebooks into it, markers filled; returns their names."""
        self.expect("git", "init", "-q")
        names = sorted(name for name in os.listdir(samples) if name.endswith(".ipynb"))
        for name in names:
            with open(os.path.join(samples, name), "rb") as file:
                content = plant(file.read())
            with open(os.path.join(self.path, name), "wb") as file:
                file.write(content)
        return names

    def configure_hook(self) -> str | None:
        """Writes .pre-commit-config.yaml; returns the checkout it points at, or None for a local hook."""
        checkout = find_checkout()
        if checkout is None:
            text = _LOCAL_HOOK.format(python=sys.executable)
        else:
            revision = self.expect("git", "-C", checkout, "rev-parse", "HEAD").printed.strip()
            text = _HOOK_OF_CHECKOUT.format(checkout=checkout, revision=revision)
        with open(os.path.join(self.path, ".pre-commit-config.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        return checkout

    def run(self, *command: str, stdin: str | None = None) -> Done:
        """Runs a command in the repository. ``nbguard``, ``pre-commit`` and ``python`` run with this interpreter."""
        module = {"nbguard": ("-m", "nbguard"), "pre-commit": ("-m", "pre_commit"), "python": ()}.get(command[0])
        arguments = list(command) if module is None else [sys.executable, *module, *command[1:]]
        # The hooks bring their own nbguard; what else runs here uses the one that plays the demo.
        own = {"PYTHONPATH": _where_nbguard_is(os.environ)} if command[0] in ("nbguard", "python") else {}
        started = time.monotonic()
        done = subprocess.run(
            arguments,
            cwd=self.path,
            env=self.environment | own,
            input=stdin,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.printed.append(done.stdout)
        return Done(done.returncode, done.stdout, time.monotonic() - started)

    def expect(self, *command: str, stdin: str | None = None, status: int = 0) -> Done:
        """Runs a command that has to end with ``status``.

        :raises NbguardError: it ended otherwise; the message holds the last line it printed.
        """
        done = self.run(*command, stdin=stdin)
        if done.status != status:
            last = next((line.strip() for line in reversed(done.printed.splitlines()) if line.strip()), "nothing")
            shown = " ".join(command[:3])
            raise NbguardError(f"`{shown}` ended with status {done.status}, expected {status}; its last words: {last}")
        return done

    def read(self, name: str) -> bytes:
        """A file of the working copy."""
        with open(os.path.join(self.path, name), "rb") as file:
            return file.read()


def _where_nbguard_is(environment: Mapping[str, str]) -> str:
    import nbguard

    here = os.path.dirname(os.path.dirname(os.path.abspath(nbguard.__file__)))
    return os.pathsep.join(filter(None, (here, environment.get("PYTHONPATH"))))
