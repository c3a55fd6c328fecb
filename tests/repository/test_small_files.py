"""Attributes and hooks are changed by the same steps: whole, bounded, with a reason where it can't be."""

import os
import stat
from pathlib import Path

import pytest

from nbguard.errors import UsageError
from nbguard.repository.small_files import change_small, read_small


def test_a_file_is_made_changed_and_taken_away(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "attributes")
    assert read_small(path) == b""
    change_small(path, b"one\n", b"")
    change_small(path, b"two\n", b"one\n")
    assert read_small(path) == b"two\n"
    assert not os.stat(path).st_mode & 0o111
    change_small(path, b"", b"two\n")
    assert not os.path.exists(path)


def test_a_hook_can_be_run_and_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "pre-commit"
    path.write_bytes(b"#!/bin/sh\n")
    path.chmod(0o640)
    change_small(str(path), b"#!/bin/sh\nexit 0\n", b"#!/bin/sh\n", executable=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o751


def test_what_somebody_else_wrote_meanwhile_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"theirs")
    with pytest.raises(UsageError, match="changed on disk"):
        change_small(str(tmp_path / "a"), b"ours", b"as it was read")
    assert (tmp_path / "a").read_bytes() == b"theirs"


@pytest.mark.parametrize("kind", ["endless", "pipe", "folder", "large"])
def test_what_is_no_small_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "attributes"
    if kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"x" * 1_000_001)
    with pytest.raises(UsageError, match="attributes: "):
        read_small(str(path))
