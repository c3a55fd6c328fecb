"""The parts of the demo that need no server: how it talks, and how a notebook is run."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.cli.demo import samples
from nbguard.cli.demo.samples import find_checkout, find_folder
from nbguard.cli.demo.telling import Teller
from nbguard.errors import UnreadableError
from tests.conftest import CHECKOUT
from tests.notebook_builder import as_bytes, code, notebook


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_acts_are_numbered_and_long_text_is_wrapped() -> None:
    stream = io.StringIO()
    teller = Teller(stream)
    teller.act("First")
    teller.act("Second")
    teller.say("word " * 60)
    teller.prove("held " * 60)
    told = stream.getvalue()
    assert "1. First" in told
    assert "2. Second" in told
    assert max(map(len, told.splitlines())) <= 100


def test_long_output_is_cut_and_says_how_much_is_left_out() -> None:
    stream = io.StringIO()
    Teller(stream).output([f"line {number}" for number in range(20)], limit=3)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    assert lines[-1].endswith("... and 17 more lines")


def test_output_cannot_write_control_sequences_to_the_terminal() -> None:
    stream = io.StringIO()
    Teller(stream).output(["\x1b[31mred\x1b[0m"])
    assert "\x1b" not in stream.getvalue()


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal, quiet, pipe = Terminal(), Terminal(), io.StringIO()
    Teller(terminal).act("Act")
    Teller(pipe).act("Act")
    monkeypatch.setenv("NO_COLOR", "1")
    Teller(quiet).act("Act")
    assert "\x1b" in terminal.getvalue()
    assert "\x1b" not in quiet.getvalue() + pipe.getvalue()


def test_samples_come_from_the_checkout() -> None:
    assert find_folder() == os.path.join(CHECKOUT, "sample_notebooks")
    assert find_checkout() in (CHECKOUT, None)


def test_missing_samples_are_said_in_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(samples, "_PACKAGE", str(tmp_path / "nbguard"))
    with pytest.raises(UnreadableError, match="make demo"):
        find_folder()
    assert find_checkout() is None


@pytest.mark.slow
def test_a_notebook_is_run_and_the_original_stays(tmp_path: Path) -> None:
    source, target = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    source.write_bytes(before := as_bytes(notebook(code("print(6 * 7)", count=None))))
    done = run(source, target)
    assert done.returncode == 0, done.stderr
    assert json.loads(target.read_bytes())["cells"][0]["outputs"][0]["text"] in ("42\n", ["42\n"])
    assert source.read_bytes() == before


@pytest.mark.slow
def test_a_failing_cell_ends_in_one_line(tmp_path: Path) -> None:
    source, target = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    source.write_bytes(as_bytes(notebook(code("1 / 0", count=None))))
    done = run(source, target)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"{source}: ZeroDivisionError: division by zero"
    assert not target.exists()


def run(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nbguard.cli.demo.execute", str(source), str(target)]
    environment = os.environ | {"PYTHONPATH": CHECKOUT, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=source.parent)
