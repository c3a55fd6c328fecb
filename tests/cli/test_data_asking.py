"""`nbguard data` on a terminal: what would change, a question, and the way back that git has."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.command_line import nbguard
from tests.detect.samples import data
from tests.notebook_builder import as_bytes, code, notebook
from tests.terminal import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "a b.csv").write_text(data.csv_text(data.people("payment", 5)))
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "first")
    return folder


def test_a_no_changes_nothing(repository: Path) -> None:
    before = (repository / "a b.csv").read_bytes()
    said = on_a_terminal("data", "redact", ".", answers="n\n", cwd=repository, status=1)
    assert "would be replaced" in said
    assert "Change this file? [y/N]" in said
    assert "Nothing was changed." in said
    assert (repository / "a b.csv").read_bytes() == before
    assert git(repository, "status", "--short") == ""


def test_a_yes_does_what_was_shown_and_git_undoes_it(repository: Path) -> None:
    before = (repository / "a b.csv").read_bytes()
    said = on_a_terminal("data", "redact", ".", answers="y\n", cwd=repository, status=1)
    after = (repository / "a b.csv").read_text()
    shown = [line[2:] for line in said.splitlines() if line.startswith("+ ") and "…" not in line]
    assert shown
    assert all(word in after for line in shown for word in line.split(", "))
    assert ".nbguard-salt: made" in said
    undo = next(line for line in said.splitlines() if line.startswith("To undo it: "))
    subprocess.run(shlex.split(undo.removeprefix("To undo it: ")), cwd=repository, check=True)
    assert (repository / "a b.csv").read_bytes() == before


def test_what_git_does_not_have_is_named_before_the_question(repository: Path) -> None:
    (repository / "new.csv").write_text(data.csv_text(data.people("payment", 6)))
    with (repository / "a b.csv").open("a") as file:
        file.write("\n")
    said = on_a_terminal("data", "redact", ".", answers="n\n", cwd=repository, status=1)
    question = said.index("Change these 2 files?")
    for name in ("new.csv", "'a b.csv'"):
        assert f"{name}: git doesn't have it" in said[:question]
    assert said[:question].count("there is no way back") == 2
    said = nbguard("data", "redact", ".", cwd=repository).out
    assert said.count("this can't be undone") == 2


def test_nobody_is_asked_without_a_terminal_or_with_yes(repository: Path) -> None:
    assert "[y/N]" not in on_a_terminal("data", "redact", "--yes", ".", answers="", cwd=repository, status=1)
    assert (repository / ".nbguard-salt").exists()


def test_where_nothing_is_to_be_done_nothing_is_asked(repository: Path) -> None:
    (repository / "b.csv").write_text("a,b\n1,2\n")
    assert on_a_terminal("data", "redact", "b.csv", answers="", cwd=repository) == ""
    assert not (repository / ".nbguard-salt").exists()


def test_extract_asks_too(repository: Path, tmp_path: Path) -> None:
    rows = data.people("payment", 9)
    (repository / "a.ipynb").write_bytes(as_bytes(notebook(code(f"df = {rows!r}"))))
    said = on_a_terminal(
        "data", "extract", "--to", tmp_path / "away", "a.ipynb", answers="n\n", cwd=repository, status=1
    )
    assert "would move" in said
    assert "Change this file?" in said
    assert not (tmp_path / "away").exists()


def test_a_notebook_that_the_filter_staged_has_a_way_back(repository: Path) -> None:
    from tests.notebook_builder import stream

    nbguard("install", cwd=repository)
    rows = data.people("payment", 9)
    (repository / "a.ipynb").write_bytes(as_bytes(notebook(code(f"df = {rows!r}", stream("shown\n")))))
    git(repository, "add", "a.ipynb")
    assert "To undo it: git restore a.ipynb" in nbguard("data", "redact", "a.ipynb", cwd=repository).out


def test_with_a_baseline_of_everybody_s_salt_the_step_is_named(repository: Path) -> None:
    (repository / ".nbguard-baseline.jsonl").write_text(
        '{"path": "a.py", "rule": "ionq-api-key", "where": "file", "fingerprint": "' + "0" * 32 + '"}\n'
    )
    said = nbguard("data", "redact", "a b.csv", cwd=repository)
    assert "`nbguard baseline update`" in said.err
    assert not (repository / ".nbguard-salt").exists()


@pytest.mark.skipif(shutil.which("bash") is None, reason="the command is for a shell")
@pytest.mark.parametrize("name", [b"-x.csv", b"caf\xe9's.csv", b"new\nline.csv", b"a b$(x).csv", "zurück.csv".encode()])
def test_the_way_back_is_a_command_for_any_name(repository: Path, name: bytes) -> None:
    path = os.fsencode(repository) + b"/" + name
    os.rename(repository / "a b.csv", path)
    git(repository, "add", "-A")
    with open(path, "rb") as file:
        before = file.read()
    said = nbguard("data", "redact", "./" if name.startswith(b"-") else ".", cwd=repository).out
    undo = next(line for line in said.splitlines() if line.startswith("To undo it: ")).removeprefix("To undo it: ")
    with open(path, "rb") as file:
        assert file.read() != before
    subprocess.run(["bash", "-c", undo], cwd=repository, check=True)
    with open(path, "rb") as file:
        assert file.read() == before


def test_what_could_not_be_changed_has_nothing_to_undo(repository: Path) -> None:
    with (repository / "a b.csv").open("a") as file:
        file.write("x,y\n")
    bound = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (40, resource.RLIM_INFINITY))\n"
    start = bound + "import sys; from nbguard.cli.main import run; sys.argv[1:] = ['data', 'redact', '-y', '.']; run()"
    done = subprocess.run(
        [sys.executable, "-B", "-c", start], cwd=repository, capture_output=True, text=True, check=False
    )
    assert "undo" not in done.stdout


def test_a_name_is_told_as_it_is(repository: Path) -> None:
    os.rename(repository / "a b.csv", repository / "a  b.csv")
    said = nbguard("data", "redact", "a  b.csv", cwd=repository).out
    assert all(line.startswith("a  b.csv: ") for line in said.splitlines() if " replaced (" in line)
    assert " replaced (" in said
