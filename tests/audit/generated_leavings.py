"""What a generated history can leave beside its commits and files: staged, dropped, stashed, copied, referred to.

Each of them is made with git and files as a person would, and noted with where it must be told.
"""

from __future__ import annotations

import random
from shutil import rmtree
from typing import TYPE_CHECKING

from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook
from tests.scan.histories import with_dwave, with_ionq

if TYPE_CHECKING:
    from tests.audit.generated_histories import GeneratedHistory

_CALL = 'from nbguard import secret\nIonQProvider(secret("{}"))'


class Leavings:
    """Adds leavings to a history, in an order that chance makes; ``wanted`` are kinds with a part of their places.

    ``extra_files`` are files with a value that the history doesn't know of, ``in_history`` values that it gained.
    """

    def __init__(self, history: GeneratedHistory, seed: int) -> None:
        self.history = history
        self._chance = random.Random(seed)
        self._tokens = FakeTokens(seed + 77_000_000)
        self.wanted: set[tuple[str, str]] = set()
        self.extra_files: set[str] = set()
        self.in_history: set[str] = set()
        makers = (
            self._staged, self._dropped, self._packed_away, self._reset, self._checkpoint, self._store, self._marimo,
            self._papermill, self._reference, self._log, self._text, self._gone_work_tree,
        )  # fmt: skip
        self.wanted.update(("copies", top) for top in history.linked)
        self.made = self._chance.sample(makers, self._chance.randrange(len(makers)))
        for number, make in enumerate(self.made):
            make(f"left{number}")

    def _staged(self, name: str) -> None:
        """Staged, and something else on the disk, or nothing."""
        self._write(f"{name}.py", with_dwave(self._tokens.dwave()).encode())
        self.history._git("add", "-f", f"{name}.py")
        if self._chance.random() < 0.5:
            (self.history.path / f"{name}.py").unlink()
        else:
            self._write(f"{name}.py", b"x = 1\n")
        self.wanted.add(("copies", f"{name}.py"))

    def _dropped(self, name: str) -> None:
        """Staged and taken back: an object that nothing leads to."""
        content = with_ionq(self._tokens.ionq()) if self._chance.random() < 0.5 else with_dwave(self._tokens.dwave())
        self._write(f"{name}.x", content if isinstance(content, bytes) else content.encode())
        self.history._git("hash-object", "-w", "--", f"{name}.x")
        (self.history.path / f"{name}.x").unlink()
        self.wanted.add(("copies", ".git/objects"))

    def _packed_away(self, name: str) -> None:
        """The same in a pack, as after `git gc`."""
        self._dropped(name)
        self.history._git("repack", "-q", "-a", "-d", "--cruft")

    def _reset(self, name: str) -> None:
        """A commit that was reset away: only the reflog leads to it."""
        token = self._tokens.dwave()
        before = self.history._git("rev-parse", "HEAD").strip()
        content = with_dwave(token).encode()
        blob = self._object(content)
        tree = self.history._git("mktree", stdin=f"100644 blob {blob}\tlost.py\n".encode()).strip()
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@lab.example")
        commit = self.history._git(*who, "commit-tree", tree, "-p", before, "-m", "x").strip()
        for to in (commit, before):
            self.history._git(*who, "update-ref", "-m", name, "--create-reflog", "HEAD", to)
        self.in_history.add(token)

    def _log(self, name: str) -> None:
        """A line of a reflog says it."""
        self.history._git(
            "-c", "user.name=Ada", "-c", "user.email=ada@lab.example", "update-ref", "--create-reflog",
            "-m", f"{name} before {self._tokens.dwave()} ended", "HEAD", "HEAD",
        )  # fmt: skip
        self.wanted.add(("copies", ".git/logs/HEAD"))

    def _text(self, name: str) -> None:
        """A message or a conflict that git keeps for later."""
        place = self._chance.choice(("COMMIT_EDITMSG", "SQUASH_MSG", "rebase-apply/0001", f"rr-cache/{name}/preimage"))
        self._write(f".git/{place}", f"+{with_dwave(self._tokens.dwave())}".encode())
        self.wanted.add(("copies", f".git/{place}"))

    def _gone_work_tree(self, name: str) -> None:
        """Another work tree was deleted without git: its index is still there."""
        top = self.history.path.parent / name
        self.history._git("worktree", "add", "-q", "--detach", "--no-checkout", str(top))
        (top / "a.py").write_text(with_dwave(self._tokens.dwave()))
        self.history._git("-C", str(top), "add", "a.py")
        rmtree(top)
        self.wanted.add(("copies", ".git/objects"))

    def _checkpoint(self, name: str) -> None:
        self._write(f".ipynb_checkpoints/{name}.ipynb", with_ionq(self._tokens.ionq()))
        self.extra_files.add(f".ipynb_checkpoints/{name}.ipynb")
        self.wanted.add(("checkpoints", ".ipynb_checkpoints"))

    def _store(self, name: str) -> None:
        self._write(f"{name}/.jupyter_ystore.db", b"SQLite format 3\0")
        self.wanted.add(("collaboration", f"{name}/.jupyter_ystore.db"))

    def _marimo(self, name: str) -> None:
        self._write(f"{name}/__marimo__/session/app.json", b"{}")
        self.wanted.add(("marimo", f"{name}/__marimo__"))

    def _papermill(self, name: str) -> None:
        self._write(f"runs/{name}.ipynb", as_bytes(notebook(code("1"), papermill={"parameters": {"shots": 1}})))
        self.wanted.add(("papermill", f"runs/{name}.ipynb"))

    def _reference(self, name: str) -> None:
        self._write(f"{name}.ipynb", as_bytes(notebook(code(_CALL.format(f"quantum/ionq/{name}#api_key")))))
        self.wanted.add(("references", f"{name}.ipynb: cell 1"))

    def _object(self, content: bytes) -> str:
        return self.history._git("hash-object", "-w", "--stdin", stdin=content).strip()

    def _write(self, path: str, content: bytes) -> None:
        place = self.history.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
