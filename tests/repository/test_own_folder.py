"""Whatever lies in the place of nbguard's own folder below ``.git``, or of a file in it: no defect, nothing waits."""

import contextlib
import io
import os
import shutil

import pytest

from nbguard.audit.live.call_log import CallLog
from nbguard.cli.main import main
from nbguard.errors import UsageError
from nbguard.repository.own_texts import what_removes
from tests.cli.repository import make_repository

PLACES = ("", "journal.jsonl", "outputs", "calls.jsonl")
KINDS = ("pipe", "device", "link to nothing", "link to itself", "file", "folder", "deep")
COMMANDS = (
    ("install", "--keep-outputs"), ("status",), ("doctor",), ("strip",), ("restore",), ("vault", "undo"),
    ("decommission", "."), ("scan",), ("uninstall",),
)  # fmt: skip


def lay(path, kind):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link to nothing":
        path.symlink_to("/nowhere/at/all")
    elif kind == "link to itself":
        path.symlink_to(path.name)
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_text("x" if kind == "file" else "[" * 200_000)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_commands_end_with_a_status_of_their_own(tmp_path, monkeypatch, place, kind):
    """A defect would come out of ``main`` as an exception."""
    monkeypatch.setenv("VAULT_ADDR", "http://127.0.0.1:1")
    repository = make_repository(tmp_path)
    lay(repository / ".git" / "nbguard" / place if place else repository / ".git" / "nbguard", kind)
    said = io.StringIO()
    with contextlib.chdir(repository), contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for command in COMMANDS:
            assert main(command) in (0, 1, 2, 3), command


@pytest.mark.parametrize("kind", KINDS)
def test_no_call_is_made_without_a_log_of_it(tmp_path, kind):
    lay(tmp_path / "calls.jsonl", kind)
    with pytest.raises(UsageError, match="can't be kept as a log of events"):
        CallLog(str(tmp_path / "calls.jsonl"))


@pytest.mark.parametrize("sep", ["/", "\\"])
def test_what_removes_a_text_is_told_on_every_system(sep, monkeypatch):
    monkeypatch.setattr(os, "sep", sep)
    assert what_removes(sep.join(("r", ".git", "logs", "HEAD"))) == "git reflog expire --expire=now --all"
    assert what_removes(sep.join(("r", ".git", "rebase-merge", "message"))) == "git rebase --quit"
