"""Protects the judge from the judged: what commits bring is never taken for what an earlier run kept."""

import os
import subprocess
import sys

import pytest

from nbguard.cache_folder import cache_file
from tests.fake_tokens import FakeTokens


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_in_a_repository_nothing_is_kept(tmp_path, monkeypatch, kind):
    """Where a job's home is its checkout, or a submodule's or linked work tree's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / ".cache"))
    assert cache_file("clean.sqlite") == str(tmp_path / "home" / ".cache" / "nbguard" / "clean.sqlite")
    if kind == "folder":
        (tmp_path / ".git").mkdir()
    else:
        (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    assert cache_file("clean.sqlite") == ""


def test_a_link_into_a_repository_is_seen(tmp_path, monkeypatch):
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".cache").symlink_to(tmp_path / "repository")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / ".cache"))
    assert cache_file("clean.sqlite") == ""


def test_a_scan_whose_home_is_the_repository_writes_nothing_there(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "a.py").write_text(f'token = "{FakeTokens(3).ionq()}"\n' + "# filling\n" * 20_000)
    environment = {key: value for key, value in os.environ.items() if key not in ("XDG_CACHE_HOME", "LOCALAPPDATA")}
    command = [sys.executable, "-m", "nbguard", "scan", "--exit-zero", "."]
    done = subprocess.run(command, cwd=tmp_path, env={**environment, "HOME": str(tmp_path)}, capture_output=True)
    assert done.returncode == 0
    assert sorted(os.listdir(tmp_path)) == [".git", "a.py"]
