"""Runs git and nbguard as a person would, in a real repository."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.notebook_builder import as_bytes, code, notebook, result, stream

if TYPE_CHECKING:
    from pathlib import Path


class Repository(NamedTuple):
    """A work tree. Its notebooks have outputs that say so, to be looked for in what git stores."""

    path: Path

    @classmethod
    def create(cls, path: Path) -> Repository:
        path.mkdir(parents=True)
        repository = cls(path)
        repository.git("init", "-q")
        return repository

    def git(self, *arguments: str, fails: bool = False, **options: Any) -> str:
        """What git prints, on standard output and standard error."""
        done = subprocess.run(["git", *arguments], cwd=self.path, capture_output=True, check=False, **options)
        output = (done.stdout + done.stderr).decode("utf-8", "replace")
        assert (done.returncode != 0) == fails, f"git {arguments}: {output}"
        return output

    def nbguard(self, *arguments: str, status: int = 0, stdin: bytes = b"") -> str:
        """What nbguard prints, on standard output and standard error."""
        done = subprocess.run(
            [sys.executable, "-m", "nbguard", *arguments], cwd=self.path, capture_output=True, input=stdin, check=False
        )
        output = (done.stdout + done.stderr).decode("utf-8", "replace")
        assert done.returncode == status, f"nbguard {arguments}: {output}"
        return output

    def write(self, name: str, source: str = "1 + 1", output: str = "an output") -> bytes:
        """Puts a notebook with outputs into the work tree; returns its bytes."""
        raw = as_bytes(notebook(code(source, stream(output), result(text__plain=output), count=7)))
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_bytes(raw)
        return raw

    def staged(self, name: str) -> bytes:
        """What the next commit would hold of a file."""
        return subprocess.run(["git", "show", f":{name}"], cwd=self.path, capture_output=True, check=True).stdout

    def read(self, name: str) -> bytes:
        """What the work tree holds of a file."""
        return (self.path / name).read_bytes()

    def status(self) -> str:
        """The short status, with the time stamps of notebooks made new, so that git has to look into them."""
        for path in self.path.rglob("*.ipynb"):
            path.touch()
        return self.git("status", "--short")
