"""The progress bar: on a terminal and in a long run only."""

import io
import os
import subprocess
import sys
import time

import pytest

from nbguard.cli import console
from nbguard.report.terminal import columns_of, look_of
from tests.scan.histories import History

LONG = """
import sys, time
from nbguard.cli.console import track
for _ in track(range(12), "Scanning", 12):
    time.sleep(0.15)
print("done")
"""


def test_a_pipe_stays_silent(capsys):
    assert list(console.track(iter("abc"), "x", 3)) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_short_run_needs_no_bar(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    assert list(console.track([1, 2], "x", 2, terminal)) == [1, 2]
    assert terminal.getvalue() == ""


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("term", "shown"), [("xterm", True), ("dumb", False)])
def test_a_long_run_shows_rate_and_time_left_on_a_real_terminal(term, shown):
    import pty

    leader, follower = pty.openpty()
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", LONG],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=follower,
        env=os.environ | {"TERM": term, "COLUMNS": "100"},
    )
    os.close(follower)
    seen = b""
    try:
        while chunk := os.read(leader, 4096):
            seen += chunk
    except OSError:
        pass  # Linux says so when the other side is closed
    out, _ = process.communicate(timeout=30)
    os.close(leader)
    assert time.monotonic() - began > 1.8
    assert (b"Scanning" in seen and b"/12" in seen and b"/s" in seen and b"0:00:0" in seen) == shown
    assert out.decode().strip() == "done"
    assert seen.endswith(b"\r\x1b[K") == shown


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("arguments", [["--history", "--no-cache"], ["."]])
def test_scans_of_files_and_histories_show_how_far_they_are(tmp_path, arguments):
    """The bar's patience is set to nothing, so that a small repository shows it."""
    import pty

    history = History(tmp_path / "r")
    history.commit(**{f"a{number}.py": f"x = {number}\n" for number in range(40)})
    program = "import sys; from nbguard.cli import console, main; console._PATIENCE = 0; main.main(sys.argv[1:])"
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-c", program, "scan", *arguments]
    with subprocess.Popen(
        command, cwd=history.path, stdout=subprocess.PIPE, stderr=follower, env=environment
    ) as process:
        os.close(follower)
        seen = b""
        try:
            while chunk := os.read(leader, 4096):
                seen += chunk
        except OSError:
            pass
        out = process.stdout.read()
    os.close(leader)
    assert b"/40" in seen
    assert b"/s" in seen
    assert b"/40" not in out
    assert b"\x1b" not in out


def test_prose_is_told_in_lines_of_the_terminal_with_words_whole(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    console.tell("one sentence that has more than forty letters in it", stream, indent="  ")
    assert stream.getvalue() == "  one sentence that has more than forty\n  letters in it\n"


def test_prose_stays_one_line_in_a_pipe(capsys):
    console.tell("a sentence " * 20, indent="  ")
    assert capsys.readouterr().out == f"  {'a sentence ' * 20}\n"


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("said", "of_the_terminal", "columns"), [("", 101, 101), ("", 0, 80), ("97", 101, 97)])
def test_a_terminal_is_asked_how_wide_it_is_where_no_variable_says_so(said, of_the_terminal, columns, monkeypatch):
    """A shell seldom exports COLUMNS."""
    import termios

    monkeypatch.setenv("COLUMNS", said)
    ours, theirs = os.openpty()
    termios.tcsetwinsize(ours, (24, of_the_terminal))
    with os.fdopen(ours, "wb"), os.fdopen(theirs, "w") as stream:
        assert columns_of(stream) == columns
        assert look_of(stream).width == columns
