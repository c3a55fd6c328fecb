"""Histories made from a seed in one go, by ``git fast-import``, and what is true of each credential in them.

The generator is the oracle: it knows every commit that wrote a value to a path, which branches hold it, and what the
files on disk say.
"""

from __future__ import annotations

import os
import random
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from tests.fake_tokens import FakeTokens
from tests.scan.histories import with_dwave, with_ionq

if TYPE_CHECKING:
    from pathlib import Path

_QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
# What a test may rely on: names with a space, in other scripts, in folders; an ending decides how a file is read.
_NAMES = (
    "a.py",
    "lab.ipynb",
    "deep/er/b.py",
    "data/mit leer.py",
    "notes.txt",
    "naïve/x.ipynb",
    "conf.py",
    "LIESMICH.md",
)


class Truth(NamedTuple):
    """What is true of one value: (path, commit mark) of each write, branches, files on disk, first and last moment."""

    writes: frozenset[tuple[str, int]]
    branches: frozenset[str]
    files: frozenset[str]
    first: datetime | None
    last: datetime | None


class _Commit(NamedTuple):
    mark: int
    parents: tuple[int, ...]
    tree: dict[str, bytes]
    time: int
    zone: str


class GeneratedHistory:
    """A repository at ``path`` with a random history, checked out, with changes that aren't committed.

    Some have a submodule, whose commits are two moves of it, and some ``linked`` work trees beside ``path``.
    """

    def __init__(self, path: Path, seed: int, steps: int = 12) -> None:
        self.path = path
        self._chance = random.Random(seed)
        self._tokens = FakeTokens(seed)
        self.values: list[str] = []
        self._commits: dict[int, _Commit] = {}
        self._branches: dict[str, int] = {}
        self._commit((), {"README": b"nothing here\n"}, "main")
        for _ in range(steps):
            self._step()
        self._import()
        self.disk = dict(self._commits[self._branches["main"]].tree)
        self._change_disk()
        self._in_submodule: dict[str, Truth] = {}
        self.linked: list[str] = []
        if self._chance.random() < 0.3:
            self._add_submodule()
        if self._chance.random() < 0.3:
            self._add_work_tree()

    def truths(self) -> dict[str, Truth]:
        """What is true of each value that was planted."""
        return {value: self._truth(value.encode()) for value in self.values} | self._in_submodule

    def _truth(self, value: bytes) -> Truth:
        writes = set()
        moments = []
        for commit in self._commits.values():
            for path, content in commit.tree.items():
                before = [self._commits[parent].tree.get(path) for parent in commit.parents] or [None]
                if value in content and content not in before:
                    writes.add((path, commit.mark))
                    moments.append(datetime.fromtimestamp(commit.time, UTC))
        branches = {
            name for name, mark in self._branches.items() if any(value in c for c in self._commits[mark].tree.values())
        }
        files = {path for path, content in self.disk.items() if value in content}
        ends = (min(moments), max(moments)) if moments else (None, None)
        return Truth(frozenset(writes), frozenset(branches), frozenset(files), *ends)

    def _step(self) -> None:
        chance = self._chance
        branch = chance.choice(sorted(self._branches))
        tree = dict(self._commits[self._branches[branch]].tree)
        action = chance.choice(
            ("plant", "plant", "mention", "move", "copy", "delete", "rename", "merge", "branch", "edit")
        )
        files = sorted(set(tree) - {"README"})
        if action == "plant" or not files:
            self._plant(tree)
        elif action == "mention":
            if not self.values:
                return
            tree[chance.choice(("notes.txt", "LIESMICH.md"))] = (
                f"the key {chance.choice(self.values)} is old\n".encode()
            )
        elif action in ("move", "rename", "copy"):
            source = chance.choice(files)
            content = tree[source] if action == "copy" else tree.pop(source)
            folder = f"m{chance.randrange(3)}/" if action != "rename" else ""
            tree[f"{folder}{chance.randrange(9)}{os.path.basename(source)}"] = content
        elif action == "delete":
            del tree[chance.choice(files)]
        elif action == "edit":
            path = chance.choice(files)
            tree[path] = (
                tree[path] + b"\n" if not path.endswith(".ipynb") else tree[path].replace(b"lab", b"lob") + b"\n"
            )
        elif action == "branch":
            self._branches[f"side{len(self._commits)}"] = self._branches[branch]
            return
        elif action == "merge":
            self._merge(branch)
            return
        self._commit((self._branches[branch],), tree, branch)

    def _plant(self, tree: dict[str, bytes]) -> None:
        path = self._chance.choice(_NAMES)
        if path.endswith(".ipynb"):
            self.values.append(self._tokens.ionq())
            tree[path] = with_ionq(self.values[-1])
        else:
            self.values.append(self._tokens.dwave())
            tree[path] = with_dwave(self.values[-1]).encode()

    def _merge(self, branch: str) -> None:
        others = sorted(set(self._branches) - {branch})
        ours = self._branches[branch]
        if not others or (theirs := self._branches[self._chance.choice(others)]) == ours:
            return
        one, other = self._commits[ours].tree, self._commits[theirs].tree
        tree = {path: self._chance.choice((one, other)).get(path) for path in sorted(one | other)}
        kept = {path: content for path, content in tree.items() if content is not None}
        if self._chance.random() < 0.4:
            self._plant(kept)
        self._commit((ours, theirs), _without_clashes(kept), branch)

    def _commit(self, parents: tuple[int, ...], tree: dict[str, bytes], branch: str) -> None:
        mark = len(self._commits) + 1
        # Authors' clocks don't agree with each other, nor with the order of the commits.
        time = 1_700_000_000 + 5_000 * mark + self._chance.randrange(-20_000, 20_000)
        zone = self._chance.choice(("+0000", "-0800", "+0530"))
        self._commits[mark] = _Commit(mark, parents, _without_clashes(tree), time, zone)
        self._branches[branch] = mark

    def _import(self) -> None:
        self.path.mkdir(parents=True)
        self._git("init", "-q", "-b", "main")
        stream = b"".join(self._written(commit) for commit in self._commits.values())
        for name, mark in self._branches.items():
            stream += f"reset refs/heads/{name}\nfrom :{mark}\n\n".encode()
        self._git("fast-import", "--quiet", "--force", "--export-marks=.git/marks", stdin=stream)
        self._git("reset", "-q", "--hard")
        lines = (self.path / ".git/marks").read_text().split("\n")
        self.marks = {identity: int(mark[1:]) for mark, _, identity in (line.partition(" ") for line in lines if line)}

    def _written(self, commit: _Commit) -> bytes:
        who = f"Ada <ada@lab.example> {commit.time} {commit.zone}"
        made = f"Bot <bot@lab.example> {1_700_000_000 + 100 * commit.mark} +0000"
        out = f"commit refs/heads/made\nmark :{commit.mark}\nauthor {who}\ncommitter {made}\ndata 1\nx\n".encode()
        for word, parent in zip(("from", "merge", "merge"), commit.parents, strict=False):
            out += f"{word} :{parent}\n".encode()
        if not commit.parents:
            out = b"reset refs/heads/made\n\n" + out
        out += b"deleteall\n"
        for path, content in commit.tree.items():
            out += b'M 100644 inline "' + path.encode() + b'"\n' + f"data {len(content)}\n".encode() + content + b"\n"
        return out + b"\n"

    def _change_disk(self) -> None:
        """Changes that nobody committed: a new value, a value from the history by itself, a file that is gone."""
        chance = self._chance
        if chance.random() < 0.5:
            self._plant(self.disk)
        # By itself nobody could tell it: it is known from where it was committed.
        committed = [value for value in self.values if self._truth(value.encode()).writes]
        if committed and chance.random() < 0.5:
            self.disk["left.md"] = f"was {chance.choice(committed)}\n".encode()
        if len(self.disk) > 1 and chance.random() < 0.3:
            del self.disk[chance.choice(sorted(self.disk))]
        # What git ignores is on the disk all the same.
        (self.path / ".git/info").mkdir(exist_ok=True)
        (self.path / ".git/info/exclude").write_text("own/\n.env\n")
        if chance.random() < 0.3:
            self.values.append(self._tokens.dwave())
            self.disk[chance.choice(("own/left.py", "deep/.env"))] = with_dwave(self.values[-1]).encode()
        self.disk = _without_clashes(self.disk)
        for path in self._git("ls-files", "-z").split("\0")[:-1]:
            (self.path / path).unlink()
        for path, content in self.disk.items():
            (self.path / path).parent.mkdir(parents=True, exist_ok=True)
            (self.path / path).write_bytes(content)

    def _add_submodule(self) -> None:
        """A submodule, added at its first commit and moved to its last; each commit plants one value."""
        planted = [(self._chance.choice(("a.py", "deep/b.py")), self._tokens.dwave()) for _ in range(3)]
        kept = ".git/modules/sub"
        (self.path / kept).parent.mkdir()
        self._git("init", "-q", "-b", "main", f"--separate-git-dir={kept}", "sub")
        tree: dict[str, bytes] = {}
        stream, moments = b"", []
        for mark, (path, value) in enumerate(planted, 1):
            tree = tree | {path: with_dwave(value).encode()}
            commit = _Commit(mark, (mark - 1,) if mark > 1 else (), tree, 1_700_000_000 + 70 * mark, "+0100")
            stream += self._written(commit)
            moments.append(datetime.fromtimestamp(commit.time, UTC))
        self._git("-C", "sub", "fast-import", "--quiet", f"--export-marks=../{kept}/marks", stdin=stream)
        self._git("-C", "sub", "reset", "-q", "--hard", "refs/heads/made")
        lines = (self.path / kept / "marks").read_text().splitlines()
        commits = {int(mark[1:]): identity for mark, _, identity in (line.partition(" ") for line in lines)}
        self.marks |= {identity: -mark for mark, identity in commits.items()}
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@lab.example")
        for mark in (1, 3):
            self._git("update-index", "--add", "--cacheinfo", f"160000,{commits[mark]},sub")
            self._git(*who, "commit", "-q", "-m", "moved")
        for mark, (path, value) in enumerate(planted, 1):
            files = frozenset(f"sub/{name}" for name, content in tree.items() if value.encode() in content)
            moment = moments[mark - 1]
            writes = frozenset(((f"sub/{path}", -mark),))
            self._in_submodule[value] = Truth(writes, frozenset(), files, moment, moment)

    def _add_work_tree(self) -> None:
        """Another work tree, with a file that nobody committed: it is none of this one's."""
        top = self.path.parent / "linked"
        self._git("worktree", "add", "-q", "--detach", "--no-checkout", str(top))
        (top / "own.py").write_text(with_dwave(self._tokens.dwave()))
        self.linked.append(str(top))

    def _git(self, *arguments: str, stdin: bytes | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=os.environ | _QUIET, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


def _without_clashes(tree: dict[str, bytes]) -> dict[str, bytes]:
    """No name is a file and a folder at once."""
    folders = {path.rsplit("/", depth)[0] for path in tree for depth in range(1, path.count("/") + 1)}
    return {path: content for path, content in tree.items() if path not in folders}
