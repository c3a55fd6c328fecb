"""Telling a kernel of a value: it knows it before the program goes on, and nothing else hears of it."""

import os
import socket
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
    for said in (b"", b"[1, 2]", b"{", b'["one"]'):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
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
