"""Telling a kernel of a value: it knows it before the program goes on, and nothing else hears of it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.kernel.announcements import listen
from nbguard.vault.announcing import SOCKET_VARIABLE, announce
from tests.fake_tokens import FakeTokens

VALUE = FakeTokens(61).ionq()


@pytest.fixture(autouse=True)
def no_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOCKET_VARIABLE, "")


def test_the_kernel_knows_when_the_program_goes_on() -> None:
    known: list[tuple[str, str]] = []
    listen(lambda value, reference: known.append((value, reference)))
    folder = os.path.dirname(os.environ[SOCKET_VARIABLE])
    assert os.stat(folder).st_mode & 0o77 == 0
    for number in range(3):
        announce(f"{VALUE}{number}", "quantum/ionq#api_key")
        assert known[-1] == (f"{VALUE}{number}", "quantum/ionq#api_key")


def test_what_is_said_badly_ends_nothing() -> None:
    known: list[str] = []
    listen(lambda value, _: known.append(value))
    for said in (b"", b"[1, 2]", b"{", b'["one"]', b"[" * 100_000, b"\xff"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(5)
            client.connect(os.environ[SOCKET_VARIABLE])
            client.sendall(said)
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1) == b""
    announce(VALUE, "a/b#c")
    assert known == [VALUE]


@pytest.mark.parametrize("there", ["", "missing", "file", "deaf"])
def test_without_a_kernel_nothing_happens(there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s"
    if there == "file":
        path.write_text("")
    if there == "deaf":
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            server.bind(str(path))
    monkeypatch.setenv(SOCKET_VARIABLE, str(path) if there else "")
    announce(VALUE, "a/b#c")
    assert not path.is_file() or path.read_text() == ""


@pytest.mark.parametrize("how", ["entered", "link to folder", "link to socket"])
def test_a_place_that_others_can_change_hears_nothing(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel ended, and somebody took its name: the socket at it is ours only until they change it."""
    known: list[str] = []
    listen(lambda value, _: known.append(value))
    path = Path(os.environ[SOCKET_VARIABLE])
    taken = tmp_path / "taken"
    if how == "link to folder":
        taken.symlink_to(path.parent)
    else:
        taken.mkdir(mode=0o777)
        taken.chmod(0o777 if how == "entered" else 0o700)
        (taken / path.name).symlink_to(path) if how == "link to socket" else os.link(path, taken / path.name)
    monkeypatch.setenv(SOCKET_VARIABLE, str(taken / path.name))
    announce(VALUE, "a/b#c")
    assert known == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")
def test_a_forked_process_leaves_the_socket_of_its_kernel() -> None:
    program = f"""
import os, sys
from nbguard.kernel.announcements import listen
listen(lambda *_: None)
if os.fork() == 0:
    sys.exit()
os.wait()
print(os.path.exists(os.environ[{SOCKET_VARIABLE!r}]))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "True\n"
