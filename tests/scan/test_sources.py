"""Protects what is scanned: a file that isn't listed is a file nobody looks at."""

import errno
import os
import subprocess

import pytest

from nbguard.scan.sources import _why_not_followed, find_sources, list_files, read_paths


@pytest.fixture
def repository(tmp_path, monkeypatch):
    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "src").mkdir()
    for name in ("tracked.ipynb", "untracked.py", "ignored.log", "src/with space.md"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    git("add", "tracked.ipynb", ".gitignore", "link.py")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_stands_for_what_git_tracks_or_would(repository):
    assert list_files(["."]) == [".gitignore", "src/with space.md", "tracked.ipynb", "untracked.py"]
    assert list_files(["src"]) == ["src/with space.md"]
    assert list_files([str(repository / "src")]) == [str(repository / "src" / "with space.md")]


def test_a_folder_that_cannot_be_listed_is_told(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.py").write_text("x")
    real = os.scandir

    def scandir(path):
        if os.path.basename(os.fspath(path)) == "closed":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found = find_sources([str(tmp_path)])
    assert found.files == (str(tmp_path / "open.py"),)
    reason = "not looked into: it can't be listed (permission denied)"
    assert [(blob.path, blob.problem) for blob in found.unread] == [(str(tmp_path / "closed"), reason)]
    named = find_sources([str(tmp_path / "closed")])
    assert [(blob.path, blob.problem) for blob in named.unread] == [(str(tmp_path / "closed"), reason)]


def test_a_deleted_file_is_not_listed(repository):
    (repository / "tracked.ipynb").unlink()
    assert "tracked.ipynb" not in list_files(["."])


def test_names_that_are_not_utf8_are_listed(repository):
    name = os.fsdecode(b"caf\xe9.ipynb")
    (repository / name).write_text("x")
    assert name in list_files(["."])


def test_exclude_leaves_out_what_it_matches_but_not_what_is_named(repository):
    assert list_files(["."], ["src/**"], str(repository)) == [".gitignore", "tracked.ipynb", "untracked.py"]
    assert list_files(["src/with space.md"], ["src/**"], str(repository)) == ["src/with space.md"]


def test_a_file_named_twice_is_scanned_once(repository):
    assert list_files(["tracked.ipynb", ".", "tracked.ipynb"]).count("tracked.ipynb") == 1


def test_outside_git_every_file_counts(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.ipynb").write_text("x")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "c.js").write_text("x")
    monkeypatch.chdir(tmp_path)
    assert list_files(["."]) == [os.path.join("a", "b.ipynb")]


def test_what_cannot_be_read_comes_with_its_reason(tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 100)
    big, missing, folder = read_paths([str(tmp_path / "big"), str(tmp_path / "none"), str(tmp_path)], limit=50)
    assert (big.raw, big.problem[:9]) == (b"", "too large")
    assert missing.problem == "no such file"
    assert folder.problem == "is a directory"


def test_a_link_that_goes_away_while_it_is_followed_is_told(tmp_path, monkeypatch):
    """Where links of /proc lead nobody may read, and of others none is left between two looks."""
    (tmp_path / "link.py").symlink_to("gone.py")

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "readlink", refuse)
    told = _why_not_followed(str(tmp_path / "link.py"), str(tmp_path))
    assert told == "not looked into: a symbolic link that can't be followed (Permission denied)"
