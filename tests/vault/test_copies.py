"""After a move the copies on this machine are named, each with the command that removes it; and the command does."""

import shlex
import subprocess
from pathlib import Path

import pytest

from tests.command_line import nbguard
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream

pytestmark = pytest.mark.usefixtures("vault_environment")
TOKENS = FakeTokens(77)
VALUE = TOKENS.ionq()
SOURCE = f'from qiskit_ionq import IonQProvider\nIonQProvider("{VALUE}")'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "a.ipynb").write_bytes(as_bytes(notebook(code(SOURCE))))
    return tmp_path


def place(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def command_for(out: str, path: str) -> str:
    """The command on the line below the one that names a path."""
    lines = out.partition("Copies on this machine")[2].splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith(f"{path}: "))
    return lines[at + 1].strip().partition("    (")[0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".git/nbguard/outputs/ab/cdef", f'1\n[{{"text": "{VALUE}"}}]'.encode()),
        (".ipynb_checkpoints/a-checkpoint.ipynb", as_bytes(notebook(code(SOURCE)))),
        ("sub/.ipynb_checkpoints/b-checkpoint.ipynb", as_bytes(notebook(code(SOURCE)))),
        (".jupyter_ystore.db", b"SQLite format 3\0 typed letter by letter"),
        ("sub/.jupyter_ystore.db", b"SQLite format 3\0"),
    ],
)
def test_a_copy_is_named_and_its_command_removes_it(folder: Path, name: str, content: bytes) -> None:
    copy = place(folder, name, content)
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    assert run.status == 1, run.err
    assert VALUE not in run.out + run.err
    subprocess.run(shlex.split(command_for(run.out, name)), cwd=folder, check=True)
    assert not copy.exists()


def test_what_is_staged_is_named_and_staged_anew(folder: Path) -> None:
    subprocess.run(["git", "add", "a.ipynb"], cwd=folder, check=True)
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    subprocess.run(shlex.split(command_for(run.out, "a.ipynb")), cwd=folder, check=True)
    staged = subprocess.run(["git", "show", ":a.ipynb"], cwd=folder, check=True, capture_output=True).stdout
    assert b"secret(" in staged
    assert VALUE.encode() not in staged


def test_another_notebook_is_named_and_keeps_the_provider_when_it_is_moved(folder: Path) -> None:
    """The other one has no call that tells whose key it is."""
    other = place(folder, "b.ipynb", as_bytes(notebook(code(f'api_key = "{VALUE}"', stream("x\n")))))
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    command = shlex.split(command_for(run.out, "b.ipynb"))
    assert command == ["nbguard", "vault", "move", "b.ipynb"]
    again = nbguard("vault", "move", "--yes", "--no-trace", "b.ipynb", cwd=folder)
    assert "ionq-api-key is in Vault: quantum/ionq/" in again.out, again.out + again.err
    assert "api_key_2" not in again.out
    assert VALUE.encode() not in other.read_bytes()


def test_without_copies_nothing_is_said(folder: Path) -> None:
    run = nbguard("vault", "move", "--yes", "--no-trace", "a.ipynb", cwd=folder)
    assert "Copies" not in run.out
