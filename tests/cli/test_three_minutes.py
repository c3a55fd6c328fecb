"""README's first day takes three minutes of reading and typing, for each of the three who come.

What stands in README under a role's heading is typed as it stands there, in a repository of that role's kind, on a
terminal of 80 columns. Counted is every word that comes before and under the heading but for the commands, which are
read as they are typed, and every word that they say: 240 a minute, and twice that for what is only glanced at. Every
character of a command counts, also one that could be copied: 200 a minute.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nbguard.vault import local_server
from tests.command_line import assert_no_secret
from tests.conftest import CHECKOUT
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.openbao_server import OpenBao, openbao, vault_environment  # noqa: F401
from tests.terminal import typed_on_a_terminal

pytestmark = pytest.mark.slow
README = Path(CHECKOUT, "README.md").read_text()
CLONE = "git clone https://github.com/lab/notebooks.git; cd notebooks"
FILE = "analysis.ipynb"
_WORDS_A_SECOND, _CHARACTERS_A_SECOND = 240 / 60, 200 / 60
# Lines that show code again or where it is, what git and pre-commit say of a commit, what a log is for, and the list of
# commands after `nbguard init`, which README has given already.
_GLANCED_AT = re.compile(
    r"\s*\d* \| |[-+]\S|\+$|@@|\[main |  ?\d+ files? changed| (?:create|delete|rewrite) mode| Date: "
    r"|- (?:hook id|exit code): |[\w -]+\.{9,}|pre-commit installed|nbguard: (?:no known CI service|policy, baseline)"
    r"| +-->|Nothing found in|  (?:git|nbguard|pre-commit) [a-z].*  "
)
_OURS = re.compile(r"  - repo: https://github.com/nbguard/nbguard\n    rev: .*\n    hooks:\n    - id: nbguard\n")
_SYSTEM = """\
  - repo: local
    hooks:
    - id: nbguard
      name: nbguard
      entry: nbguard scan --staged
      language: system
      pass_filenames: false
"""
_HOOKS = """\
repos:
  - repo: https://github.com/kynan/nbstripout
    rev: 0.8.1
    hooks:
      - id: nbstripout
  - repo: https://github.com/Yelp/detect-secrets
    rev: v1.5.0
    hooks:
      - id: detect-secrets
        args: ['--baseline', '.secrets.baseline']
