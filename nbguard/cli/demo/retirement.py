"""Plays a pilot from its first token to its end, offline, in a scratch directory: ``make demo-lifecycle``.

Real git, the real commands, an invented token. Each command must end as the story says, else the demo fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nbguard.cli.demo.telling import Teller
from nbguard.errors import ExitCode, NbguardError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Nobody's: made here, so that no file of the project holds one.
_TOKEN = "DEV-" + hashlib.sha512(b"nbguard lifecycle demo").hexdigest()[:40]
_LAB = "from dwave.system import DWaveSampler\nsampler = DWaveSampler(token={})"
_LOOKUP = 'secret("quantum/dwave/pilot#api_token")'


def main() -> int:
    """Plays it; 0 where everything went as the story says. Raises NbguardError where it didn't."""
    with tempfile.TemporaryDirectory(prefix="nbguard-lifecycle-") as folder:
        play(folder, Teller(sys.stdout))
    return ExitCode.CLEAN


def play(folder: str, teller: Teller) -> None:
    """The five acts."""
    pilot = _Pilot(folder, teller)
    teller.act("Two years ago: a pilot begins, with a token in its first notebook")
    pilot.write("lab.ipynb", _notebook(_LAB.format(f'"{_TOKEN}"')))
    pilot.write("requirements.txt", "dwave-ocean-sdk\n")
    pilot.write("nbguard.toml", "[credentials]\nrotate_days = 180\n")
    pilot.commit("The first sampler", days=730)
    pilot.write(".ipynb_checkpoints/lab-checkpoint.ipynb", _notebook(_LAB.format(f'"{_TOKEN}"')))
    pilot.write("notes.md", f"The token we used in spring: {_TOKEN}\n")

    teller.act("Today: which credentials are there, and since when?")
    pilot.nbguard("credentials", "--overdue", status=ExitCode.FINDINGS)
    mark = json.loads(pilot.silent("credentials", "--format", "json"))["credentials"][0]["fingerprint"]

    teller.act("What does the pilot run?")
    pilot.nbguard("sdk", status=ExitCode.FINDINGS, lines=8)
    pilot.write("requirements.txt", f"dwave-ocean-sdk==8.3.0 --hash=sha256:{'0' * 64}\n")
    pilot.nbguard("sdk", lines=4)

    teller.act("The token is a leak: step by step, and checked")
    pilot.nbguard("incident", mark, *pilot.home, status=ExitCode.FINDINGS, lines=16)
    pilot.write("lab.ipynb", _notebook("from nbguard import secret\n" + _LAB.format(_LOOKUP)))
    pilot.write("notes.md", "The token is in Vault.\n")
    pilot.commit("Look the token up in Vault", days=0)
    done = ("--done", "revoke,logs,vault,ci-variables,laptops,forks,history", "--by", "ada", "--note", "ticket 4711")
    pilot.nbguard("incident", mark, *pilot.home, *done, status=ExitCode.FINDINGS, lines=22)

    teller.act("The pilot ends: what is left of it?")
    pilot.nbguard("decommission", "--without-vault", *pilot.home, status=ExitCode.FINDINGS, lines=22)
    remove = ("--remove", "checkpoints", "--yes")
    pilot.nbguard("decommission", "--without-vault", *remove, *pilot.home, status=ExitCode.FINDINGS, lines=4)
    pilot.nbguard("incident", mark, *pilot.home, lines=3)
    teller.say("The notebook and its history go, too; a page that says what was learnt stays.")
    pilot.start_over({"README.md": "What the pilot taught us.\n"})
    pilot.nbguard("decommission", "--without-vault", *pilot.home)
    teller.prove("Nothing is left: decommission ended with 0, and only then.")


class _Pilot:
    """The pilot's repository, and the commands that are run in it."""

    def __init__(self, folder: str, teller: Teller) -> None:
        self._root = os.path.join(folder, "pilot")
        self._teller = teller
        os.makedirs(self._root)
        home = os.path.join(folder, "home")
        os.makedirs(home)
        self.home = ("--home", home)
        self._environment = {
            **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "NBGUARD_SALT": "demo",
            "XDG_CACHE_HOME": os.path.join(folder, "cache"),
        }  # fmt: skip
        self._git("init", "-q", "-b", "main")
        self.write(".gitignore", ".ipynb_checkpoints\n")

    def write(self, name: str, text: str) -> None:
        """Writes a file."""
        path = os.path.join(self._root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def commit(self, message: str, days: int) -> None:
        """Commits everything, as so many days ago."""
        date = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        self._git("add", "-A")
        self._git("commit", "-q", "-m", message, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)

    def start_over(self, files: dict[str, str]) -> None:
        """Gives the repository a history of one commit with these files."""
        self._git("checkout", "-q", "--orphan", "end")
        self._git("rm", "-q", "-r", "-f", ".")
        for name, text in files.items():
            self.write(name, text)
        self.commit("The end of the pilot", days=0)
        self._git("branch", "-q", "-D", "main")
        self._git("reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all")
        self._git("gc", "-q", "--prune=now")

    def nbguard(self, *arguments: str, status: int = ExitCode.CLEAN, lines: int = 12) -> None:
        """Runs a command, shows it and what it printed. Raises NbguardError where it ends otherwise."""
        shown = [word for word in arguments if word not in self.home]
        self._teller.command("nbguard " + " ".join(f'"{word}"' if " " in word else word for word in shown))
        done = self._run(arguments)
        self._teller.output(done.stdout.splitlines() or done.stderr.splitlines(), lines)
        if done.returncode != status:
            raise NbguardError(f"nbguard {shown[0]} ended with {done.returncode}, not with {status}: {done.stderr}")

    def silent(self, *arguments: str) -> str:
        """What a command printed."""
        return self._run(arguments).stdout

    def _run(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nbguard", *arguments]
        return subprocess.run(
            command, cwd=self._root, env=self._environment, capture_output=True, text=True, check=False
        )

    def _git(self, *arguments: str, **environment: str) -> None:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@lab.example")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self._root, env=self._environment | environment, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NbguardError(f"git {arguments[0]}: {done.stderr.strip()}")


def _notebook(source: str) -> str:
    code: dict[str, object] = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return json.dumps(
        {"cells": [{**code, "id": "a1", "source": source}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        indent=1,
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NbguardError as error:
        sys.exit(f"nbguard: {error}")
