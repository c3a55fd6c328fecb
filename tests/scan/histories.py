"""Repositories with a history, made by real git: generated ones, and the odd ones that a scanner meets."""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING, Any

from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

if TYPE_CHECKING:
    from pathlib import Path

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada Q",
    "GIT_AUTHOR_EMAIL": "ada@lab.example",
    "GIT_COMMITTER_NAME": "Ada Q",
    "GIT_COMMITTER_EMAIL": "ada@lab.example",
    "GIT_ALLOW_PROTOCOL": "file",
}


class History:
    """A repository that grows commit by commit, a minute apart."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        self.commits = 0
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, fails: bool = False, stdin: bytes | None = None, **environment: str) -> str:
        """What git prints on standard output; with ``fails``, on both."""
        time = f"{1_700_000_000 + 60 * self.commits} +0100"
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.path,
            env=os.environ | _ENVIRONMENT | {"GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time} | environment,
            input=stdin,
            capture_output=True,
            check=False,
        )
        said = done.stdout + (done.stderr if fails else b"")
        assert (done.returncode != 0) == fails, f"git {arguments}: {done.stderr.decode()}"
        return said.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str, content: str | bytes) -> None:
        target = os.path.join(os.fsencode(self.path), os.fsencode(name))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str = "a commit", **files: Any) -> str:
        """Commits the work tree as it is; returns the commit's id."""
        for name, content in files.items():
            self.write(name, content)
        self.commits += 1
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


def with_dwave(token: str) -> str:
    """A program with a credential that is known by its shape."""
    return f'sampler = DWaveSampler(token="{token}")\n'


def with_ionq(token: str) -> bytes:
    """A notebook with a credential that is known by where it goes, and printed."""
    return as_bytes(notebook(code(f'provider = IonQProvider("{token}")', stream(token))))


def grow(history: History, seed: int, steps: int = 14) -> None:
    """Makes commits at random: secrets are added, moved, changed, removed, merged in, and hidden in merges."""
    chance, tokens = random.Random(seed), FakeTokens(seed)
    made: list[str] = [tokens.dwave()]
    history.commit("first", README="no secret here\n")
    for step in range(steps):
        files = [name for name in history.git("ls-files").split("\n") if name != "README"]
        action = chance.choice(["add", "add", "notebook", "echo", "move", "remove", "branch", "merge", "copy"])
        if action == "add":
            made.append(tokens.dwave())
            history.write(f"part{chance.randrange(4)}/a{chance.randrange(5)}.py", with_dwave(made[-1]))
        elif action == "notebook":
            made.append(tokens.ionq())
            history.write(f"n{chance.randrange(4)}.ipynb", with_ionq(made[-1]))
        elif action == "echo":
            history.write(f"notes{chance.randrange(3)}.txt", f"value {chance.choice(made)} was here\n")
        elif action == "move" and files:
            history.git("mv", "-f", chance.choice(files), f"moved{step}.py")
        elif action == "copy" and files:
            source = chance.choice(files)
            history.write(f"copy{step}/{os.path.basename(source)}", (history.path / source).read_bytes())
        elif action == "remove" and files:
            history.git("rm", "-q", "-f", chance.choice(files))
        elif action == "branch":
            if int(history.git("rev-list", "--count", "--first-parent", "HEAD")) > 2:
                history.git("checkout", "-q", "-b", f"side{step}", "HEAD~2")
        elif action == "merge":
            branch = chance.choice(history.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n"))
            history.git("merge", "-q", "--no-commit", "-s", "ours", "--allow-unrelated-histories", branch)
            if chance.random() < 0.6:  # content that neither parent has
                made.append(tokens.dwave())
                history.write(f"merged{step}.py", with_dwave(made[-1]))
        history.commit(f"{step}: {action}")
    history.git("checkout", "-q", "-B", "main")
