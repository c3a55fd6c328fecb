"""Files are put in place whole or stay as they were, and grow by whole lines, on a disk that gets full as well."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nbguard.whole_files import append_lines, whole_file

# As a bound on the size of files stops a write in the middle, so does a disk that is full.
_BOUNDED = (
    "import os, resource, sys\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))\n"
    "from nbguard.whole_files import append_lines, whole_file\n"
)


def bounded(program: str, path: Path) -> str:
    """Runs a program in which no file gets larger than 4 kB; gives its last line of error."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", _BOUNDED + program, str(path)], capture_output=True, text=True, check=False
    )
    return done.stderr.strip().rpartition("\n")[2]


def put(path: Path, content: bytes, mode: int | None = None) -> None:
    with whole_file(str(path), mode) as file:
        file.write(content)


def test_a_file_is_made_and_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    put(path, b"one", 0o640)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"one", 0o640)
    put(path, b"two")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o640)
    put(path, b"three", 0o600)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"three", 0o600)
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("error", [ValueError, OSError, SystemExit, KeyboardInterrupt])
def test_what_is_broken_off_changes_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def broken_off() -> None:
        with whole_file(str(path)) as file:
            file.write(b"new")
            raise error

    with pytest.raises(error):
        broken_off()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("old", [None, b"old"])
def test_a_full_disk_changes_nothing(tmp_path: Path, old: bytes | None) -> None:
    path = tmp_path / "a"
    if old is not None:
        path.write_bytes(old)
    said = bounded("with whole_file(sys.argv[1]) as file: file.write(b'x' * 10_000)", path)
    assert "File too large" in said
    assert os.listdir(tmp_path) == ([] if old is None else ["a"])
    assert old is None or path.read_bytes() == old


APPEND = "append_lines(os.open(sys.argv[1], os.O_RDWR | os.O_APPEND | os.O_CREAT), b'y' * 100 + b'\\n')"


def test_lines_are_appended_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a"
    full = b"x" * 4049 + b"\n"
    path.write_bytes(full)
    assert "File too large" in bounded(APPEND, path)
    assert path.read_bytes() == full
    path.write_bytes(b"x\n")
    assert bounded(APPEND, path) == ""
    assert path.read_bytes() == b"x\n" + b"y" * 100 + b"\n"


def test_a_line_that_a_crash_cut_swallows_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"whole\ncu")
    handle = os.open(path, os.O_RDWR | os.O_APPEND)
    append_lines(handle, b"next\n")
    append_lines(handle, b"last\n")
    os.close(handle)
    assert path.read_bytes() == b"whole\ncu\nnext\nlast\n"


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    append_lines(writer, b"a line\n")
    assert os.read(reader, 100) == b"a line\n"
    os.close(reader)
    os.close(writer)