"""


def words(text: str) -> int:
    return sum(bool(re.search(r"\w", word)) for word in re.sub(r"\]\([^)]*\)", "", text).split())


def minutes_of(read: str, glanced: str, typed: list[str]) -> float:
    reading = (words(read) + words(glanced) / 2) / _WORDS_A_SECOND
    # A line that was typed before comes back with the arrow.
    characters = sum(2 if line in typed[:n] else len(line) + 1 for n, line in enumerate(typed))
    return (reading + characters / _CHARACTERS_A_SECOND) / 60


class Newcomer:
    """Somebody with README, a repository, and a team with a Vault or none."""

    def __init__(self, folder: Path, team: OpenBao | None) -> None:
        self.folder, self.team = folder, team
        self.read, self.glanced, self.typed = "", "", [CLONE]
        # Where uv puts it: pre-commit has a folder of programs of its own, which no shell looks into.
        self.tools = folder.parent / "bin"
        self.tools.mkdir()
        (self.tools / "nbguard").symlink_to(Path(sys.executable).with_name("nbguard"))

    def takes(self, text: str) -> None:
        for line in text.splitlines():
            if _GLANCED_AT.match(line):
                self.glanced += line + "\n"
            else:
                self.read += line + "\n"

    def types(self, line: str) -> tuple[int, str]:
        """Runs a line as a shell does, each of its commands on a terminal, and reads what they say."""
        self.typed.append(line)
        status, said = 0, ""
        for command in line.split("; "):
            answer = ""
            if command.startswith("nbguard vault move"):
                # A token that is pasted, or a yes to a Vault of one's own; then a yes to the change.
                answer = f"{self.team.token if self.team else 'y'}\ny\n"
            elif command.startswith("nbguard init"):
                answer = "y\n"
            self.typed += "yy"[: answer.count("\n")]
            status, more = self._run(command, answer)
            self.takes(more)
            said += more
        return status, said

    def _run(self, command: str, answer: str) -> tuple[int, str]:
        environment = {
            **os.environ,
            "PATH": os.pathsep.join((str(self.tools), os.path.dirname(sys.executable), os.environ["PATH"])),
            "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "80", "GIT_EDITOR": "true",
        }  # fmt: skip
        if answer:
            return typed_on_a_terminal(*command.split()[1:], answers=answer, cwd=self.folder, env=environment)
        done = subprocess.run(
            command.split(), cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )
        assert_no_secret(done.stdout + done.stderr)
        return done.returncode, done.stdout + done.stderr


def block_of(heading: str) -> tuple[list[str], str]:
    """The commands under a heading, as they are typed, and all that is read until then."""
    before, _, rest = README.partition(f"### {heading}\n")
    mine = re.split(r"^##", rest, maxsplit=1, flags=re.MULTILINE)[0]
    intro = before.partition("\n### ")[0]
    lines = re.compile(r"^    (.*?)( +#.*)?$", re.MULTILINE)
    commands = [command.replace("FILE", FILE) for command, _ in lines.findall(intro + mine)]
    return commands, lines.sub(r"\2", f"{intro}\n{heading}\n{mine}")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def start(heading: str, folder: Path, team: OpenBao | None) -> tuple[Newcomer, list[str]]:
    token = FakeTokens(1616).ionq()
    cells = code("from qiskit_ionq import IonQProvider"), code(f'provider = IonQProvider("{token}")', stream("1\n"))
    (folder / FILE).write_bytes(as_bytes(notebook(*cells)))
    person = Newcomer(folder, team)
    (with_team, alone, *commands), text = block_of(heading)
    assert re.fullmatch("uv tool install git\\S+; export VAULT_ADDR=https://\\S+", with_team)
    assert re.fullmatch(r"uv tool install 'nbguard\[vault-local\] @ git\S+'", alone)
    person.typed.append(with_team if team else alone)
    person.takes(text)
    return person, commands


def commits(person: Newcomer, first: str, move: str, last: str) -> None:
    """A commit that is refused, the move that is named, and the same commit again."""
    status, said = person.types(first)
    assert (status, "Nothing was committed." in " ".join(said.split())) == (1, True), said
    assert "analysis.ipynb: rewritten" in person.types(move)[1]
    assert person.types(last)[0] == 0


def ends_clean(person: Newcomer) -> None:
    kept = git(person.folder, "log", "-p", "main", "--", FILE)
    assert_no_secret(kept)
    assert "secret(" in kept
    taken = minutes_of(person.read, person.glanced, person.typed)
    figures = (
        f"{words(person.read)} words, {words(person.glanced)} glanced at, {sum(map(len, person.typed))} characters"
    )
    print(f"{taken:.2f} minutes: {figures}")
    assert taken < 3, f"{taken:.2f} minutes: {figures}\n{person.read}"


@pytest.fixture(params=["a Vault here", "the team's Vault"])
def team(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[OpenBao | None]:
    if request.param == "the team's Vault":
        server: OpenBao = request.getfixturevalue("vault_environment")
        monkeypatch.delenv("VAULT_TOKEN")
        monkeypatch.setenv("HOME", str(folder.parent / "home"))
        yield server
        return
    for name in [name for name in os.environ if name.startswith(("VAULT_", "NBGUARD_", "XDG_"))]:
        monkeypatch.delenv(name)
    yield None
    local_server.stop(os.environ)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.org")
    folder = tmp_path / "notebooks"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def test_a_repository_s_owner(folder: Path, team: OpenBao | None) -> None:
    person, (init, first, move, last) = start("Your repository", folder, team)
    assert person.types(init)[0] == 0
    commits(person, first, move, last)
    ends_clean(person)


def test_one_who_comes_from_detect_secrets_and_nbstripout(folder: Path, team: OpenBao | None) -> None:
    old = FakeTokens(1617).dwave()
    digest = hashlib.sha1(old.encode()).hexdigest()
    entry = {"type": "x", "filename": "old.py", "hashed_secret": digest, "is_secret": False, "line_number": 1}
    (folder / "old.py").write_text(f'DWaveSampler(token="{old}")\n')
    (folder / ".secrets.baseline").write_text(json.dumps({"version": "1.5.0", "results": {"old.py": [entry]}}))
    (folder / ".pre-commit-config.yaml").write_text(_HOOKS)
    (folder / ".gitattributes").write_text("*.ipynb filter=nbstripout\n*.ipynb diff=ipynb\n")
    git(folder, "config", "filter.nbstripout.clean", "nbstripout")
    person, (init, first, move, last) = start("From nbstripout or detect-secrets", folder, team)
    assert person.types(init)[0] == 0
    config = folder / ".pre-commit-config.yaml"
    changed, times = _OURS.subn(_SYSTEM, config.read_text())
    assert times == 1
    config.write_text(changed)  # else pre-commit would build the hook from the network
    commits(person, first, move, last)
    ends_clean(person)


def test_one_who_owns_the_pipelines(folder: Path, team: OpenBao | None) -> None:
    git(folder, "remote", "add", "origin", "https://github.com/lab/notebooks.git")
    git(folder, "commit", "-q", "--allow-empty", "-m", "before")
    person, (init, first, move, last, job) = start("CI", folder, team)
    assert person.types(init)[0] == 0
    commits(person, first, move, last)
    assert person.types(job)[0] == 0
    assert (folder / ".github" / "workflows" / "nbguard.yml").exists()
    ends_clean(person)
