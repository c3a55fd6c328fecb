"""What a refusal tells to type is typed, each command in a clone of its own: none is a mistake."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import assert_no_secret, nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.openbao_server import openbao, vault_environment  # noqa: F401

TOKENS = FakeTokens(1617)
# A step's command up to what it does, or one in a line of its own.
_COMMAND = re.compile(
    r"^ +(?:= (?:first|next|then|or|else|trace): *(?:rotate it.*: )?|(?=git ))((?:nbguard|git) .*?)(?: {4}|$)",
    re.MULTILINE,
)
_PEOPLE = [("Anna", "Schmidt"), ("Peter", "Meyer"), ("Sabine", "Koch"), ("Jonas", "Wolf"), ("Lena", "Braun")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("r")
    ionq = TOKENS.ionq()
    cells = code(f'provider = IonQProvider("{ionq}")', stream(f"{ionq}\n")), code("1", stream(f"{TOKENS.github()}\n"))
    (folder / "a b.ipynb").write_bytes(as_bytes(notebook(*cells)))
    mails = [(first, last, f"{first}.{last}@web.de".lower()) for first, last in _PEOPLE]
    (folder / "people.csv").write_text("first_name,last_name,email\n" + "".join(",".join(row) + "\n" for row in mails))
    rows = "".join(f'    {{"name": "{first} {last}", "email": "{mail}"}},\n' for first, last, mail in mails)
    (folder / "people.py").write_text(f"people = [\n{rows}]\n")
    (folder / "-deploy.env").write_text(f"DWAVE_API_TOKEN={TOKENS.dwave()}\n")
    (folder / "config.json").write_text(f'{{"github_token": "{TOKENS.github()}"}}\n')
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "before"], ["add", "."]):
        git(folder, *command)
    return folder


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def commands_in(said: str) -> list[str]:
    return list(dict.fromkeys(_COMMAND.findall(said)))


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.usefixtures("vault_environment")
@pytest.mark.parametrize("door", ["scan", "ci"])
def test_every_command_of_a_refusal_runs(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_EDITOR", "true")
    monkeypatch.setenv("GIT_SEQUENCE_EDITOR", "true")
    tools = os.path.dirname(sys.executable)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    here = tmp_path / "r"
    shutil.copytree(folder, here)
    if door == "ci":
        git(here, "commit", "-q", "-m", "all")
        said = nbguard("ci", "--base", "HEAD~", cwd=here).out
    else:
        said = nbguard("scan", "--staged", cwd=here).out
    commands = commands_in(said)
    wanted = {"nbguard vault move", "nbguard strip", "nbguard data redact", "nbguard data extract", "git rm --cached"}
    if door == "ci":
        wanted = {"git commit --amend", "git rebase -i"}
    assert {start for start in wanted if any(command.startswith(start) for command in commands)} == wanted, said
    for number, command in enumerate(commands):
        copy = tmp_path / str(number)
        shutil.copytree(here, copy)
        yes = re.sub(r"^nbguard (vault move|data \w+)", r"\g<0> --yes", command)
        done = subprocess.run(["bash", "-c", yes], cwd=copy, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert_no_secret(done.stdout + done.stderr)
        assert done.returncode in (0, 1), (command, done.stderr)
        assert "stays" not in done.stdout + done.stderr, (command, done.stdout)
