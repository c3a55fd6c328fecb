"""The journal of moves is a regular file: an unpacked repository may hold anything in its place."""

import os
import signal
from pathlib import Path

import pytest

from nbguard.errors import NbguardError
from nbguard.vault import journal


def test_a_damaged_line_is_left_out(tmp_path: Path) -> None:
    move = journal.Move("1", "2026-01-01", "a.ipynb", "0" * 64, (), (journal.Undo(0, "x", ((0, "double"),)),))
    journal.append(str(tmp_path), "planned", move)
    kept = Path(journal.journal_path(str(tmp_path)))
    damaged = kept.read_text().replace('[[0, "double"]]', "[[]]").replace('"1"', '"2"')
    kept.write_text(damaged + kept.read_text())
    assert journal.read(str(tmp_path)) == [(move, "planned")]


@pytest.mark.skipif(os.name == "nt", reason="no pipes in folders there")
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_anything_else_is_an_error_and_nothing_waits(tmp_path: Path, kind: str) -> None:
    place = tmp_path / ".git" / "nbguard" / "journal.jsonl"
    place.parent.mkdir(parents=True)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "device":
        place.symlink_to("/dev/zero")
    else:
        place.mkdir()
    signal.alarm(20)
    with pytest.raises(NbguardError, match="can't be read"):
        journal.read(str(tmp_path))
    with pytest.raises(NbguardError, match="can't be written"):
        journal.check(str(tmp_path))
    signal.alarm(0)
