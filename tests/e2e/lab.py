"""Repositories for end-to-end tests, and the commands that run in them. What a command prints is searched at once."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from nbguard.cli.demo.samples import PLANTED_MARKERS, plant, read_planted
from tests.command_line import assert_no_secret
from tests.conftest import CHECKOUT
from tests.fake_tokens import MADE, FakeTokens

SAMPLES = Path(CHECKOUT) / "sample_notebooks"
TOKENS = FakeTokens(seed=4711)
IONQ = TOKENS.ionq()
DWAVE = TOKENS.dwave()
PLANTED = read_planted(str(SAMPLES))
PLANTED_VALUES = [row.value((SAMPLES / row.notebook).read_bytes()) for row in PLANTED]
# What is searched for in all that is printed, here and by the rest of the suite.
MADE.update(PLANTED_VALUES, PLANTED_MARKERS.values())


class Done(NamedTuple):
    """A command that ended."""

    status: int
    printed: str


class Snapshot(NamedTuple):
    """The project as a repository with everything committed, uncommitted work included."""

    path: Path
    revision: str


class Lab:
    """A repository of a person who uses the hooks."""

    def __init__(self, path: Path, home: Path) -> None:
        self.path = path
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("VAULT_", "BAO_", "NBGUARD_"))
        } | {"PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}
        # The hooks bring their own nbguard, as a user's do.
        self.environment.pop("PYTHONPATH", None)
        path.mkdir(parents=True)
        self.git("init", "-q")

    def configure(self, snapshot: Snapshot, *hooks: str) -> None:
        """Writes the configuration, commits it and installs the git hook."""
        lines = [f"repos:\n  - repo: {snapshot.path}\n    rev: {snapshot.revision}\n    hooks:"]
        lines += [f"      - id: {hook}" for hook in hooks]
        (self.path / ".pre-commit-config.yaml").write_text("\n".join(lines) + "\n")
        self.git("add", ".pre-commit-config.yaml")
        self.git("commit", "-q", "--no-verify", "-m", "Configure the hooks")
        self.run("pre-commit", "install", status=0)

    def run(self, *command: str | bytes, status: int | None = None, silent: bool = True) -> Done:
        """Runs a command here; ``silent``: it must print no planted value, and never a traceback."""
        modules = {"pre-commit": "pre_commit", "nbguard": "nbguard"}
        arguments = list(command)
        if isinstance(command[0], str) and command[0] in modules:
            arguments[:1] = [sys.executable, "-m", modules[command[0]]]
        own = {"PYTHONPATH": CHECKOUT} if command[0] == "nbguard" else {}
        done = subprocess.run(
            arguments,
            cwd=self.path,
            env=self.environment | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = done.stdout.decode(errors="backslashreplace")
        if silent:
            assert_no_secret(printed)
            assert "Traceback (most recent call last)" not in printed, printed
        assert status is None or done.returncode == status, printed
        return Done(done.returncode, printed)

    def git(self, *arguments: str | bytes, status: int | None = 0, silent: bool = False) -> str:
        """Runs git; what it prints may hold planted values, because a diff does."""
        return self.run("git", *arguments, status=status, silent=silent).printed

    def commit(self, status: int) -> str:
        """Commits what is staged, through the hook, and returns what was printed."""
        return self.run("git", "commit", "-m", "A commit", status=status).printed

    def sample(self, name: str, target: str = "") -> Path:
        """Puts a sample notebook here, markers filled."""
        path = self.path / (target or name)
        path.write_bytes(plant((SAMPLES / name).read_bytes()))
        return path

    def cells(self, name: str) -> list[dict[str, Any]]:
        """The cells of a notebook in the working copy."""
        cells: list[dict[str, Any]] = json.loads((self.path / name).read_bytes())["cells"]
        return cells


def take_snapshot(target: Path) -> Snapshot:
    """Copies the project, as it is now, into a repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=CHECKOUT, capture_output=True, check=True
    ).stdout
    for name in filter(None, listed.split(b"\0")):
        source = os.path.join(os.fsencode(CHECKOUT), name)
        if os.path.lexists(source):
            copy = os.path.join(os.fsencode(target), name)
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Snapshot"]):
        subprocess.run(["git", *command], cwd=target, check=True)
    revision = subprocess.run(["git", "rev-parse", "HEAD"], cwd=target, capture_output=True, check=True, text=True)
    return Snapshot(target, revision.stdout.strip())
