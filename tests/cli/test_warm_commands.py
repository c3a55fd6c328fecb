"""A command that is forked from a server of the tests does what one does that Python was started for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import cold
from tests.fake_tokens import FakeTokens
from tests.notebook_builder import as_bytes, code, notebook, stream
from tests.warm_commands import WarmCommands

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are cold here")
TOKEN = FakeTokens(5).ionq()
TIME = re.compile(r"in [\d.]+ m?s|\"seconds\": [\d.]+")
COMMANDS = [
    ("scan", "."), ("scan", "--format", "json", "a.ipynb"), ("scan", "-"), ("strip", "a.ipynb"), ("strip", "-"),
    ("trace", "--finding", "a.ipynb:1"), ("credentials",), ("status",), ("doctor",), ("policy", "show"), ("--help",),
    ("vault", "move", "--yes", "a.ipynb"), ("rules",), ("baseline", "update"), ("nothing",), (), ("filter", "clean"),
    ("data", "redact", "a.ipynb"), ("init", "--yes"), ("install",), ("help", "scan"), ("run", "--", "env"),
]  # fmt: skip


def place(folder: Path) -> Path:
    folder.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    source = f'from qiskit_ionq import IonQProvider\nIonQProvider("{TOKEN}")'
    (folder / "a.ipynb").write_bytes(as_bytes(notebook(code(source, stream("x\n")))))
    return folder


def left(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".sqlite"
    }


def variables(**further: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "NBGUARD_SALT": "salt", **further}


@pytest.fixture(scope="module")
def server() -> WarmCommands:
    return WarmCommands(variables())


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_both_say_and_do_the_same(tmp_path: Path, server: WarmCommands, arguments: tuple[str, ...]) -> None:
    seen = []
    for start in (server.run, cold):
        folder = place(tmp_path / "here")
        done = start(arguments, str(folder), variables(HOME=str(tmp_path)), (folder / "a.ipynb").read_bytes())
        out, err = (TIME.sub("", text.decode()) for text in (done.stdout, done.stderr))
        seen.append((done.returncode, out, err, left(folder)))
        folder.rename(tmp_path / f"before{len(seen)}")
    assert seen[0] == seen[1]


def test_nothing_of_a_command_is_there_for_the_next(tmp_path: Path, server: WarmCommands) -> None:
    folder = place(tmp_path / "here")
    first = server.run(["scan", "."], str(folder), variables(), b"")
    other = server.run(["scan", "."], str(tmp_path), variables(), b"")
    again = server.run(["scan", "."], str(folder), variables(), b"")
    assert (first.returncode, other.returncode, again.returncode) == (1, 1, 1)
    assert b"here/a.ipynb" in other.stdout
    assert TIME.sub("", first.stdout.decode()) == TIME.sub("", again.stdout.decode())


@pytest.mark.parametrize("name", ["PYTHONIOENCODING", "PYTHONUTF8", "LC_ALL", "LANG", "TZ", "COVERAGE_PROCESS_CONFIG"])
def test_what_python_reads_when_it_starts_is_no_business_of_the_server(server: WarmCommands, name: str) -> None:
    assert server.can_run(variables(HOME="/elsewhere", PATH=""))
    assert not server.can_run(variables(**{name: "other"}))
