"""The process that reads data files belongs to one process: a fork of that has a reader of its own."""

import os
from multiprocessing import get_context
from pathlib import Path

import pytest

from nbguard.tables.files.isolated_reader import ReaderProcess

# Says which process it is, and what it was asked.
PROGRAM = """
import json, os, sys
while line := sys.stdin.buffer.readline():
    request = json.loads(line)
    sys.stdin.buffer.read(request["size"])
    if request.get("end"):
        os._exit(1)
    answer = json.dumps({"process": os.getpid(), "asked": request["number"]}).encode()
    sys.stdout.buffer.write(b"%d\\n" % len(answer) + answer)
    sys.stdout.buffer.flush()
"""


@pytest.fixture
def reader(tmp_path: Path) -> ReaderProcess:
    (tmp_path / "reader.py").write_text(PROGRAM)
    return ReaderProcess(str(tmp_path / "reader.py"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks there")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_has_a_reader_of_its_own(reader: ReaderProcess) -> None:
    mine = reader.ask({"size": 3, "number": 1}, b"abc")
    assert mine is not None
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=lambda: theirs.send(reader.ask({"size": 0, "number": 2}, b"")))
    process.start()
    answer = ours.recv()
    process.join()
    assert answer["asked"] == 2
    assert answer["process"] != mine["process"]
    assert reader.ask({"size": 0, "number": 3}, b"") == {"process": mine["process"], "asked": 3}


def test_nothing_of_a_reader_that_ended_stays_open(reader: ReaderProcess) -> None:
    first = reader.ask({"size": 0, "number": 1}, b"")
    process = reader._process
    assert process is not None
    assert reader.ask({"size": 0, "number": 2, "end": True}, b"") is None
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdin.closed
    assert process.stdout.closed
    again = reader.ask({"size": 0, "number": 3}, b"")
    assert first is not None
    assert again is not None
    assert again["process"] != first["process"]
